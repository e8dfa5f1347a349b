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
 * The entries of one kind, indexed by address, in the order of addresses, and by the key that they
 * belong to. Readers take no lock; only one thread at a time may change the index.
 *
 * @param <E> the type of the entries
 */
final class EntryIndex<E extends Entry> {

  /** The id of an entry, sorted under the key that it belongs to. */
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

  /** Returns the entries of an account and Region after an address, in the order of their ids. */
  Stream<E> after(Address after) {
    return sorted.tailSet(after, false).stream()
        .takeWhile(address -> address.account().equals(after.account()))
        .takeWhile(address -> address.region().equals(after.region()))
        .flatMap(address -> Stream.ofNullable(entries.get(address)));
  }

  /** Returns the entries of one key after an id, in the order of their ids. */
  Stream<E> ownedBy(Address owner, String after) {
    return byOwner.tailSet(new Owned(owner, after), false).stream()
        .takeWhile(owned -> owned.owner().equals(owner))
        .map(owned -> new Address(owner.account(), owner.region(), owned.id()))
        .flatMap(address -> Stream.ofNullable(entries.get(address)))
        // It may have been moved to another key since it was found here.
        .filter(entry -> entry.owner().filter(owner::equals).isPresent());
  }

  /**
   * Puts an entry in place of another. Listings do not contain a new entry until {@link
   * #addToListings} is called for it.
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

  /** Adds entries that were put to the listings. Each may be there already. */
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
   * In sorted order, each element goes next to the previous one. In any other order, each insertion
   * searches a large index all over the memory; this would take most of the time of opening a
   * store.
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
