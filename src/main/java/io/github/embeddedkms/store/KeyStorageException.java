package io.github.embeddedkms.store;

import org.jspecify.annotations.Nullable;

/**
 * A stored key, or the whole store, cannot be had. Thrown as it is when a store is opened or looked
 * after; a call of the service that meets it answers a {@code KMSInternalException} or a {@code
 * KeyUnavailableException} instead.
 *
 * <p>The message says what is wrong and where, never anything secret.
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
   * @param cause what the database said, if it said anything
   */
  public KeyStorageException(String message, @Nullable Throwable cause) {
    super("embedded-kms: " + message, cause);
  }
}
