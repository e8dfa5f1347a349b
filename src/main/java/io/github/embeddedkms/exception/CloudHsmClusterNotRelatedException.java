package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The CloudHSM cluster in the request does not share a backup history with the cluster that it
 * would replace.
 *
 * <p>HTTP status 400, not retryable. Returned by: UpdateCustomKeyStore.
 */
public final class CloudHsmClusterNotRelatedException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public CloudHsmClusterNotRelatedException(@Nullable String message) {
    super("CloudHsmClusterNotRelatedException", 400, message);
  }
}
