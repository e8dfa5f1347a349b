package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Keeps keys, aliases and other entries. Writing is one {@link Change} at a time.
 *
 * <p>Storages come from this library: what they keep holds key material, of a type that is not for
 * users.
 *
 * <p>Implementations are safe for use by several threads. After {@link #close()} every other method
 * throws {@link IllegalStateException}. An entry that a newer version of this library has written
 * takes only itself away: asking for it throws {@link KeyStorageException}, and listings leave it
 * out.
 */
public interface KeyStorage extends AutoCloseable {

  /**
   * A storage in memory, empty, which forgets everything when it is closed.
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
   * @param account the account to look in
   * @param region the Region to look in
   * @param materialId a key material id, 32 bytes
   * @return the key, if there is one
   */
  Optional<KeyEntry> keyOfMaterial(String account, String region, Bytes materialId);

  /**
   * Lists the entries of an account and Region in the order of their ids.
   *
   * @param kind what kind of entries
   * @param after where to begin: account, Region, and the id that comes before the first one
   *     wanted; an empty id for the beginning
   * @param limit how many at most
   * @param <E> the type of the entries
   * @return the next entries
   */
  <E extends Entry> List<E> entriesAfter(EntryKind<E> kind, Address after, int limit);

  /**
   * Lists the entries that belong to one key in the order of their ids.
   *
   * @param kind what kind of entries
   * @param key account, Region and key id
   * @param after the id that comes before the first one wanted; empty for the beginning
   * @param limit how many at most
   * @param <E> the type of the entries
   * @return the next entries
   */
  <E extends Entry> List<E> entriesOf(EntryKind<E> kind, Address key, String after, int limit);

  /**
   * When something is due next.
   *
   * @return the earliest of all {@linkplain Entry#dueDates() due dates}, if there is one
   */
  Optional<Instant> nextDue();

  /**
   * Lists the entries with something due, of all accounts and Regions.
   *
   * @param now the present
   * @return those with a {@linkplain Entry#dueDates() due date} that is not after the present, in
   *     the order of the earliest
   */
  List<Entry> due(Instant now);

  /**
   * The time by which irreversible acts are due, if this storage has a clock of its own or checks
   * the machine's: the deletion of a key, for example. Both its date and the present come from
   * here, unless the provider was given a clock.
   *
   * @return a time with a precision of milliseconds; empty if the machine's clock is to be used as
   *     it is
   */
  default Optional<Instant> time() {
    return Optional.empty();
  }

  /**
   * Whether the machine's clock is so far ahead of the time that this storage has confirmed that
   * {@link #time()} does not follow it.
   *
   * @return true if {@link #confirmTime()} is needed for irreversible acts to go on
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
   * @param after the name that comes before the first one wanted; empty for the beginning
   * @param limit how many at most
   * @return the next aliases
   */
  default List<AliasEntry> aliasesOf(Address key, String after, int limit) {
    return entriesOf(AliasEntry.KIND, key, after, limit);
  }

  /**
   * Whether this storage was opened for reading only. Then {@link #apply} throws {@link
   * UnsupportedOperationException}, and keys whose deletion date is past stay where they are:
   * callers must treat them as deleted.
   *
   * @return true if nothing can be changed through this storage, now or later
   */
  default boolean isReadOnly() {
    return false;
  }

  /**
   * Applies a change, if nothing that it rests on has changed meanwhile. From then on the storage
   * owns the key materials put (each belongs to one key), and wipes a material once its key no
   * longer holds it.
   *
   * @param change what to put and remove
   * @return false if another change was faster; then nothing has happened
   * @throws KeyStorageException if the change would replace an entry that cannot be read
   */
  boolean apply(Change change);

  /** Wipes and forgets what is held in memory. Closing again does nothing. */
  @Override
  void close();
}
