package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The KMS key is not of the kind that the operation needs: its key usage differs, or its key spec
 * does not offer the algorithm.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: the cryptographic operations,
 * GetPublicKey.
 */
public final class InvalidKeyUsageException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public InvalidKeyUsageException(@Nullable String message) {
    super("InvalidKeyUsageException", 400, message);
  }
}
