package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The rate of requests exceeds the quota. The request can be retried later.
 *
 * <p>HTTP status 400, retryable. Returned by: all operations. This is a common error, which the
 * service's model does not list.
 */
public final class ThrottlingException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public ThrottlingException(@Nullable String message) {
    super("ThrottlingException", 400, message);
  }

  @Override
  public boolean isRetryable() {
    return true;
  }
}
