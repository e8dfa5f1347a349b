package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The key, alias, grant or policy that the request names does not exist, or the identifier cannot
 * be one.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: all operations that name something.
 */
public final class NotFoundException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public NotFoundException(@Nullable String message) {
    super("NotFoundException", 400, message);
  }
}
