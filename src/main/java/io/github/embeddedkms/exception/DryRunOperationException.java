package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The request was a dry run and passed every check. Nothing was done. Without {@code DryRun}, the
 * request would have succeeded.
 *
 * <p>HTTP status 400, not retryable. Returned by: the cryptographic operations, CreateGrant,
 * RetireGrant, RevokeGrant.
 */
public final class DryRunOperationException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public DryRunOperationException(@Nullable String message) {
    super("DryRunOperationException", 400, message);
  }
}
