package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The resource that the request would create already exists: an alias with that name, or a replica
 * in that Region.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateAlias, ReplicateKey.
 */
public final class AlreadyExistsException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public AlreadyExistsException(@Nullable String message) {
    super("AlreadyExistsException", 400, message);
  }
}
