package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The key material to import is not the material that is already associated with the KMS key.
 *
 * <p>HTTP status 400, not retryable. Returned by: ImportKeyMaterial.
 */
public final class IncorrectKeyMaterialException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's message, or null if it sends none
   */
  public IncorrectKeyMaterialException(@Nullable String message) {
    super("IncorrectKeyMaterialException", 400, message);
  }
}
