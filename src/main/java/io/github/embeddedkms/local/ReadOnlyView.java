package io.github.embeddedkms.local;

import io.github.embeddedkms.exception.ReadOnlyStoreException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.Entry;
import io.github.embeddedkms.store.EntryKind;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.TokenCipher;
import io.github.embeddedkms.store.UnreadableItemException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The view that callers have of a storage that was opened for reading only. Due keys cannot be
 * removed from it, but appear as deleted: a key whose deletion date is past is not listed, nor
 * found by its id, its materials or its aliases. Changes are rejected.
 *
 * <p>Imported material that has expired cannot be deleted, but appears so: the key is pending
 * import.
 *
 * <p>Due rotations cannot be carried out either: a key keeps the material that was the current one
 * when the storage was last written, and its next rotation date may be in the past. The next call
 * to a provider that may write rotates the key, with the date at which it was due.
 */
final class ReadOnlyView implements KeyStorage {

  private final KeyStorage storage;
  private final ProviderClock clock;

  ReadOnlyView(KeyStorage storage, ProviderClock clock) {
    this.storage = storage;
    this.clock = clock;
  }

  /** Returns whether an entry is visible. The entries of a key are visible only if the key is. */
  private boolean isVisible(Entry entry) {
    if (entry instanceof KeyEntry key) {
      return key.deletionDate() == null || key.deletionDate().isAfter(clock.decisive());
    }
    return entry.owner().filter(this::isHidden).isEmpty();
  }

  /** A key that cannot be read does not hide its entries: without it, they are listed too. */
  private boolean isHidden(Address key) {
    try {
      return storage.key(key).filter(found -> !isVisible(found)).isPresent();
    } catch (UnreadableItemException e) {
      return false;
    }
  }

  /** Returns an entry as it appears: as if due work had been carried out. */
  @SuppressWarnings("unchecked") // a key remains a key
  private <E extends Entry> E shown(E entry) {
    if (!(entry instanceof KeyEntry key)) {
      return entry;
    }
    KeyEntry shown = afterTransition(key);
    return (E) (shown.origin() == OriginType.EXTERNAL ? withoutExpired(shown) : shown);
  }

  private KeyEntry afterTransition(KeyEntry key) {
    KeyEntry.Transition transition = key.life().transition();
    return transition == null || transition.until().isAfter(clock.shared())
        ? key
        : key.afterTransition().atVersion(key.version());
  }

  private KeyEntry withoutExpired(KeyEntry key) {
    Instant now = clock.decisive();
    return ImportedMaterials.hasExpired(key, now)
        ? ImportedMaterials.withoutExpired(key, now).atVersion(key.version())
        : key;
  }

  @Override
  public <E extends Entry> Optional<E> entry(EntryKind<E> kind, Address address) {
    return storage.entry(kind, address).filter(this::isVisible).map(this::shown);
  }

  @Override
  public Optional<KeyEntry> keyOfMaterial(String account, String region, Bytes materialId) {
    return storage
        .keyOfMaterial(account, region, materialId)
        .filter(this::isVisible)
        .map(this::shown);
  }

  @Override
  public List<KeyEntry> keysOfMaterial(String region, Bytes materialId) {
    return storage.keysOfMaterial(region, materialId).stream()
        .filter(this::isVisible)
        .map(this::shown)
        .toList();
  }

  @Override
  public <E extends Entry> List<E> entriesAfter(EntryKind<E> kind, Address after, int limit) {
    return page(
        (from, most) -> storage.entriesAfter(kind, from, most), after, Entry::address, limit);
  }

  /** Reads entries after a place. */
  private interface Reading<P, E> {
    List<E> after(P place, int limit);
  }

  /** Returns a full page as long as there are more entries: hidden entries must not shorten it. */
  private <P, E extends Entry> List<E> page(
      Reading<P, E> reading, P after, Function<E, P> place, int limit) {
    List<E> page = new ArrayList<>();
    P from = after;
    boolean more = true;
    while (more && page.size() < limit) {
      List<E> read = reading.after(from, limit);
      read.stream()
          .filter(this::isVisible)
          .limit(limit - page.size())
          .map(this::shown)
          .forEach(page::add);
      more = read.size() == limit;
      from = more ? place.apply(read.get(limit - 1)) : from;
    }
    return List.copyOf(page);
  }

  /** The entries of a group can belong to several keys. */
  @Override
  public <E extends Entry> List<E> entriesOf(
      EntryKind<E> kind, Address group, String after, int limit) {
    return page(
        (from, most) -> storage.entriesOf(kind, group, from, most),
        after,
        entry -> entry.positionIn(group).orElse(""),
        limit);
  }

  @Override
  public int countOf(EntryKind<?> kind, Address group) {
    return entriesOf(kind, group, "", Integer.MAX_VALUE).size();
  }

  @Override
  public List<KeyEntry> relatedKeys(String account, String keyId) {
    return storage.relatedKeys(account, keyId).stream()
        .filter(this::isVisible)
        .map(this::shown)
        .toList();
  }

  /** Returns empty: no due work can be carried out in a read-only storage. */
  @Override
  public Optional<Instant> nextDue() {
    return Optional.empty();
  }

  @Override
  public List<Entry> due(Instant present) {
    return List.of();
  }

  @Override
  public boolean isReadOnly() {
    return true;
  }

  @Override
  public Optional<TokenCipher> tokenCipher() {
    return storage.tokenCipher();
  }

  @Override
  public boolean apply(Change change) {
    throw new ReadOnlyStoreException();
  }

  @Override
  public void close() {
    storage.close();
  }
}
