package io.github.embeddedkms.store;

import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.Bytes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Entries in concurrent maps, with sorted indexes beside them for listing: readers take no lock,
 * writers take one for all. A reader that looks twice may see a change between its looks, as it may
 * with a database.
 */
final class InMemoryKeyStorage implements KeyStorage {

  /** Where a material is looked up. */
  private record MaterialAddress(String account, String region, Bytes materialId) {}

  /** An alias below the key it stands for. */
  private record AliasOfKey(Address key, String aliasName) implements Comparable<AliasOfKey> {

    @Override
    public int compareTo(AliasOfKey other) {
      int order = key.compareTo(other.key);
      return order == 0 ? aliasName.compareTo(other.aliasName) : order;
    }
  }

  /** A key below the moment of its deletion. */
  private record Deletion(Instant date, Address key) {}

  private final ConcurrentMap<Address, KeyEntry> keys = new ConcurrentHashMap<>();
  private final ConcurrentMap<Address, AliasEntry> aliases = new ConcurrentHashMap<>();
  private final ConcurrentMap<MaterialAddress, Address> keysByMaterial = new ConcurrentHashMap<>();
  private final NavigableSet<Address> sortedKeys = new ConcurrentSkipListSet<>();
  private final NavigableSet<Address> sortedAliases = new ConcurrentSkipListSet<>();
  private final NavigableSet<AliasOfKey> aliasesByKey = new ConcurrentSkipListSet<>();
  private final NavigableSet<Deletion> deletions =
      new ConcurrentSkipListSet<>(
          Comparator.comparing(Deletion::date).thenComparing(Deletion::key));
  private volatile boolean closed;

  /**
   * A change that an Error, of memory for example, has left half done. It was decided on, so it is
   * finished before anything else is done; each of its steps may be taken twice.
   */
  private volatile @Nullable Steps unfinished;

  /** What a change does to the maps, together with what was there before it. */
  private record Steps(List<Put> puts, List<Entry> removes) {

    /** An entry in place of another, of the same address and kind. */
    private record Put(Entry after, @Nullable Entry before) {}
  }

  @Override
  public Optional<KeyEntry> key(Address address) {
    finishLastChange();
    return found(keys.get(address));
  }

  @Override
  public Optional<KeyEntry> keyOfMaterial(String account, String region, Bytes materialId) {
    finishLastChange();
    Address address = keysByMaterial.get(new MaterialAddress(account, region, materialId));
    return found(address == null ? null : keys.get(address));
  }

  @Override
  public Optional<AliasEntry> alias(Address address) {
    finishLastChange();
    return found(aliases.get(address));
  }

  @Override
  public List<KeyEntry> keysAfter(Address after, int limit) {
    finishLastChange();
    return page(sortedKeys.tailSet(after, false).stream(), after, limit, this::key);
  }

  @Override
  public List<AliasEntry> aliasesAfter(Address after, int limit) {
    finishLastChange();
    return page(sortedAliases.tailSet(after, false).stream(), after, limit, this::alias);
  }

  @Override
  public List<AliasEntry> aliasesOf(Address key, String after, int limit) {
    finishLastChange();
    return complete(
        aliasesByKey.tailSet(new AliasOfKey(key, after), false).stream()
            .takeWhile(alias -> alias.key().equals(key))
            .map(alias -> new Address(key.account(), key.region(), alias.aliasName()))
            .flatMap(address -> alias(address).stream())
            // The alias may have been given another target since it was found here.
            .filter(alias -> alias.targetKeyId().equals(key.id()))
            .limit(limit));
  }

  @Override
  public Optional<Instant> nextDeletion() {
    requireOpen();
    // First a look without an exception: nearly always nothing waits.
    return deletions.isEmpty()
        ? Optional.empty()
        : deletions.stream().findFirst().map(Deletion::date);
  }

  /**
   * Waits for a change that is being applied: whoever asks must not go on beside half a deletion.
   */
  @Override
  public synchronized List<KeyEntry> keysDueForDeletion(Instant now) {
    requireOpen();
    return deletions.stream()
        .takeWhile(deletion -> !deletion.date().isAfter(now))
        .flatMap(deletion -> key(deletion.key()).stream())
        // What counts is the key's own date; the index only says where to look.
        .filter(key -> key.deletionDate() != null && !key.deletionDate().isAfter(now))
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
    take(new Steps(puts, change.removes()));
    return true;
  }

  private void take(Steps steps) {
    boolean done = false;
    try {
      for (Steps.Put put : steps.puts()) {
        put(put);
      }
      steps.removes().forEach(this::remove);
      done = true;
    } finally {
      unfinished = done ? null : steps;
    }
  }

  private void put(Steps.Put put) {
    if (put.after() instanceof KeyEntry key) {
      put(key, (KeyEntry) put.before());
      sortedKeys.add(key.address());
    } else if (put.after() instanceof AliasEntry alias) {
      put(alias, (AliasEntry) put.before());
      sortedAliases.add(alias.address());
      aliasesByKey.add(belowItsKey(alias));
    }
  }

