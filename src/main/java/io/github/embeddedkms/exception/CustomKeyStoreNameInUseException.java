package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * Another custom key store of the account and Region has that name.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateCustomKeyStore, UpdateCustomKeyStore.
 */
public final class CustomKeyStoreNameInUseException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public CustomKeyStoreNameInUseException(@Nullable String message) {
    super("CustomKeyStoreNameInUseException", 400, message);
  }
}
