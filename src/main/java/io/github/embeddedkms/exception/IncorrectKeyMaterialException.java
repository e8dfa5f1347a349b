package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * The key material to import is not the material that the KMS key already belongs to.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: ImportKeyMaterial.
 */
public final class IncorrectKeyMaterialException extends KmsException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the service's text, or null where it sends none
   */
  public IncorrectKeyMaterialException(@Nullable String message) {
    super("IncorrectKeyMaterialException", 400, message);
  }
}
