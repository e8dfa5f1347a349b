package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Stores keys, aliases and other entries. Each write is one {@link Change}.
 *
 * <p>Implementations are part of this library: entries hold key material, of a type that is not for
 * users.
 *
 * <p>Implementations are safe for use by several threads. After {@link #close()} every other method
 * throws {@link IllegalStateException}. An entry that a newer version of this library has written
 * does not affect others: looking it up throws {@link KeyStorageException}, and listings omit it.
 */
public interface KeyStorage extends AutoCloseable {

  /**
   * Creates an empty storage in memory, which discards everything when it is closed.
   *
   * @return a new storage
   */
  static KeyStorage inMemory() {
    return new InMemoryKeyStorage();
  }

  /**
   * Finds an entry.
   *
   * @param kind what kind of entry
   * @param address account, Region and id
   * @param <E> the type of the entry
   * @return the entry, if there is one
   * @throws KeyStorageException if there is one that cannot be read
   */
  <E extends Entry> Optional<E> entry(EntryKind<E> kind, Address address);

  /**
   * Finds the key that a material belongs to.
   *
   * @param account the account to search
   * @param region the Region to search
   * @param materialId a key material id, 32 bytes
   * @return the key, if there is one
   */
  Optional<KeyEntry> keyOfMaterial(String account, String region, Bytes materialId);

  /**
   * Lists the keys of a Region that a material belongs to, of all accounts. There are several only
   * if accounts were given the same key id and material, for example by seeds.
   *
   * @param region the Region to search
   * @param materialId a key material id, 32 bytes
   * @return the keys in the order of their accounts, without any that cannot be read
   */
  List<KeyEntry> keysOfMaterial(String region, Bytes materialId);

  /**
   * Lists the entries of an account and Region in the order of their ids.
   *
   * @param kind what kind of entries
   * @param after where to begin: account, Region, and the id after which the listing begins; an
   *     empty id for the beginning
   * @param limit how many at most
   * @param <E> the type of the entries
   * @return the next entries
   */
  <E extends Entry> List<E> entriesAfter(EntryKind<E> kind, Address after, int limit);

  /**
   * Lists the entries of a group, such as the entries that belong to one key, in the order of their
   * {@linkplain Entry#listings() positions}.
   *
   * @param kind what kind of entries
   * @param group the group: account, Region and key id for the entries of a key
   * @param after the position after which the listing begins; empty for the beginning
   * @param limit how many at most
   * @param <E> the type of the entries
   * @return the next entries
   */
  <E extends Entry> List<E> entriesOf(EntryKind<E> kind, Address group, String after, int limit);

  /**
   * Counts the entries of a group, without listing them.
   *
   * @param kind what kind of entries
   * @param group the group: account, Region and key id for the entries of a key
   * @return how many entries it has, without any that cannot be read
   */
  int countOf(EntryKind<?> kind, Address group);

  /**
   * Lists the keys of an account that have one id, in the order of their Regions: a multi-Region
   * primary key and its replicas.
   *
   * @param account the account to search
   * @param keyId the id of a multi-Region key
   * @return the keys; empty if the id is not that of a multi-Region key
   * @throws KeyStorageException if there is one that cannot be read
   */
  List<KeyEntry> relatedKeys(String account, String keyId);

  /**
   * Returns the time at which the next action on an entry is due.
   *
   * @return the earliest of all {@linkplain Entry#dueDates() due dates}, if there is one
   */
  Optional<Instant> nextDue();

  /**
   * Lists the entries of all accounts and Regions for which an action is due.
   *
   * @param now the present time
   * @return the entries with a {@linkplain Entry#dueDates() due date} that is not after the
   *     present, ordered by the earliest of their due dates
   */
  List<Entry> due(Instant now);

  /**
   * Returns the time that decides when irreversible actions are due, the deletion of a key for
   * example, if this storage has its own clock or checks the machine's. Both the deletion date and
   * the present time are taken from here, unless the provider was given a clock.
   *
   * @return a time with a precision of milliseconds; empty if the machine's clock is to be used
   *     unchecked
   */
  default Optional<Instant> time() {
    return Optional.empty();
  }

  /**
   * Returns the time that decides when actions are due that lose nothing, automatic rotation for
   * example. It is the same as {@link #time()}, except that it follows the machine's clock however
   * far ahead that is.
   *
   * @return a time with a precision of milliseconds; empty if the machine's clock is to be used
   */
  default Optional<Instant> uncheckedTime() {
    return Optional.empty();
  }

  /**
   * Returns whether the machine's clock is so far ahead of the time that this storage has confirmed
   * that {@link #time()} does not follow it.
   *
   * @return true if irreversible actions are suspended until {@link #confirmTime()} is called
   */
  default boolean isClockAhead() {
    return false;
  }

  /** Confirms the machine's clock, however far ahead it is. */
  default void confirmTime() {}

  /**
   * Finds a key.
   *
   * @param address account, Region and key id
   * @return the key, if there is one
   */
  default Optional<KeyEntry> key(Address address) {
    return entry(KeyEntry.KIND, address);
  }

  /**
   * Finds an alias.
   *
   * @param address account, Region and alias name
   * @return the alias, if there is one
   */
  default Optional<AliasEntry> alias(Address address) {
    return entry(AliasEntry.KIND, address);
  }

  /**
   * Lists the keys of an account and Region in the order of their ids.
   *
   * @param after where to begin, as in {@link #entriesAfter}
   * @param limit how many at most
   * @return the next keys
   */
  default List<KeyEntry> keysAfter(Address after, int limit) {
    return entriesAfter(KeyEntry.KIND, after, limit);
  }

  /**
   * Lists the aliases of an account and Region in the order of their names.
   *
   * @param after where to begin, as in {@link #entriesAfter}
   * @param limit how many at most
   * @return the next aliases
   */
  default List<AliasEntry> aliasesAfter(Address after, int limit) {
    return entriesAfter(AliasEntry.KIND, after, limit);
  }

  /**
   * Lists the aliases of one key in the order of their names.
   *
   * @param key account, Region and key id
   * @param after the name after which the listing begins; empty for the beginning
   * @param limit how many at most
   * @return the next aliases
   */
  default List<AliasEntry> aliasesOf(Address key, String after, int limit) {
    return entriesOf(AliasEntry.KIND, key, after, limit);
  }

  /**
   * Returns whether this storage was opened for reading only. If so, {@link #apply} throws {@link
   * UnsupportedOperationException}, and keys whose deletion date has passed are not removed:
   * callers must treat them as deleted.
   *
   * @return true if nothing can ever be changed through this storage
   */
  default boolean isReadOnly() {
    return false;
  }

  /**
   * Returns whether the entries outlive this object.
   *
   * @return true for a database, false for a storage in memory
   */
  default boolean isPersistent() {
    return false;
  }

  /**
   * Returns the cipher of tokens that every node of a shared store opens, also after a restart.
   *
   * @return the cipher; empty if tokens are those of one provider only
   */
  default Optional<TokenCipher> tokenCipher() {
    return Optional.empty();
  }

  /**
   * Applies a change, if nothing that it is based on has changed meanwhile and its limits are kept.
   * The storage then owns the key materials that were put (each belongs to one key), and wipes a
   * material once its key no longer holds it.
   *
   * @param change what to put and remove
   * @return false if another change was faster or a limit is reached; then nothing was applied
   * @throws KeyStorageException if the change would replace an entry that cannot be read
   */
  boolean apply(Change change);

  /** Wipes and discards everything held in memory. Closing again has no effect. */
  @Override
  void close();
}
