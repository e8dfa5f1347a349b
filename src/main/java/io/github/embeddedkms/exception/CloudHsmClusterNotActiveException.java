package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The CloudHSM cluster is not in its active state.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: CreateCustomKeyStore,
 * ConnectCustomKeyStore, UpdateCustomKeyStore.
 */
public final class CloudHsmClusterNotActiveException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public CloudHsmClusterNotActiveException(@Nullable String message) {
    super("CloudHsmClusterNotActiveException", 400, message);
  }
}
