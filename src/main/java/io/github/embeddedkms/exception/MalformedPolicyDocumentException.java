package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The key policy is not valid, or would lock out its author.
 *
 * <p>HTTP status 400, not retryable. Returned by: CreateKey, PutKeyPolicy, ReplicateKey.
 */
public final class MalformedPolicyDocumentException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public MalformedPolicyDocumentException(@Nullable String message) {
    super("MalformedPolicyDocumentException", 400, message);
  }
}
