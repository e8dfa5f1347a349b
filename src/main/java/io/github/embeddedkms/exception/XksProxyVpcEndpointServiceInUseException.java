package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The VPC endpoint service is already used by another external key store.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateCustomKeyStore, UpdateCustomKeyStore.
 */
public final class XksProxyVpcEndpointServiceInUseException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public XksProxyVpcEndpointServiceInUseException(@Nullable String message) {
    super("XksProxyVpcEndpointServiceInUseException", 400, message);
  }
}
