package io.github.embeddedkms.envelope;

/**
 * The end of the message is missing; or, if it ends right behind its recipients, it is a prepared
 * container that nobody has filled. That can be seen of its length, without any key.
 */
public final class TruncatedMessageException extends EnvelopeException {

  private static final long serialVersionUID = 1L;

  TruncatedMessageException(String message) {
    super(message);
  }
}
