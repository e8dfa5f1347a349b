package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * No CloudHSM cluster of that id is known.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: CreateCustomKeyStore,
 * UpdateCustomKeyStore.
 */
public final class CloudHsmClusterNotFoundException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public CloudHsmClusterNotFoundException(@Nullable String message) {
    super("CloudHsmClusterNotFoundException", 400, message);
  }
}
