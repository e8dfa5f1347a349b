package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The alias name is not valid. A missing prefix {@code alias/} causes a {@link ValidationException}
 * instead.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateAlias.
 */
public final class InvalidAliasNameException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public InvalidAliasNameException(@Nullable String message) {
    super("InvalidAliasNameException", 400, message);
  }
}
