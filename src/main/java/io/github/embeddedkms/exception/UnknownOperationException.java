package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The service has no operation with the name in the request.
 *
 * <p>HTTP status 400, not retryable. Returned by: any request, before it is read. This is a common
 * error, which the service's model does not list.
 */
public final class UnknownOperationException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public UnknownOperationException(@Nullable String message) {
    super("UnknownOperationException", 400, message);
  }
}
