package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The tags of the request are not acceptable together: duplicate keys, too many, or reserved ones.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: CreateKey, ReplicateKey, TagResource,
 * UntagResource.
 */
public final class TagException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public TagException(@Nullable String message) {
    super("TagException", 400, message);
  }
}
