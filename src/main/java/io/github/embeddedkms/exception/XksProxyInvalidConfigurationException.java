package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The configuration of the external key store proxy does not meet the service's requirements.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateCustomKeyStore, UpdateCustomKeyStore.
 */
public final class XksProxyInvalidConfigurationException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public XksProxyInvalidConfigurationException(@Nullable String message) {
    super("XksProxyInvalidConfigurationException", 400, message);
  }
}
