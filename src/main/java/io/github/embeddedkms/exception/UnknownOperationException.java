package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The request asks for an operation that the service does not have.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: any request, before it is read. A common
 * error: the service's model does not list it.
 */
public final class UnknownOperationException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public UnknownOperationException(@Nullable String message) {
    super("UnknownOperationException", 400, message);
  }
}
