package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The import token is older than its 24 hours.
 *
 * <p>HTTP status 400, not retryable. Returned by: ImportKeyMaterial.
 */
public final class ExpiredImportTokenException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public ExpiredImportTokenException(@Nullable String message) {
    super("ExpiredImportTokenException", 400, message);
  }
}
