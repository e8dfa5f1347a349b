package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * Another change of the same resource is in progress. The same request may succeed later.
 *
 * <p>HTTP status 400, not retryable. Returned by: RotateKeyOnDemand.
 */
public final class ConflictException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public ConflictException(@Nullable String message) {
    super("ConflictException", 400, message);
  }
}
