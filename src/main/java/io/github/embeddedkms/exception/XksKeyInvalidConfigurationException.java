package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The external key cannot back a KMS key: its spec, status or usage is not suitable.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateKey.
 */
public final class XksKeyInvalidConfigurationException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public XksKeyInvalidConfigurationException(@Nullable String message) {
    super("XksKeyInvalidConfigurationException", 400, message);
  }
}
