package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The external key already backs another KMS key.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateKey.
 */
public final class XksKeyAlreadyInUseException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public XksKeyAlreadyInUseException(@Nullable String message) {
    super("XksKeyAlreadyInUseException", 400, message);
  }
}
