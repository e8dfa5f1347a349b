package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The KMS key is not suitable for the operation: its key usage is a different one, or its key spec
 * does not offer the algorithm.
 *
 * <p>HTTP status 400, not retryable. Returned by: the cryptographic operations, GetPublicKey.
 */
public final class InvalidKeyUsageException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public InvalidKeyUsageException(@Nullable String message) {
    super("InvalidKeyUsageException", 400, message);
  }
}
