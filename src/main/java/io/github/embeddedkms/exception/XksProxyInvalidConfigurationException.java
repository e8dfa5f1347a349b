package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The external key store proxy is not set up as the service needs it.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: CreateCustomKeyStore,
 * UpdateCustomKeyStore.
 */
public final class XksProxyInvalidConfigurationException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public XksProxyInvalidConfigurationException(@Nullable String message) {
    super("XksProxyInvalidConfigurationException", 400, message);
  }
}
