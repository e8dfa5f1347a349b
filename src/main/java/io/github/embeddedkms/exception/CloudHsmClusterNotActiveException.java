package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The CloudHSM cluster is not in its active state.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateCustomKeyStore, ConnectCustomKeyStore,
 * UpdateCustomKeyStore.
 */
public final class CloudHsmClusterNotActiveException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public CloudHsmClusterNotActiveException(@Nullable String message) {
    super("CloudHsmClusterNotActiveException", 400, message);
  }
}
