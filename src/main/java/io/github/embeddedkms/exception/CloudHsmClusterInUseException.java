package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The CloudHSM cluster, or one that shares a backup history with it, already backs a custom key
 * store.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateCustomKeyStore.
 */
public final class CloudHsmClusterInUseException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public CloudHsmClusterInUseException(@Nullable String message) {
    super("CloudHsmClusterInUseException", 400, message);
  }
}
