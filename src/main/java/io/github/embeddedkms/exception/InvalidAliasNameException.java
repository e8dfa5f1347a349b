package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The alias name is not one that an alias may have. A missing {@code alias/} prefix is a {@link
 * ValidationException} instead.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: CreateAlias.
 */
public final class InvalidAliasNameException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public InvalidAliasNameException(@Nullable String message) {
    super("InvalidAliasNameException", 400, message);
  }
}
