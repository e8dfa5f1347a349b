package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The service failed because of an internal error. The request can be retried.
 *
 * <p>HTTP status 500, retryable. Returned by: all operations.
 */
public final class KmsInternalException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public KmsInternalException(@Nullable String message) {
    super("KMSInternalException", 500, message);
  }
}
