package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The configuration of the CloudHSM cluster does not meet the requirements of a custom key store:
 * it has too few active modules, or its security group is not suitable.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateCustomKeyStore, ConnectCustomKeyStore,
 * UpdateCustomKeyStore, CreateKey.
 */
public final class CloudHsmClusterInvalidConfigurationException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public CloudHsmClusterInvalidConfigurationException(@Nullable String message) {
    super("CloudHsmClusterInvalidConfigurationException", 400, message);
  }
}
