package io.github.embeddedkms.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one kind, indexed by address, in the order of addresses, by the key that they
 * belong to, and by the id of a multi-Region key. Readers take no lock; only one thread at a time
 * may change the index.
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

  /** The address of a multi-Region key, sorted next to those of its related keys. */
  private record Related(String account, String id, String region) implements Comparable<Related> {

    static Related of(Address address) {
      return new Related(address.account(), address.id(), address.region());
    }

    @Override
    public int compareTo(Related other) {
      int order = account.compareTo(other.account);
      if (order == 0) {
        order = id.compareTo(other.id);
      }
      return order == 0 ? region.compareTo(other.region) : order;
    }

    boolean isRelatedTo(Related other) {
      return account.equals(other.account) && id.equals(other.id);
    }

    Address address() {
      return new Address(account, region, id);
    }
  }

  private final EntryKind<E> kind;

  /** Replaced only when the index is cleared: a large map takes long to empty. */
  private volatile ConcurrentMap<Address, E> entries;

  /**
   * The listings. Sets, as maps to true: only a map can be built from sorted keys without searching
   * for the place of each.
   */
  private record Listings(
      ConcurrentNavigableMap<Address, Boolean> sorted,
      ConcurrentNavigableMap<Owned, Boolean> byOwner,
      ConcurrentNavigableMap<Related, Boolean> multiRegion) {}

  /**
   * Null while there are loaded entries: the listings of a store that was opened are created when
   * they are first used. Changed by one thread at a time.
   */
  private volatile @Nullable Listings listings = emptyListings();

  // Guarded by this object's monitor, and used while there are no listings: the addresses that were
  // loaded, some of which may have been removed since, and those that were put since.
  private List<Address> loaded = new ArrayList<>();
  private Set<Address> added = new HashSet<>();

  /** Creates an empty index with room for a number of entries, which may be wrong. */
  EntryIndex(EntryKind<E> kind, int expected) {
    this.kind = kind;
    this.entries = new ConcurrentHashMap<>(expected);
  }

  @Nullable E get(Address address) {
    return entries.get(address);
  }

  Iterable<E> all() {
    return entries.values();
  }

  /** Returns the entries of an account and Region after an address, in the order of their ids. */
  Stream<E> after(Address after) {
    return listings().sorted.tailMap(after, false).keySet().stream()
        .takeWhile(address -> address.account().equals(after.account()))
        .takeWhile(address -> address.region().equals(after.region()))
        .flatMap(address -> Stream.ofNullable(entries.get(address)));
  }

  /** Returns the entries of one key after an id, in the order of their ids. */
  Stream<E> ownedBy(Address owner, String after) {
    return listings().byOwner.tailMap(new Owned(owner, after), false).keySet().stream()
        .takeWhile(owned -> owned.owner().equals(owner))
        .map(owned -> new Address(owner.account(), owner.region(), owned.id()))
        .flatMap(address -> Stream.ofNullable(entries.get(address)))
        // It may have been moved to another key since it was found here.
        .filter(entry -> entry.owner().filter(owner::equals).isPresent());
  }

  /** Returns the entries of an account with the id of a multi-Region key, ordered by Region. */
  Stream<E> related(String account, String id) {
    Related first = new Related(account, id, "");
    return listings().multiRegion.tailMap(first, false).keySet().stream()
        .takeWhile(first::isRelatedTo)
        .flatMap(related -> Stream.ofNullable(entries.get(related.address())));
  }

  /**
   * Puts an entry in place of another. Listings do not contain a new entry until {@link
   * #addToListings} is called for it.
   */
  synchronized void put(Entry entry, @Nullable Entry before) {
    entries.put(entry.address(), kind.cast(entry));
    Listings known = listings;
    if (known != null && before != null) {
      Optional<Address> owner = before.owner();
      if (owner.isPresent() && !owner.equals(entry.owner())) {
        known.byOwner.remove(new Owned(owner.get(), entry.address().id()));
      }
    }
  }

  /** Adds entries that were put to the listings. Each may be there already. */
  synchronized void addToListings(List<? extends Entry> put) {
    List<Address> addresses = new ArrayList<>(put.size());
    List<Owned> owned = new ArrayList<>();
    List<Related> multiRegion = new ArrayList<>();
    for (Entry entry : put) {
      addresses.add(entry.address());
      addIfMultiRegion(entry.address(), multiRegion);
      entry.owner().ifPresent(owner -> owned.add(new Owned(owner, entry.address().id())));
    }
    Listings known = listings;
    if (known == null) {
      added.addAll(addresses);
    } else {
      addInOrder(known.sorted, addresses);
      addInOrder(known.byOwner, owned);
      addInOrder(known.multiRegion, multiRegion);
    }
  }

  private void addIfMultiRegion(Address address, List<Related> all) {
    if (kind.itemKind().equals(ItemKind.KEY) && address.isMultiRegion()) {
      all.add(Related.of(address));
    }
  }

  /**
   * In sorted order, each element goes next to the previous one. In any other order, each insertion
   * searches a large index all over the memory.
   */
  private static <T extends Comparable<T>> void addInOrder(Map<T, Boolean> index, List<T> all) {
    all.sort(null);
    all.forEach(each -> index.put(each, true));
  }

  /**
   * Puts an entry into an index that no other thread uses yet. It is added to the listings when
   * they are first used.
   */
  synchronized void load(Entry entry) {
    entries.put(entry.address(), kind.cast(entry));
    loaded.add(entry.address());
    listings = null;
  }

  private Listings listings() {
    Listings known = listings;
    return known == null ? createListings() : known;
  }

  /** A thread that puts or removes an entry meanwhile then waits, and changes the listings. */
  private synchronized Listings createListings() {
    Listings known = listings;
    if (known != null) {
      return known;
    }
    List<Address> candidates = new ArrayList<>(loaded);
    candidates.addAll(added);
    List<Address> addresses = new ArrayList<>(candidates.size());
    List<Owned> owned = new ArrayList<>();
    List<Related> multiRegion = new ArrayList<>();
    for (Address address : candidates) {
      E entry = entries.get(address);
      if (entry != null) {
        addresses.add(address);
        addIfMultiRegion(address, multiRegion);
        entry.owner().ifPresent(owner -> owned.add(new Owned(owner, address.id())));
      }
    }
    Listings created =
        new Listings(
            new ConcurrentSkipListMap<>(SortedKeys.of(addresses)),
            new ConcurrentSkipListMap<>(SortedKeys.of(owned)),
            new ConcurrentSkipListMap<>(SortedKeys.of(multiRegion)));
    listings = created;
    forgetUnlisted();
    return created;
  }

  private void forgetUnlisted() {
    loaded = new ArrayList<>();
    added = new HashSet<>();
  }

  private static Listings emptyListings() {
    return new Listings(
        new ConcurrentSkipListMap<>(),
        new ConcurrentSkipListMap<>(),
        new ConcurrentSkipListMap<>());
  }

  synchronized void remove(Entry entry) {
    entries.remove(entry.address());
    Listings known = listings;
    if (known == null) {
      added.remove(entry.address());
    } else {
      known.sorted.remove(entry.address());
      known.multiRegion.remove(Related.of(entry.address()));
      entry
          .owner()
          .ifPresent(owner -> known.byOwner.remove(new Owned(owner, entry.address().id())));
    }
  }

  synchronized void clear() {
    entries = new ConcurrentHashMap<>();
    listings = emptyListings();
    forgetUnlisted();
  }
}
