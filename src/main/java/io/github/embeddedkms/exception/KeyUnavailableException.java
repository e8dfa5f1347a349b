package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The KMS key is temporarily unavailable. The request can be retried.
 *
 * <p>HTTP status 500, retryable. Returned by: the cryptographic operations, GetPublicKey.
 */
public final class KeyUnavailableException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public KeyUnavailableException(@Nullable String message) {
    super("KeyUnavailableException", 500, message);
  }
}
