package io.github.embeddedkms.exception;

/**
 * The signature does not match the message, key and algorithm. The service sends no error message.
 *
 * <p>HTTP status 400, not retryable. Returned by: Verify.
 */
public final class KmsInvalidSignatureException extends KmsException {

  private static final long serialVersionUID = 1L;

  /** Creates the error, which never has a message. */
  public KmsInvalidSignatureException() {
    super("KMSInvalidSignatureException", 400, null);
  }
}
