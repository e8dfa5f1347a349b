package io.github.embeddedkms.store;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one kind, by address, in order, and by the key that they belong to. Readers take
 * no lock; one thread at a time changes it.
 *
 * @param <E> the type of the entries
 */
final class EntryIndex<E extends Entry> {

  /** An entry below the key that it belongs to. */
  private record Owned(Address owner, String id) implements Comparable<Owned> {

    @Override
    public int compareTo(Owned other) {
      int order = owner.compareTo(other.owner);
      return order == 0 ? id.compareTo(other.id) : order;
    }
  }

  private final EntryKind<E> kind;
  private final ConcurrentMap<Address, E> entries = new ConcurrentHashMap<>();
  private final NavigableSet<Address> sorted = new ConcurrentSkipListSet<>();
  private final NavigableSet<Owned> byOwner = new ConcurrentSkipListSet<>();

  EntryIndex(EntryKind<E> kind) {
    this.kind = kind;
  }

  @Nullable E get(Address address) {
    return entries.get(address);
  }

  Iterable<E> all() {
    return entries.values();
  }

  /** Those of an account and Region in the order of their ids, after one. */
  Stream<E> after(Address after) {
    return sorted.tailSet(after, false).stream()
        .takeWhile(address -> address.account().equals(after.account()))
        .takeWhile(address -> address.region().equals(after.region()))
        .flatMap(address -> Stream.ofNullable(entries.get(address)));
  }

  /** Those of one key in the order of their ids, after one. */
  Stream<E> ownedBy(Address owner, String after) {
    return byOwner.tailSet(new Owned(owner, after), false).stream()
        .takeWhile(owned -> owned.owner().equals(owner))
        .map(owned -> new Address(owner.account(), owner.region(), owned.id()))
        .flatMap(address -> Stream.ofNullable(entries.get(address)))
        // It may have been given to another key since it was found here.
        .filter(entry -> entry.owner().filter(owner::equals).isPresent());
  }

  /**
   * Puts an entry in place of another; it is listed once its {@linkplain #addToListings place} is
   * there.
   */
  void put(Entry entry, @Nullable Entry before) {
    entries.put(entry.address(), kind.cast(entry));
    if (before != null) {
      Optional<Address> owner = before.owner();
      if (owner.isPresent() && !owner.equals(entry.owner())) {
        byOwner.remove(new Owned(owner.get(), entry.address().id()));
      }
    }
  }

  /** Lists entries that were put. Each may be listed already. */
  void addToListings(List<? extends Entry> put) {
    List<Address> addresses = new ArrayList<>(put.size());
    List<Owned> owned = new ArrayList<>();
    for (Entry entry : put) {
      addresses.add(entry.address());
      entry.owner().ifPresent(owner -> owned.add(new Owned(owner, entry.address().id())));
    }
    addInOrder(sorted, addresses);
    addInOrder(byOwner, owned);
  }

  /**
   * Each place is then found beside the last one. In any other order a large store is searched
   * again, from end to end of memory, for each of its entries, which takes most of opening it.
   */
  private static <T extends Comparable<T>> void addInOrder(NavigableSet<T> index, List<T> all) {
    all.sort(null);
    index.addAll(all);
  }

  void remove(Entry entry) {
    entries.remove(entry.address());
    sorted.remove(entry.address());
    entry.owner().ifPresent(owner -> byOwner.remove(new Owned(owner, entry.address().id())));
  }

  void clear() {
    entries.clear();
    sorted.clear();
    byOwner.clear();
  }
}
