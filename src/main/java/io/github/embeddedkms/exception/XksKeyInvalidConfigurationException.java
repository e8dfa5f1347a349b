package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The external key is not one that can back a KMS key: its spec, status or usage does not fit.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: CreateKey.
 */
public final class XksKeyInvalidConfigurationException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public XksKeyInvalidConfigurationException(@Nullable String message) {
    super("XksKeyInvalidConfigurationException", 400, message);
  }
}
