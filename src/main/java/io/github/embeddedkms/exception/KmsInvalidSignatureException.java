package io.github.embeddedkms.exception;

/**
 * The signature is not that of the message under the key and algorithm. The service sends no
 * message with it.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: Verify.
 */
public final class KmsInvalidSignatureException extends KmsException {

  private static final long serialVersionUID = 1L;

  /** Creates the error, which never has a message. */
  public KmsInvalidSignatureException() {
    super("KMSInvalidSignatureException", 400, null);
  }
}
