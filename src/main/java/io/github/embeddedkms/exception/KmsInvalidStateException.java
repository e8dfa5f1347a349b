package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The state of the KMS key does not allow the operation: it waits for deletion or for imported
 * material, or is still being created or updated.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: most operations on a key.
 */
public final class KmsInvalidStateException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public KmsInvalidStateException(@Nullable String message) {
    super("KMSInvalidStateException", 400, message);
  }
}
