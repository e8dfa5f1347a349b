package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The request's signature is incomplete or malformed.
 *
 * <p>HTTP status 400, not retryable. Returned by: all operations, before they begin. This is a
 * common error, which the service's model does not list.
 */
public final class IncompleteSignatureException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public IncompleteSignatureException(@Nullable String message) {
    super("IncompleteSignatureException", 400, message);
  }
}
