package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * A quota of the service is used up, or a document is longer than its limit.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: the operations that create or enlarge
 * something.
 */
public final class LimitExceededException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public LimitExceededException(@Nullable String message) {
    super("LimitExceededException", 400, message);
  }
}
