package io.github.embeddedkms.local;

import io.github.embeddedkms.exception.ReadOnlyStoreException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.Entry;
import io.github.embeddedkms.store.EntryKind;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What callers see of a storage that was opened for reading only. Due keys cannot be removed from
 * it, but are answered as if they had been: a key whose deletion date is past is not found, by its
 * id, its materials or its aliases, nor listed. Changes are refused.
 */
final class ReadOnlyView implements KeyStorage {

  private final KeyStorage storage;
  private final KmsClock clock;

  ReadOnlyView(KeyStorage storage, KmsClock clock) {
    this.storage = storage;
    this.clock = clock;
  }

  /** What belongs to a key goes with it. */
  private boolean isThere(Entry entry) {
    if (entry instanceof KeyEntry key) {
      return key.deletionDate() == null || key.deletionDate().isAfter(clock.decisive());
    }
    return entry.owner().flatMap(storage::key).filter(owner -> !isThere(owner)).isEmpty();
  }

  @Override
  public <E extends Entry> Optional<E> entry(EntryKind<E> kind, Address address) {
    return storage.entry(kind, address).filter(this::isThere);
  }

  @Override
  public Optional<KeyEntry> keyOfMaterial(String account, String region, Bytes materialId) {
    return storage.keyOfMaterial(account, region, materialId).filter(this::isThere);
  }

  /** Full as long as there is more: what is hidden must not shorten a page. */
  @Override
  public <E extends Entry> List<E> entriesAfter(EntryKind<E> kind, Address after, int limit) {
    List<E> page = new ArrayList<>();
    Address from = after;
    boolean more = true;
    while (more && page.size() < limit) {
      List<E> read = storage.entriesAfter(kind, from, limit);
      read.stream().filter(this::isThere).limit(limit - page.size()).forEach(page::add);
      more = read.size() == limit;
      from = more ? read.get(limit - 1).address() : from;
    }
    return List.copyOf(page);
  }

  @Override
  public <E extends Entry> List<E> entriesOf(
      EntryKind<E> kind, Address key, String after, int limit) {
    return key(key).isPresent() ? storage.entriesOf(kind, key, after, limit) : List.of();
  }

  /** Nothing: nothing can be done here. */
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
  public boolean apply(Change change) {
    throw new ReadOnlyStoreException();
  }

  @Override
  public void close() {
    storage.close();
  }
}
