package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * No custom key store of that id or name is known.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: the operations on custom key stores,
 * CreateKey, GenerateRandom.
 */
public final class CustomKeyStoreNotFoundException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public CustomKeyStoreNotFoundException(@Nullable String message) {
    super("CustomKeyStoreNotFoundException", 400, message);
  }
}
