package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The import token is malformed or belongs to another key.
 *
 * <p>HTTP status 400, not retryable. Returned by: ImportKeyMaterial.
 */
public final class InvalidImportTokenException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public InvalidImportTokenException(@Nullable String message) {
    super("InvalidImportTokenException", 400, message);
  }
}
