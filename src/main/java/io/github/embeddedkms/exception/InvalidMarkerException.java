package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The pagination marker is not one that the same operation returned.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: the operations that list.
 */
public final class InvalidMarkerException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public InvalidMarkerException(@Nullable String message) {
    super("InvalidMarkerException", 400, message);
  }
}
