package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The KMS key is disabled. EnableKey enables it.
 *
 * <p>HTTP status 400, not retryable. Returned by: the cryptographic operations, CreateGrant, key
 * rotation, ReplicateKey, UpdatePrimaryRegion.
 */
public final class DisabledException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public DisabledException(@Nullable String message) {
    super("DisabledException", 400, message);
  }
}
