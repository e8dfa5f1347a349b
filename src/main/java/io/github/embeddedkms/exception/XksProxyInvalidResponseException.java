package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The external key store proxy gave an answer that cannot be interpreted.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: CreateCustomKeyStore,
 * UpdateCustomKeyStore.
 */
public final class XksProxyInvalidResponseException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public XksProxyInvalidResponseException(@Nullable String message) {
    super("XksProxyInvalidResponseException", 400, message);
  }
}
