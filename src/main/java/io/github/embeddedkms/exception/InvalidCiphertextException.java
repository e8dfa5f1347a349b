package io.github.embeddedkms.exception;

/**
 * The ciphertext cannot be decrypted: it is damaged, it is not a ciphertext of the service, or the
 * encryption context is not the one that it is bound to. The service does not reveal which, so the
 * error has neither message nor cause.
 *
 * <p>HTTP status 400, not retryable. Returned by: Decrypt, ReEncrypt, ImportKeyMaterial.
 */
public final class InvalidCiphertextException extends KmsException {

  private static final long serialVersionUID = 1L;

  /** Creates the error, which never has a message. */
  public InvalidCiphertextException() {
    super("InvalidCiphertextException", 400, null);
  }
}
