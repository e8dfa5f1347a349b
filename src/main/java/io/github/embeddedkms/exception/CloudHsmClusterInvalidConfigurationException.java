package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The CloudHSM cluster is not set up as a custom key store needs it: too few active modules, or a
 * security group that does not fit.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: CreateCustomKeyStore,
 * ConnectCustomKeyStore, UpdateCustomKeyStore, CreateKey.
 */
public final class CloudHsmClusterInvalidConfigurationException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public CloudHsmClusterInvalidConfigurationException(@Nullable String message) {
    super("CloudHsmClusterInvalidConfigurationException", 400, message);
  }
}
