package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The request was a dry run and passed every check. It is an error by form and good news by
 * content: nothing was done, and without {@code DryRun} it would have succeeded.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: the cryptographic operations,
 * CreateGrant, RetireGrant, RevokeGrant.
 */
public final class DryRunOperationException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public DryRunOperationException(@Nullable String message) {
    super("DryRunOperationException", 400, message);
  }
}
