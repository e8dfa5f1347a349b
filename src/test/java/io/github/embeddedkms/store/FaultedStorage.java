package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.fixture.TestKeys;
import io.github.embeddedkms.store.process.Contents;
import java.time.Instant;

/**
 * An open storage whose database fails for some time and then recovers. From the beginning it holds
 * one key with an alias.
 */
final class FaultedStorage implements AutoCloseable {

  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.089Z");

  private final TestDatabase database;
  private final SealedKeyStorage storage;

  /**
   * Opens the storage.
   *
   * @param database the database as other nodes reach it
   * @param builder a builder over the same database, perhaps through other connections
   */
  FaultedStorage(TestDatabase database, SealedKeyStorageBuilder builder) {
    this.database = database;
    this.storage = builder.rootKey(RootKey.unsealedForTests()).open();
    storage.apply(Change.put(key("key")));
    storage.apply(Change.put(alias("alias/a", "key")));
  }

  static KeyEntry key(String id) {
    return TestKeys.symmetric(Contents.address(id), NOW);
  }

  static AliasEntry alias(String name, String keyId) {
    return new AliasEntry(Contents.address(name), 1, keyId, NOW, NOW);
  }

  SealedKeyStorage storage() {
    return storage;
  }

  /** Returns what the database holds, as seen by a node that opens the store now. */
  Contents stored() {
    try (SealedKeyStorage other = database.builder().rootKey(RootKey.unsealedForTests()).open()) {
      return Contents.of(other);
    }
  }

  /** Disables the key, or enables it if it is disabled. */
  boolean change() {
    KeyEntry before = storage.key(Contents.address("key")).orElseThrow();
    return storage.apply(change(before));
  }

  private static Change change(KeyEntry before) {
    KeyState state = before.state() == KeyState.ENABLED ? KeyState.DISABLED : KeyState.ENABLED;
    return Change.replace(before, before.changed(next -> next.state(state)));
  }

  /**
   * Asserts that a change during the failure is refused. The change is based on what was read
   * earlier.
   */
  void assertChangeRefused(
      KeyEntry before, Class<? extends KeyStorageException> type, String message) {
    assertThatThrownBy(() -> storage.apply(change(before))).isInstanceOf(type).hasMessage(message);
  }

  /**
   * Asserts that a read during the failure is refused: an outdated result would be no better than a
   * wrong one.
   */
  void assertReadRefused(Class<? extends KeyStorageException> type, String message) {
    assertThatThrownBy(() -> storage.key(Contents.address("key")))
        .isInstanceOf(type)
        .hasMessage(message);
  }

  KeyEntry key() {
    return storage.key(Contents.address("key")).orElseThrow();
  }

  /**
   * Asserts that the same storage still holds the expected contents after the failure, and takes
   * changes.
   */
  void assertWorksAgain(Contents expected) {
    assertThat(stored()).isEqualTo(expected);
    assertThat(Contents.of(storage)).isEqualTo(expected);
    assertThat(change()).isTrue();
    assertThat(Contents.of(storage)).isNotEqualTo(expected).isEqualTo(stored());
  }

  @Override
  public void close() {
    storage.close();
  }
}
