package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The key that the request names is not the one that the ciphertext was made with.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: Decrypt, ReEncrypt.
 */
public final class IncorrectKeyException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public IncorrectKeyException(@Nullable String message) {
    super("IncorrectKeyException", 400, message);
  }
}
