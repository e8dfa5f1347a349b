package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The pagination marker was not returned by the same operation.
 *
 * <p>HTTP status 400, not retryable. Returned by: the operations that list.
 */
public final class InvalidMarkerException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public InvalidMarkerException(@Nullable String message) {
    super("InvalidMarkerException", 400, message);
  }
}
