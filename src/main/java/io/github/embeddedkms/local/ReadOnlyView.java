package io.github.embeddedkms.local;

import io.github.embeddedkms.exception.ReadOnlyStoreException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.AliasEntry;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What callers see of a storage that was opened for reading only. Due keys cannot be removed from
 * it, but are answered as if they had been: a key whose deletion date is past is not found, by its
 * id, its materials or its aliases, nor listed. Changes are refused.
 */
final class ReadOnlyView implements KeyStorage {

  private final KeyStorage storage;
  private final Supplier<Instant> now;

  ReadOnlyView(KeyStorage storage, Supplier<Instant> now) {
    this.storage = storage;
    this.now = now;
  }

  private boolean isThere(KeyEntry key) {
    return key.deletionDate() == null || key.deletionDate().isAfter(now.get());
  }

  /** An alias goes with its key. */
  private boolean isThere(AliasEntry alias) {
    Address at = alias.address();
    return storage
        .key(new Address(at.account(), at.region(), alias.targetKeyId()))
        .filter(key -> !isThere(key))
        .isEmpty();
  }

  @Override
  public Optional<KeyEntry> key(Address address) {
    return storage.key(address).filter(this::isThere);
  }

  @Override
  public Optional<KeyEntry> keyOfMaterial(String account, String region, Bytes materialId) {
    return storage.keyOfMaterial(account, region, materialId).filter(this::isThere);
  }

  @Override
  public Optional<AliasEntry> alias(Address address) {
    return storage.alias(address).filter(this::isThere);
  }

  @Override
  public List<KeyEntry> keysAfter(Address after, int limit) {
    return page(
        after, limit, from -> storage.keysAfter(from, limit), KeyEntry::address, this::isThere);
  }

  @Override
  public List<AliasEntry> aliasesAfter(Address after, int limit) {
    return page(
        after,
        limit,
        from -> storage.aliasesAfter(from, limit),
        AliasEntry::address,
        this::isThere);
  }

  @Override
  public List<AliasEntry> aliasesOf(Address key, String after, int limit) {
    return key(key).isPresent() ? storage.aliasesOf(key, after, limit) : List.of();
  }

  /** Full as long as there is more: what is hidden must not shorten a page. */
  private static <T> List<T> page(
      Address after,
      int limit,
      Function<Address, List<T>> next,
      Function<T, Address> address,
      Predicate<T> isThere) {
    List<T> page = new ArrayList<>();
    Address from = after;
    boolean more = true;
    while (more && page.size() < limit) {
      List<T> read = next.apply(from);
      read.stream().filter(isThere).limit(limit - page.size()).forEach(page::add);
      more = read.size() == limit;
      from = more ? address.apply(read.get(limit - 1)) : from;
    }
    return List.copyOf(page);
  }

  /** None: nothing is left to be deleted. */
  @Override
  public Optional<Instant> nextDeletion() {
    return Optional.empty();
  }

  @Override
  public List<KeyEntry> keysDueForDeletion(Instant present) {
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
