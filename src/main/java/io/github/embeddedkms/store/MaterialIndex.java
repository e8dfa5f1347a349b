package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Bytes;
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

  /** A key material id. */
  private record Id(Bytes bytes) {

    /** Written out, like {@link #hashCode}: a new JVM takes 20 ms to generate the first of them. */
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Id that && bytes.equals(that.bytes);
    }

    /** A part of the id suffices: it is the output of a hash function. */
    @Override
    public int hashCode() {
      return bytes.asByteBuffer().getInt();
    }
  }

  /**
   * Each value is an {@link Address}, or an array of several in their order, which is never
   * changed: a list for each material would take as much memory as everything else here.
   *
   * <p>Replaced only when the index is cleared: a large map takes long to empty.
   */
  private volatile ConcurrentMap<Id, Object> keys;

  /** Creates an empty index with room for a number of materials, which may be wrong. */
  MaterialIndex(int expected) {
    keys = new ConcurrentHashMap<>(expected);
  }

  /** Returns the key of an account and Region that has a material; null if there is none. */
  @Nullable Address get(String account, String region, Bytes materialId) {
    Object found = keys.get(new Id(materialId));
    if (found instanceof Address[] several) {
      for (Address each : several) {
        if (isIn(account, region, each)) {
          return each;
        }
      }
    }
    return found instanceof Address one && isIn(account, region, one) ? one : null;
  }

  private static boolean isIn(String account, String region, Address key) {
    return key.region().equals(region) && key.account().equals(account);
  }

  /** Returns the keys of a Region that have a material, ordered by account. */
  Stream<Address> get(String region, Bytes materialId) {
    Object found = keys.get(new Id(materialId));
    return found == null
        ? Stream.empty()
        : addresses(found).filter(key -> key.region().equals(region));
  }

  /** Adds a key, which may be there already. */
  void add(Bytes materialId, Address key) {
    keys.merge(
        new Id(materialId),
        key,
        (before, added) ->
            value(Stream.concat(addresses(before), addresses(added)).distinct().sorted().toList()));
  }

  /** Removes a key, which need not be there. */
  void remove(Bytes materialId, Address key) {
    keys.computeIfPresent(
        new Id(materialId),
        (id, before) -> value(addresses(before).filter(each -> !each.equals(key)).toList()));
  }

  private static Stream<Address> addresses(Object value) {
    return value instanceof Address[] several ? Stream.of(several) : Stream.of((Address) value);
  }

  private static @Nullable Object value(List<Address> addresses) {
    return addresses.size() > 1
        ? addresses.toArray(Address[]::new)
        : addresses.stream().findFirst().orElse(null);
  }

  void clear() {
    keys = new ConcurrentHashMap<>();
  }
}
