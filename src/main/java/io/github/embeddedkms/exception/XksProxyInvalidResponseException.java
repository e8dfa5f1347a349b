package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The external key store proxy returned a response that cannot be interpreted.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateCustomKeyStore, UpdateCustomKeyStore.
 */
public final class XksProxyInvalidResponseException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public XksProxyInvalidResponseException(@Nullable String message) {
    super("XksProxyInvalidResponseException", 400, message);
  }
}
