package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * There is no CloudHSM cluster with that id.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateCustomKeyStore, UpdateCustomKeyStore.
 */
public final class CloudHsmClusterNotFoundException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public CloudHsmClusterNotFoundException(@Nullable String message) {
    super("CloudHsmClusterNotFoundException", 400, message);
  }
}
