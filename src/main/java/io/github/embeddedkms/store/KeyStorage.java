package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Bytes;
import java.util.Optional;

/**
 * Keeps keys and aliases. Reading never waits for writing; writing is one {@link Change} at a time.
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
   * Applies a change, if nothing that it rests on has changed meanwhile. From then on the storage
   * owns the key materials put, and wipes those that no entry holds any more.
   *
   * @param change what to put and remove
   * @return false if another change was faster; then nothing has happened
   */
  boolean apply(Change change);

  /** Wipes and forgets what is held in memory. Closing again does nothing. */
  @Override
  void close();
}
