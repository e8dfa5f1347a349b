package io.github.embeddedkms.store;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a stored key, or the whole store, cannot be used. Opening and maintaining a store
 * throw it directly; a service call fails with a {@code KMSInternalException} or a {@code
 * KeyUnavailableException} instead.
 *
 * <p>The message says what is wrong and where. It never contains secrets.
 */
public sealed class KeyStorageException extends RuntimeException
    permits AlteredStoreException,
        StoreNotFoundException,
        StoreUnavailableException,
        UnreadableItemException,
        WrongRootKeyException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message what is wrong, and where
   */
  public KeyStorageException(String message) {
    this(message, null);
  }

  /**
   * Creates the error.
   *
   * @param message what is wrong, and where
   * @param cause the exception of the database, or null
   */
  public KeyStorageException(String message, @Nullable Throwable cause) {
    super("embedded-kms: " + message, cause);
  }
}
