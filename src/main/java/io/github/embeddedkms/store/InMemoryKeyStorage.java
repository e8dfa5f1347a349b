package io.github.embeddedkms.store;

import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.model.Bytes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps entries in memory, in an {@link EntryIndex} for each kind. Readers take no lock; writers
 * share one lock. Two reads by one caller may see different states, as with a database.
 */
final class InMemoryKeyStorage implements KeyStorage {

  /** The kinds that this version of the library supports, keys first. */
  static final List<EntryKind<?>> KINDS =
      List.of(KeyEntry.KIND, AliasEntry.KIND, GrantEntry.KIND, LastUseEntry.KIND);

  private static final int INITIAL_CAPACITY = 16;

  /** The address of an entry, sorted by a time at which the entry needs an action. */
  private record Due(Instant date, EntryKind<?> kind, Address address) implements Comparable<Due> {

    @Override
    public int compareTo(Due other) {
      int order = date.compareTo(other.date);
      if (order == 0) {
        order = address.compareTo(other.address);
      }
      return order == 0
          ? Integer.compare(kind.itemKind().code(), other.kind.itemKind().code())
          : order;
    }
  }

  private final Map<EntryKind<?>, EntryIndex<?>> indexes = new LinkedHashMap<>();

  private final MaterialIndex keysByMaterial;

  private final NavigableSet<Due> dues = new ConcurrentSkipListSet<>();

  /** The addresses of entries that this version of the library cannot read. */
  private final Set<Address> unreadable = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;

  /**
   * A change that an Error, an OutOfMemoryError for example, has left half done. It was already
   * accepted, so it is finished before anything else is done; each of its steps may be repeated.
   */
  private volatile @Nullable Steps unfinished;

  /** The steps of a change to the maps, together with the previous entries. */
  private record Steps(List<Put> puts, List<Entry> removes) {

    /** An entry that replaces another one of the same address and kind. */
    private record Put(Entry after, @Nullable Entry before) {}
  }

  InMemoryKeyStorage() {
    this(KINDS, INITIAL_CAPACITY);
  }

  /** For tests: with other kinds. */
  InMemoryKeyStorage(List<EntryKind<?>> kinds) {
    this(kinds, INITIAL_CAPACITY);
  }

  /** Creates a storage with room for a number of entries of each kind, which may be wrong. */
  InMemoryKeyStorage(List<EntryKind<?>> kinds, int expected) {
    kinds.forEach(kind -> indexes.put(kind, new EntryIndex<>(kind, expected)));
    keysByMaterial = new MaterialIndex(expected);
  }

  @Override
  public <E extends Entry> Optional<E> entry(EntryKind<E> kind, Address address) {
    finishLastChange();
    E entry = index(kind).get(address);
    if (entry == null) {
      // A closed storage has no entries, but returning an empty result would be wrong.
      requireOpen();
      requireReadable(address);
    }
    return Optional.ofNullable(entry);
  }

  @Override
  public Optional<KeyEntry> keyOfMaterial(String account, String region, Bytes materialId) {
    finishLastChange();
    Address address = keysByMaterial.get(account, region, materialId);
    KeyEntry key = address == null ? null : index(KeyEntry.KIND).get(address);
    if (key == null) {
      requireOpen();
    }
    return Optional.ofNullable(key);
  }

  @Override
  public List<KeyEntry> keysOfMaterial(String region, Bytes materialId) {
    finishLastChange();
    Stream<KeyEntry> keys =
        keysByMaterial
            .get(region, materialId)
            .flatMap(address -> Stream.ofNullable(index(KeyEntry.KIND).get(address)));
    return complete(keys, Integer.MAX_VALUE);
  }

  @Override
  public <E extends Entry> List<E> entriesAfter(EntryKind<E> kind, Address after, int limit) {
    finishLastChange();
    return complete(index(kind).after(after), limit);
  }

  @Override
  public <E extends Entry> List<E> entriesOf(
      EntryKind<E> kind, Address group, String after, int limit) {
    finishLastChange();
    return complete(index(kind).inGroup(group, after), limit);
  }

  @Override
  public int countOf(EntryKind<?> kind, Address group) {
    finishLastChange();
    int count = index(kind).count(group);
    requireOpen();
    return count;
  }

  @Override
  public List<KeyEntry> relatedKeys(String account, String keyId) {
    finishLastChange();
    for (Address address : unreadable) {
      if (address.id().equals(keyId) && address.account().equals(account)) {
        throw UnreadableItemException.of(address);
      }
    }
    return complete(index(KeyEntry.KIND).related(account, keyId), Integer.MAX_VALUE);
  }

