package io.github.embeddedkms.exception;

/**
 * The MAC is not that of the message under the key and algorithm. The service sends no message with
 * it.
 *
 * <p>HTTP status 400, not retryable as it is. Answered by: VerifyMac.
 */
public final class KmsInvalidMacException extends KmsException {

  private static final long serialVersionUID = 1L;

  /** Creates the error, which never has a message. */
  public KmsInvalidMacException() {
    super("KMSInvalidMacException", 400, null);
  }
}
