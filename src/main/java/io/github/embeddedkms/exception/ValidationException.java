package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The request violates constraints of its members. The text lists every violation of one request
 * together.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: all operations. A common error: the
 * service's model does not list it.
 */
public final class ValidationException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public ValidationException(@Nullable String message) {
    super("ValidationException", 400, message);
  }
}
