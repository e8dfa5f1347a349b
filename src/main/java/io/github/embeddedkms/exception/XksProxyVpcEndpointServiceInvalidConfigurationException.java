package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The configuration of the VPC endpoint service does not meet the requirements of an external key
 * store.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateCustomKeyStore, UpdateCustomKeyStore.
 */
public final class XksProxyVpcEndpointServiceInvalidConfigurationException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public XksProxyVpcEndpointServiceInvalidConfigurationException(@Nullable String message) {
    super("XksProxyVpcEndpointServiceInvalidConfigurationException", 400, message);
  }
}
