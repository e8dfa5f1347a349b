package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of keys by the ids of their materials. Nearly every material has one key. Related
 * keys have the same materials in several Regions, and seeds can give several accounts a key of the
 * same id and material.
 *
 * <p>Readers take no lock; only one thread at a time may change the index.
 */
final class MaterialIndex {

  /**
   * Lists in the order of addresses, which are never changed, but replaced. A list of one address
   * takes as much memory as an object with account, Region and material id would.
   *
   * <p>Replaced only when the index is cleared: a large map takes long to empty.
   */
  private volatile ConcurrentMap<Bytes, List<Address>> addresses;

  /** Creates an empty index with room for a number of materials, which may be wrong. */
  MaterialIndex(int expected) {
    addresses = new ConcurrentHashMap<>(expected);
  }

  /** Returns the key of an account and Region that has a material; null if there is none. */
  @Nullable Address get(String account, String region, Bytes materialId) {
    List<Address> found = found(materialId);
    for (int i = 0; i < found.size(); i++) {
      Address address = found.get(i);
      if (address.region().equals(region) && address.account().equals(account)) {
        return address;
      }
    }
    return null;
  }

  /** Returns the keys of a Region that have a material, ordered by account. */
  Stream<Address> get(String region, Bytes materialId) {
    return found(materialId).stream().filter(address -> address.region().equals(region));
  }

  private List<Address> found(Bytes materialId) {
    return addresses.getOrDefault(materialId, List.of());
  }

  /** Adds a key, which may be there already. */
  void add(Bytes materialId, Address key) {
    addresses.merge(materialId, List.of(key), MaterialIndex::with);
  }

  private static List<Address> with(List<Address> before, List<Address> added) {
    if (before.containsAll(added)) {
      return before;
    }
    List<Address> all = new ArrayList<>(before);
    all.addAll(added);
    all.sort(null);
    return List.copyOf(all);
  }

  /** Removes a key, which need not be there. */
  void remove(Bytes materialId, Address key) {
    addresses.computeIfPresent(materialId, (id, before) -> without(before, key));
  }

  private static @Nullable List<Address> without(List<Address> before, Address key) {
    List<Address> rest = before.stream().filter(address -> !address.equals(key)).toList();
    return rest.isEmpty() ? null : List.copyOf(rest);
  }

  void clear() {
    addresses = new ConcurrentHashMap<>();
  }
}
