package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The state of the KMS key does not allow the operation: for example, the key is pending deletion
 * or pending import, or is still being created or updated.
 *
 * <p>HTTP status 400, not retryable. Returned by: most operations on a key.
 */
public final class KmsInvalidStateException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public KmsInvalidStateException(@Nullable String message) {
    super("KMSInvalidStateException", 400, message);
  }
}
