package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The request is not signed at all.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: all operations, before they begin. A
 * common error: the service's model does not list it.
 */
public final class MissingAuthenticationTokenException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public MissingAuthenticationTokenException(@Nullable String message) {
    super("MissingAuthenticationTokenException", 400, message);
  }
}
