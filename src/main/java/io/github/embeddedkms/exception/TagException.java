package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The tags in the request are not valid together: keys are duplicate or reserved, or there are too
 * many tags.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateKey, ReplicateKey, TagResource,
 * UntagResource.
 */
public final class TagException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public TagException(@Nullable String message) {
    super("TagException", 400, message);
  }
}