  /**
   * Takes over what others have changed, whatever the versions.
   *
   * @param puts entries as they are now
   * @param removes where there is nothing any more
   */
  synchronized void takeOver(List<Entry> puts, List<Address> removes) {
    requireOpen();
    // Whoever reads meanwhile finds no alias without its key, unless that key is being deleted.
    List<Address> keyAddresses = new ArrayList<>();
    for (Entry entry : puts) {
      if (entry instanceof KeyEntry key) {
        put(key, keys.get(key.address()));
        keyAddresses.add(key.address());
      }
    }
    addInOrder(sortedKeys, keyAddresses);
    List<Address> aliasAddresses = new ArrayList<>();
    List<AliasOfKey> targets = new ArrayList<>();
    for (Entry entry : puts) {
      if (entry instanceof AliasEntry alias) {
        put(alias, aliases.get(alias.address()));
        aliasAddresses.add(alias.address());
        targets.add(belowItsKey(alias));
      }
    }
    addInOrder(sortedAliases, aliasAddresses);
    addInOrder(aliasesByKey, targets);
    removes.stream()
        .flatMap(address -> Stream.ofNullable(aliases.get(address)))
        .forEach(this::remove);
    removes.stream().flatMap(address -> Stream.ofNullable(keys.get(address))).forEach(this::remove);
  }

  /**
   * Each place is then found beside the last one. In any other order a large store is searched
   * anew, from end to end of memory, for each of its entries, which takes most of opening it.
   */
  private static <T extends Comparable<T>> void addInOrder(NavigableSet<T> index, List<T> all) {
    all.sort(null);
    index.addAll(all);
  }

  /** Ends this copy in favour of another one, which keeps most of its materials. */
  synchronized void closeMaterialsNotIn(InMemoryKeyStorage other) {
    for (KeyEntry key : keys.values()) {
      List<SymmetricMaterial> kept =
          other.key(key.address()).map(KeyEntry::materials).orElse(List.of());
      for (SymmetricMaterial material : key.materials()) {
        if (!kept.contains(material)) {
          material.close();
        }
      }
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    keys.values().forEach(key -> key.materials().forEach(SymmetricMaterial::close));
    keys.clear();
    aliases.clear();
    keysByMaterial.clear();
    sortedKeys.clear();
    sortedAliases.clear();
    aliasesByKey.clear();
    deletions.clear();
  }

  /** Whether nothing that a change rests on has changed. */
  synchronized boolean isCurrent(Change change) {
    // An entry that was removed and made anew has the version of the old one and is another.
    return change.puts().stream().allMatch(this::isNextVersion)
        && change.removes().stream().allMatch(entry -> entry.equals(stored(entry)))
        && change.unchanged().stream().allMatch(entry -> entry.equals(stored(entry)));
  }

  private boolean isNextVersion(Entry entry) {
    Entry before = stored(entry);
    return entry.version() == (before == null ? 1 : before.version() + 1);
  }

  private @Nullable Entry stored(Entry entry) {
    return entry instanceof KeyEntry ? keys.get(entry.address()) : aliases.get(entry.address());
  }

  private void put(KeyEntry key, @Nullable KeyEntry before) {
    keys.put(key.address(), key);
    for (SymmetricMaterial material : key.materials()) {
      keysByMaterial.put(at(key, material), key.address());
    }
    if (before != null) {
      forgetMaterials(before, key.materials());
      forgetDeletion(before);
    }
    if (key.deletionDate() != null) {
      deletions.add(new Deletion(key.deletionDate(), key.address()));
    }
  }

  private void put(AliasEntry alias, @Nullable AliasEntry before) {
    aliases.put(alias.address(), alias);
    if (before != null && !before.targetKeyId().equals(alias.targetKeyId())) {
      aliasesByKey.remove(belowItsKey(before));
    }
  }

  private void remove(Entry entry) {
    if (entry instanceof KeyEntry key) {
      keys.remove(key.address());
      sortedKeys.remove(key.address());
      forgetMaterials(key, List.of());
      forgetDeletion(key);
    } else if (entry instanceof AliasEntry alias) {
      aliases.remove(alias.address());
      sortedAliases.remove(alias.address());
      aliasesByKey.remove(belowItsKey(alias));
    }
  }

  private void forgetMaterials(KeyEntry key, List<SymmetricMaterial> kept) {
    for (SymmetricMaterial material : key.materials()) {
      // The same bytes may be kept by another object: then the id still leads to the key.
      if (kept.stream().noneMatch(other -> other.id().equals(material.id()))) {
        keysByMaterial.remove(at(key, material));
      }
      if (!kept.contains(material)) {
        material.close();
      }
    }
  }

  private void forgetDeletion(KeyEntry key) {
    if (key.deletionDate() != null) {
      deletions.remove(new Deletion(key.deletionDate(), key.address()));
    }
  }

  private static MaterialAddress at(KeyEntry key, SymmetricMaterial material) {
    return new MaterialAddress(key.address().account(), key.address().region(), material.id());
  }

  private static AliasOfKey belowItsKey(AliasEntry alias) {
    Address address = alias.address();
    return new AliasOfKey(
        new Address(address.account(), address.region(), alias.targetKeyId()), address.id());
  }

  private <T> List<T> page(
      Stream<Address> addresses, Address scope, int limit, Function<Address, Optional<T>> entry) {
    return complete(
        addresses
            .takeWhile(address -> address.account().equals(scope.account()))
            .takeWhile(address -> address.region().equals(scope.region()))
            .flatMap(address -> entry.apply(address).stream())
            .limit(limit));
  }

  /** A listing that was overtaken by closing just ends; it must not pass for a whole one. */
  private <T> List<T> complete(Stream<T> entries) {
    List<T> list = entries.toList();
    requireOpen();
    return list;
  }

  private <T> Optional<T> found(@Nullable T entry) {
    if (entry == null) {
      // After closing there is nothing, but "nothing" would be an answer.
      requireOpen();
    }
    return Optional.ofNullable(entry);
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
          take(steps);
        }
      }
    }
  }
}
