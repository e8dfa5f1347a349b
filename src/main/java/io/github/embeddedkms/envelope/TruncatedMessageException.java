package io.github.embeddedkms.envelope;

/**
 * Thrown when the end of a message is missing. A message that ends right after its recipients may
 * also be a prepared container that has not been filled. The length of the message shows this,
 * without any key.
 */
public final class TruncatedMessageException extends EnvelopeException {

  private static final long serialVersionUID = 1L;

  TruncatedMessageException(String message) {
    super(message);
  }
}
