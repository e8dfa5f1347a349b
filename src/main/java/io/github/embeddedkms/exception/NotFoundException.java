package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The key, alias, grant or policy in the request does not exist, or the identifier is not valid.
 *
 * <p>HTTP status 400, not retryable. Returned by: all operations that name a resource.
 */
public final class NotFoundException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public NotFoundException(@Nullable String message) {
    super("NotFoundException", 400, message);
  }
}
