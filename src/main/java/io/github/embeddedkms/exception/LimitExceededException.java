package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * A quota of the service is exhausted, or a document is too long.
 *
 * <p>HTTP status 400, not retryable. Returned by: the operations that create or enlarge something.
 */
public final class LimitExceededException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public LimitExceededException(@Nullable String message) {
    super("LimitExceededException", 400, message);
  }
}
