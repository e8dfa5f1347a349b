package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The VPC endpoint service does not exist or may not be used.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateCustomKeyStore, UpdateCustomKeyStore.
 */
public final class XksProxyVpcEndpointServiceNotFoundException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public XksProxyVpcEndpointServiceNotFoundException(@Nullable String message) {
    super("XksProxyVpcEndpointServiceNotFoundException", 400, message);
  }
}
