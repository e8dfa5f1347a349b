package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * A grant token was not issued by the service, or is not valid for this request.
 *
 * <p>HTTP status 400, not retryable. Returned by: the operations that take grant tokens,
 * RetireGrant.
 */
public final class InvalidGrantTokenException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public InvalidGrantTokenException(@Nullable String message) {
    super("InvalidGrantTokenException", 400, message);
  }
}
