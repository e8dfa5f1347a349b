package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The endpoint of the external key store proxy is already used by another external key store, which
 * does not allow sharing it.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateCustomKeyStore, UpdateCustomKeyStore.
 */
public final class XksProxyUriEndpointInUseException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public XksProxyUriEndpointInUseException(@Nullable String message) {
    super("XksProxyUriEndpointInUseException", 400, message);
  }
}
