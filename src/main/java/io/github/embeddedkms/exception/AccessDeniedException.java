package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The caller has no permission for the operation with the key, or the ciphertext refers to a key
 * that the caller cannot access. On the wire its message is the member {@code Message}, with a
 * capital letter.
 *
 * <p>HTTP status 400, not retryable. Returned by: all operations. This is a common error, which the
 * service's model does not list.
 */
public final class AccessDeniedException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public AccessDeniedException(@Nullable String message) {
    super("AccessDeniedException", 400, message);
  }
}
