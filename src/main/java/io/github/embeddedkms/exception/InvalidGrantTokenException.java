package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * A grant token is not one that the service issued, or cannot be used here.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: the operations that take grant tokens,
 * RetireGrant.
 */
public final class InvalidGrantTokenException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public InvalidGrantTokenException(@Nullable String message) {
    super("InvalidGrantTokenException", 400, message);
  }
}
