package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The endpoint and path of the external key store proxy are already used by another external key
 * store.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateCustomKeyStore, UpdateCustomKeyStore.
 */
public final class XksProxyUriInUseException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public XksProxyUriInUseException(@Nullable String message) {
    super("XksProxyUriInUseException", 400, message);
  }
}
