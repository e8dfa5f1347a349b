package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * An ARN is malformed, or the request has an alias where the operation accepts only a key id or key
 * ARN.
 *
 * <p>HTTP status 400, not retryable. Returned by: the operations that manage keys, policies, tags
 * and grants.
 */
public final class InvalidArnException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public InvalidArnException(@Nullable String message) {
    super("InvalidArnException", 400, message);
  }
}
