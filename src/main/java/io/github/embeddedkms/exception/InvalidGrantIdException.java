package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The grant id is not valid.
 *
 * <p>HTTP status 400, not retryable. Returned by: ListGrants, RetireGrant, RevokeGrant.
 */
public final class InvalidGrantIdException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public InvalidGrantIdException(@Nullable String message) {
    super("InvalidGrantIdException", 400, message);
  }
}
