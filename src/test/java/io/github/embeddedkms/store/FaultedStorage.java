package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.model.KeyState;
import java.time.Instant;

/**
 * An open storage whose database gets into trouble and out of it again. It holds a key with an
 * alias from the beginning.
 */
final class FaultedStorage implements AutoCloseable {

  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.089Z");

  private final TestDatabase database;
  private final SealedKeyStorage storage;

  /**
   * Opens the storage.
   *
   * @param database what others see
   * @param builder over the same database, perhaps by other connections
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

  /** What the database holds, as somebody sees it who opens the store now. */
  Contents stored() {
    try (SealedKeyStorage other = database.builder().rootKey(RootKey.unsealedForTests()).open()) {
      return Contents.of(other);
    }
  }

  /** Disables the key, or enables it again. */
  boolean change() {
    KeyEntry before = storage.key(Contents.address("key")).orElseThrow();
    return storage.apply(change(before));
  }

  private static Change change(KeyEntry before) {
    KeyState state = before.state() == KeyState.ENABLED ? KeyState.DISABLED : KeyState.ENABLED;
    return Change.replace(before, before.changed(next -> next.state(state)));
  }

  /** A change during the trouble is refused; what was read before it is what it is decided on. */
  void refusesChange(KeyEntry before, Class<? extends KeyStorageException> type, String message) {
    assertThatThrownBy(() -> storage.apply(change(before))).isInstanceOf(type).hasMessage(message);
  }

  /** A look during the trouble is refused: an old answer would be no better than a wrong one. */
  void refusesLook(Class<? extends KeyStorageException> type, String message) {
    assertThatThrownBy(() -> storage.key(Contents.address("key")))
        .isInstanceOf(type)
        .hasMessage(message);
  }

  KeyEntry key() {
    return storage.key(Contents.address("key")).orElseThrow();
  }

  /** After the trouble: the same storage holds what it held, and takes changes. */
  void worksAgain(Contents expected) {
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
