package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The endpoint of the external key store proxy already serves another store that excludes sharing
 * it.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: CreateCustomKeyStore,
 * UpdateCustomKeyStore.
 */
public final class XksProxyUriEndpointInUseException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public XksProxyUriEndpointInUseException(@Nullable String message) {
    super("XksProxyUriEndpointInUseException", 400, message);
  }
}
