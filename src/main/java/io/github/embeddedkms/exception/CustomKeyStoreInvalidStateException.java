package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The connection state of the custom key store does not allow the operation.
 *
 * <p>HTTP status 400, not retryable. Returned by: ConnectCustomKeyStore, DisconnectCustomKeyStore,
 * UpdateCustomKeyStore, DeleteCustomKeyStore, CreateKey, GenerateRandom.
 */
public final class CustomKeyStoreInvalidStateException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public CustomKeyStoreInvalidStateException(@Nullable String message) {
    super("CustomKeyStoreInvalidStateException", 400, message);
  }
}
