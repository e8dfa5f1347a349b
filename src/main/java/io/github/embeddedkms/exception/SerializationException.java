package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The body of the request is not JSON, or a member has the wrong type.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: all operations, before they begin. A
 * common error: the service's model does not list it.
 */
public final class SerializationException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public SerializationException(@Nullable String message) {
    super("SerializationException", 400, message);
  }
}
