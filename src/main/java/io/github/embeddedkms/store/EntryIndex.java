package io.github.embeddedkms.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one kind, indexed by address, in the order of addresses, by the groups that list
 * them, and by the id of a multi-Region key. Readers take no lock; only one thread at a time may
 * change the index.
 *
 * @param <E> the type of the entries
 */
final class EntryIndex<E extends Entry> {

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
   * The listings. Two are sets, as maps to true: only a map can be built from sorted keys without
   * searching for the place of each.
   */
  private record Listings(
      ConcurrentNavigableMap<Address, Boolean> sorted,
      GroupIndex groups,
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

  /** Returns the entries of a group after a position, in the order of their positions. */
  Stream<E> inGroup(Address group, String after) {
    return listings().groups.after(group, after).flatMap(member -> member(group, member));
  }

  private Stream<E> member(Address group, GroupIndex.Member member) {
    return Stream.ofNullable(entries.get(member.entry()))
        // It may have been moved to another group since it was found here.
        .filter(entry -> entry.positionIn(group).filter(member.position()::equals).isPresent());
  }

  /** Returns how many entries a group has. */
  int count(Address group) {
    return listings().groups.count(group);
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
      known.groups.removeMoved(before, entry);
    }
  }

  /** Adds entries that were put to the listings. Each may be there already. */
  synchronized void addToListings(List<? extends Entry> put) {
    List<Address> addresses = new ArrayList<>(put.size());
    List<Related> multiRegion = new ArrayList<>();
    for (Entry entry : put) {
      addresses.add(entry.address());
      addIfMultiRegion(entry.address(), multiRegion);
    }
    Listings known = listings;
    if (known == null) {
      added.addAll(addresses);
    } else {
      addInOrder(known.sorted, addresses);
      put.forEach(known.groups::add);
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
    List<E> found = new ArrayList<>(candidates.size());
    List<Related> multiRegion = new ArrayList<>();
    for (Address address : candidates) {
      E entry = entries.get(address);
      if (entry != null) {
        addresses.add(address);
        found.add(entry);
        addIfMultiRegion(address, multiRegion);
      }
    }
    Listings created =
        new Listings(
            new ConcurrentSkipListMap<>(SortedKeys.of(addresses)),
            GroupIndex.of(found),
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
        new ConcurrentSkipListMap<>(), GroupIndex.of(List.of()), new ConcurrentSkipListMap<>());
  }

  synchronized void remove(Entry entry) {
    entries.remove(entry.address());
    Listings known = listings;
    if (known == null) {
      added.remove(entry.address());
    } else {
      known.sorted.remove(entry.address());
      known.multiRegion.remove(Related.of(entry.address()));
      known.groups.remove(entry);
    }
  }

  synchronized void clear() {
    entries = new ConcurrentHashMap<>();
    listings = emptyListings();
    forgetUnlisted();
  }
}
