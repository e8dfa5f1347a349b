package io.github.embeddedkms.exception;

/**
 * The ciphertext does not open: it is damaged, not a ciphertext at all, or the encryption context
 * differs from the one it was made with. The service does not say which, and so the error has
 * neither message nor cause.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: Decrypt, ReEncrypt, ImportKeyMaterial.
 */
public final class InvalidCiphertextException extends KmsException {

  private static final long serialVersionUID = 1L;

  /** Creates the error, which never has a message. */
  public InvalidCiphertextException() {
    super("InvalidCiphertextException", 400, null);
  }
}
