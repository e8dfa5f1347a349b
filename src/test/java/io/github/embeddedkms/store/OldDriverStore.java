package io.github.embeddedkms.store;

import java.util.function.BiFunction;

/** Opens a store with the drivers found by the class loader that loaded this class. */
public final class OldDriverStore implements BiFunction<String, Boolean, AutoCloseable> {

  /**
   * Opens or creates a store, and adds a key.
   *
   * @param url the URL of the database, used as a file or as a source of connections
   * @param allowUnsafeSqlite whether to set that option
   * @return the open storage
   */
  @Override
  public AutoCloseable apply(String url, Boolean allowUnsafeSqlite) {
    SealedKeyStorageBuilder builder =
        new TestDatabase(url).builder().rootKey(RootKey.unsealedForTests());
    if (allowUnsafeSqlite) {
      builder.allowUnsafeSqlite();
    }
    SealedKeyStorage storage = builder.open();
    try {
      storage.apply(Change.put(FaultedStorage.key("key" + storage.sequence())));
      return storage;
    } catch (RuntimeException | Error e) {
      storage.close();
      throw e;
    }
  }
}
