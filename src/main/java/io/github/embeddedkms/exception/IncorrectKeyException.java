package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The key in the request is not the key that encrypted the ciphertext.
 *
 * <p>HTTP status 400, not retryable. Returned by: Decrypt, ReEncrypt.
 */
public final class IncorrectKeyException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public IncorrectKeyException(@Nullable String message) {
    super("IncorrectKeyException", 400, message);
  }
}
