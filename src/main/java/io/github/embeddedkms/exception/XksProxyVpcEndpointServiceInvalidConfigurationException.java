package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The VPC endpoint service is not set up as an external key store needs it.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: CreateCustomKeyStore,
 * UpdateCustomKeyStore.
 */
public final class XksProxyVpcEndpointServiceInvalidConfigurationException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public XksProxyVpcEndpointServiceInvalidConfigurationException(@Nullable String message) {
    super("XksProxyVpcEndpointServiceInvalidConfigurationException", 400, message);
  }
}
