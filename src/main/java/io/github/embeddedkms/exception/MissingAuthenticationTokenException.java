package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The request is not signed.
 *
 * <p>HTTP status 400, not retryable. Returned by: all operations, before they begin. This is a
 * common error, which the service's model does not list.
 */
public final class MissingAuthenticationTokenException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public MissingAuthenticationTokenException(@Nullable String message) {
    super("MissingAuthenticationTokenException", 400, message);
  }
}
