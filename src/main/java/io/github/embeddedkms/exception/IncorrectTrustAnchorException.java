package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The trust anchor certificate is not the one that the CloudHSM cluster was initialised with.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: CreateCustomKeyStore.
 */
public final class IncorrectTrustAnchorException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public IncorrectTrustAnchorException(@Nullable String message) {
    super("IncorrectTrustAnchorException", 400, message);
  }
}
