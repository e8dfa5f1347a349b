package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * Requests come faster than the quota allows. The request can be sent again after a while.
 *
 * <p>HTTP status 400, worth retrying. Answered by: all operations. A common error: the service's
 * model does not list it.
 */
public final class ThrottlingException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public ThrottlingException(@Nullable String message) {
    super("ThrottlingException", 400, message);
  }

  @Override
  public boolean isRetryable() {
    return true;
  }
}
