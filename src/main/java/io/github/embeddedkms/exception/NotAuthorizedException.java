package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The name is reserved for the service, as aliases below {@code alias/aws/} are.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: CreateAlias, UpdateAlias, DeleteAlias. A
 * common error: the service's model does not list it.
 */
public final class NotAuthorizedException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public NotAuthorizedException(@Nullable String message) {
    super("NotAuthorizedException", 400, message);
  }
}
