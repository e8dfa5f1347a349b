package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The session token of the request's credentials has expired.
 *
 * <p>HTTP status 400, not retryable. Returned by: all operations, before they begin. This is a
 * common error, which the service's model does not list.
 */
public final class ExpiredTokenException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public ExpiredTokenException(@Nullable String message) {
    super("ExpiredTokenException", 400, message);
  }
}
