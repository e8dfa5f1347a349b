package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The trust anchor certificate is not the one with which the CloudHSM cluster was initialized.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateCustomKeyStore.
 */
public final class IncorrectTrustAnchorException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public IncorrectTrustAnchorException(@Nullable String message) {
    super("IncorrectTrustAnchorException", 400, message);
  }
}
