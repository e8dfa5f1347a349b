package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The service failed by a fault of its own. The request can be sent again.
 *
 * <p>HTTP status 500, worth retrying. Answered by: all operations.
 */
public final class KmsInternalException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public KmsInternalException(@Nullable String message) {
    super("KMSInternalException", 500, message);
  }
}
