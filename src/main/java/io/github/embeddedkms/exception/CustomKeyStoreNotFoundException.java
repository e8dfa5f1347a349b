package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * There is no custom key store with that id or name.
 *
 * <p>HTTP status 400, not retryable. Returned by: the operations on custom key stores, CreateKey,
 * GenerateRandom.
 */
public final class CustomKeyStoreNotFoundException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public CustomKeyStoreNotFoundException(@Nullable String message) {
    super("CustomKeyStoreNotFoundException", 400, message);
  }
}
