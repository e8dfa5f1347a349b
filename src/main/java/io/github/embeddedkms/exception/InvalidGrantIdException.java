package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * No grant of that id can be meant.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: ListGrants, RetireGrant, RevokeGrant.
 */
public final class InvalidGrantIdException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public InvalidGrantIdException(@Nullable String message) {
    super("InvalidGrantIdException", 400, message);
  }
}
