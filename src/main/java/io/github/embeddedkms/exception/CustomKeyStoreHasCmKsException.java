package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The custom key store still holds KMS keys and cannot be deleted.
 *
 * <p>HTTP status 400, not retryable. Returned by: DeleteCustomKeyStore.
 */
public final class CustomKeyStoreHasCmKsException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public CustomKeyStoreHasCmKsException(@Nullable String message) {
    super("CustomKeyStoreHasCMKsException", 400, message);
  }
}
