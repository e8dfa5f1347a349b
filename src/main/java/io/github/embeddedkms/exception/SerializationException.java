package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The body of the request is not JSON, or a member has the wrong type.
 *
 * <p>HTTP status 400, not retryable. Returned by: all operations, before they begin. This is a
 * common error, which the service's model does not list.
 */
public final class SerializationException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public SerializationException(@Nullable String message) {
    super("SerializationException", 400, message);
  }
}
