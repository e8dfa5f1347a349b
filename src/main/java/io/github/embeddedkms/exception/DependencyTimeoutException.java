package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * A system that the service depends on did not respond in time.
 *
 * <p>HTTP status 500, retryable. Returned by: most operations.
 */
public final class DependencyTimeoutException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public DependencyTimeoutException(@Nullable String message) {
    super("DependencyTimeoutException", 500, message);
  }
}