  @Override
  public Optional<Instant> nextDue() {
    requireOpen();
    // Every call asks this. An iterator costs less than a stream, and unlike first() it throws no
    // exception if there is no due date at all.
    Iterator<Due> earliest = dues.iterator();
    return earliest.hasNext() ? Optional.of(earliest.next().date()) : Optional.empty();
  }

  /**
   * Waits for a change that is being applied: the caller must not continue while a deletion is half
   * done.
   */
  @Override
  public synchronized List<Entry> due(Instant now) {
    requireOpen();
    return dues.stream()
        .takeWhile(due -> !due.date().isAfter(now))
        .flatMap(due -> Stream.<Entry>ofNullable(index(due.kind()).get(due.address())))
        // The entry's own date decides; the index only shows where to look.
        .filter(entry -> entry.dueDates().stream().anyMatch(date -> !date.isAfter(now)))
        .distinct()
        .toList();
  }

  @Override
  public synchronized boolean apply(Change change) {
    requireOpen();
    if (!isCurrent(change)) {
      return false;
    }
    List<Steps.Put> puts = new ArrayList<>();
    for (Entry entry : change.puts()) {
      puts.add(new Steps.Put(entry, stored(entry)));
    }
    perform(new Steps(puts, change.removes()));
    return true;
  }

  private void perform(Steps steps) {
    boolean done = false;
    try {
      for (Steps.Put put : steps.puts()) {
        put(put.after(), put.before());
        index(put.after().kind()).addToListings(List.of(put.after()));
      }
      steps.removes().forEach(this::remove);
      done = true;
    } finally {
      unfinished = done ? null : steps;
    }
  }

  /**
   * Overwrites entries with the state of the store, regardless of their versions.
   *
   * @param puts the entries as they are now
   * @param removes the addresses of entries that no longer exist
   * @param unreadables the addresses of entries that cannot be read
   */
  synchronized void overwrite(List<Entry> puts, List<Address> removes, List<Address> unreadables) {
    requireOpen();
    unreadable.addAll(unreadables);
    Map<EntryKind<?>, List<Entry>> byKind = new HashMap<>();
    for (Entry entry : puts) {
      byKind.computeIfAbsent(entry.kind(), kind -> new ArrayList<>()).add(entry);
    }
    // Keys are put first, so that a concurrent reader finds no alias without its key, unless that
    // key is being deleted.
    for (Map.Entry<EntryKind<?>, EntryIndex<?>> index : indexes.entrySet()) {
      List<Entry> entries = byKind.getOrDefault(index.getKey(), List.of());
      for (Entry entry : entries) {
        put(entry, stored(entry));
        unreadable.remove(entry.address());
      }
      index.getValue().addToListings(entries);
    }
    removeAll(removes);
    removeAll(unreadables);
    removes.forEach(unreadable::remove);
  }

  /** Adds an entry to a storage that no other thread uses yet, and that has none of its address. */
  void load(Entry entry) {
    index(entry.kind()).load(entry);
    addMaterials(entry);
    addDates(entry);
  }

  /** Does the same for entries that cannot be read. */
  void loadUnreadable(List<Address> addresses) {
    unreadable.addAll(addresses);
  }

  /**
   * Removes keys last, so that other threads can see until the end that a deletion is in progress.
   */
  private void removeAll(List<Address> addresses) {
    List<EntryIndex<?>> keysLast = new ArrayList<>(indexes.values());
    keysLast.add(keysLast.remove(0));
    for (EntryIndex<?> index : keysLast) {
      for (Address address : addresses) {
        Entry entry = index.get(address);
        if (entry != null) {
          remove(entry);
        }
      }
    }
  }

