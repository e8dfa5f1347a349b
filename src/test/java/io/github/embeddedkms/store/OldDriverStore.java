package io.github.embeddedkms.store;

import java.util.function.BiFunction;

/** Opens a store with the drivers of the class loader that has loaded this class. */
public final class OldDriverStore implements BiFunction<String, Boolean, AutoCloseable> {

  /**
   * Opens or makes a store, and adds a key.
   *
   * @param url of the database, which becomes a file or a source of connections
   * @param allowUnsafeSqlite whether that is set
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
