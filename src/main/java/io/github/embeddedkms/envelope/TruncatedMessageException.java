package io.github.embeddedkms.envelope;

/**
 * The end of the message is missing; or, if it ends right after its recipients, it is a prepared
 * container that has not been filled. Its length shows that, without any key.
 */
public final class TruncatedMessageException extends EnvelopeException {

  private static final long serialVersionUID = 1L;

  TruncatedMessageException(String message) {
    super(message);
  }
}
