package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The caller is not allowed to do this with that key, or the ciphertext names a key that the caller
 * cannot reach. On the wire its text stands under a capital {@code Message}.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: all operations. A common error: the
 * service's model does not list it.
 */
public final class AccessDeniedException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public AccessDeniedException(@Nullable String message) {
    super("AccessDeniedException", 400, message);
  }
}
