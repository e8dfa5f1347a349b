package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Keeps keys and aliases. Writing is one {@link Change} at a time.
 *
 * <p>Storages come from this library: what they keep holds key material, of a type that is not for
 * users.
 *
 * <p>Implementations are safe for use by several threads. After {@link #close()} every other method
 * throws {@link IllegalStateException}.
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
   * Finds a key.
   *
   * @param address account, Region and key id
   * @return the key, if there is one
   */
  Optional<KeyEntry> key(Address address);

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
   * Finds an alias.
   *
   * @param address account, Region and alias name
   * @return the alias, if there is one
   */
  Optional<AliasEntry> alias(Address address);

  /**
   * Lists the keys of an account and Region in the order of their ids.
   *
   * @param after where to begin: account, Region, and the id that comes before the first one
   *     wanted; an empty id for the beginning
   * @param limit how many at most
   * @return the next keys
   */
  List<KeyEntry> keysAfter(Address after, int limit);

  /**
   * Lists the aliases of an account and Region in the order of their names.
   *
   * @param after where to begin: account, Region, and the name that comes before the first one
   *     wanted; an empty name for the beginning
   * @param limit how many at most
   * @return the next aliases
   */
  List<AliasEntry> aliasesAfter(Address after, int limit);

  /**
   * Lists the aliases of one key in the order of their names.
   *
   * @param key account, Region and key id
   * @param after the name that comes before the first one wanted; empty for the beginning
   * @param limit how many at most
   * @return the next aliases
   */
  List<AliasEntry> aliasesOf(Address key, String after, int limit);

  /**
   * When the next key is to be deleted.
   *
   * @return the earliest deletion date of all keys, if any key waits for its deletion
   */
  Optional<Instant> nextDeletion();

  /**
   * Lists the keys whose time has come, of all accounts and Regions.
   *
   * @param now the present
   * @return the keys whose deletion date is not after the present
   */
  List<KeyEntry> keysDueForDeletion(Instant now);

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
   */
  boolean apply(Change change);

  /** Wipes and forgets what is held in memory. Closing again does nothing. */
  @Override
  void close();
}
