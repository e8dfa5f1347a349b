package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The alias name is reserved for the service, because it begins with {@code alias/aws/}.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateAlias, UpdateAlias, DeleteAlias. This is a
 * common error, which the service's model does not list.
 */
public final class NotAuthorizedException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public NotAuthorizedException(@Nullable String message) {
    super("NotAuthorizedException", 400, message);
  }
}
