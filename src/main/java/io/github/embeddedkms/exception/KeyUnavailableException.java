package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The KMS key cannot be reached at the moment. The request can be sent again.
 *
 * <p>HTTP status 500, worth retrying. Answered by: the cryptographic operations, GetPublicKey.
 */
public final class KeyUnavailableException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public KeyUnavailableException(@Nullable String message) {
    super("KeyUnavailableException", 500, message);
  }
}