  /** Closes the materials of this copy, except those that the copy that replaces it still uses. */
  synchronized void closeMaterialsNotIn(InMemoryKeyStorage other) {
    for (KeyEntry key : index(KeyEntry.KIND).all()) {
      KeyEntry kept = other.index(KeyEntry.KIND).get(key.address());
      closeMaterials(key, kept == null ? List.of() : kept.materials());
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    index(KeyEntry.KIND).all().forEach(KeyEntry::closeMaterials);
    indexes.values().forEach(EntryIndex::clear);
    keysByMaterial.clear();
    dues.clear();
    unreadable.clear();
  }

  /** Returns whether everything that a change is based on is unchanged. */
  synchronized boolean isCurrent(Change change) {
    // The whole entries are compared: one that was removed and created again may have the same
    // version.
    return change.puts().stream().allMatch(this::isNextVersion)
        && change.puts().stream().allMatch(this::isOnlyPrimary)
        && change.removes().stream().allMatch(entry -> entry.equals(stored(entry)))
        && change.unchanged().stream().allMatch(entry -> entry.equals(stored(entry)))
        && change.limits().stream().allMatch(this::isWithin);
  }

  private boolean isWithin(Change.Limit limit) {
    return index(limit.kind()).count(limit.group()) < limit.fewerThan();
  }

  /**
   * Returns whether a key that is new does not become the second primary key of its related keys:
   * nodes in two Regions can seed the same one.
   */
  private boolean isOnlyPrimary(Entry entry) {
    return !(entry instanceof KeyEntry key)
        || !key.address().isMultiRegion()
        || key.isReplica()
        || stored(key) != null
        || index(KeyEntry.KIND)
            .related(key.address().account(), key.address().id())
            .findAny()
            .isEmpty();
  }

  private boolean isNextVersion(Entry entry) {
    Entry before = stored(entry);
    if (before == null) {
      requireReadable(entry.address());
    }
    return entry.version() == (before == null ? 1 : before.version() + 1);
  }

  /** Returns whether the entry at an address cannot be read. */
  boolean isUnreadable(Address address) {
    return unreadable.contains(address);
  }

  boolean hasUnreadable() {
    return !unreadable.isEmpty();
  }

  /**
   * Refuses the address of an entry that cannot be read.
   *
   * @throws UnreadableItemException if the entry cannot be read
   */
  void requireReadable(Address address) {
    if (unreadable.contains(address)) {
      throw UnreadableItemException.of(address);
    }
  }

  private @Nullable Entry stored(Entry entry) {
    return index(entry.kind()).get(entry.address());
  }

  /** Puts the new entry first: the old one is wiped only when it can no longer be found. */
  private void put(Entry entry, @Nullable Entry before) {
    index(entry.kind()).put(entry, before);
    addMaterials(entry);
    if (before != null) {
      forget(before, entry instanceof KeyEntry key ? key.materials() : List.of());
    }
    addDates(entry);
  }

  private void addMaterials(Entry entry) {
    if (entry instanceof KeyEntry key) {
      for (MaterialEntry material : key.materials()) {
        keysByMaterial.add(material.id(), key.address());
      }
    }
  }

  private void addDates(Entry entry) {
    for (Instant date : entry.dueDates()) {
      dues.add(new Due(date, entry.kind(), entry.address()));
    }
  }

  private void remove(Entry entry) {
    index(entry.kind()).remove(entry);
    forget(entry, List.of());
  }

  private void forget(Entry entry, List<MaterialEntry> kept) {
    for (Instant date : entry.dueDates()) {
      dues.remove(new Due(date, entry.kind(), entry.address()));
    }
    if (entry instanceof KeyEntry key) {
      for (MaterialEntry material : key.materials()) {
        // Another object may hold the same bytes: then the id still leads to the key.
        if (kept.stream().noneMatch(other -> other.id().equals(material.id()))) {
          keysByMaterial.remove(material.id(), key.address());
        }
      }
      closeMaterials(key, kept);
    }
  }

  private static void closeMaterials(KeyEntry key, List<MaterialEntry> kept) {
    for (MaterialEntry entry : key.materials()) {
      Material material = entry.material();
      if (material != null && kept.stream().noneMatch(other -> other.material() == material)) {
        material.close();
      }
    }
  }

  @SuppressWarnings("unchecked") // each index is stored under its own kind
  private <E extends Entry> EntryIndex<E> index(EntryKind<E> kind) {
    EntryIndex<?> index = indexes.get(kind);
    if (index == null) {
      throw new AssertionError("this storage has no entries of the kind " + kind);
    }
    return (EntryIndex<E>) index;
  }

  /**
   * A listing during which the storage is closed ends early. It must not be taken for a complete
   * one.
   */
  private <T> List<T> complete(Stream<T> entries, int limit) {
    List<T> list = entries.limit(limit).toList();
    requireOpen();
    return list;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the key storage is closed");
    }
    finishLastChange();
  }

  private void finishLastChange() {
    if (unfinished != null) {
      synchronized (this) {
        Steps steps = unfinished;
        if (steps != null && !closed) {
          perform(steps);
        }
      }
    }
  }
}
