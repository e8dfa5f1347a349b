package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The external key store proxy knows no external key of that id.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: CreateKey.
 */
public final class XksKeyNotFoundException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public XksKeyNotFoundException(@Nullable String message) {
    super("XksKeyNotFoundException", 400, message);
  }
}
