package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * What the request would create is there already: an alias of that name, or a replica in that
 * Region.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: CreateAlias, ReplicateKey.
 */
public final class AlreadyExistsException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public AlreadyExistsException(@Nullable String message) {
    super("AlreadyExistsException", 400, message);
  }
}
