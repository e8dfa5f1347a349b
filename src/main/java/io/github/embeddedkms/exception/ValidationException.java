package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The request violates constraints of its members. The message lists all violations.
 *
 * <p>HTTP status 400, not retryable. Returned by: all operations. This is a common error, which the
 * service's model does not list.
 */
public final class ValidationException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public ValidationException(@Nullable String message) {
    super("ValidationException", 400, message);
  }
}
