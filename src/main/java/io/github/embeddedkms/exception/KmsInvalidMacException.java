package io.github.embeddedkms.exception;

/**
 * The MAC does not match the message, key and algorithm. The service sends no error message.
 *
 * <p>HTTP status 400, not retryable. Returned by: VerifyMac.
 */
public final class KmsInvalidMacException extends KmsException {

  private static final long serialVersionUID = 1L;

  /** Creates the error, which never has a message. */
  public KmsInvalidMacException() {
    super("KMSInvalidMacException", 400, null);
  }
}
