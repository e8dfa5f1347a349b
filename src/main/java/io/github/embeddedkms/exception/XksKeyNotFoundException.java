package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The external key store proxy has no external key with that id.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateKey.
 */
public final class XksKeyNotFoundException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public XksKeyNotFoundException(@Nullable String message) {
    super("XksKeyNotFoundException", 400, message);
  }
}
