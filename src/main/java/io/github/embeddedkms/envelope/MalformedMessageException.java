package io.github.embeddedkms.envelope;

/**
 * Thrown when the bytes are not a message of this format (the first bytes, a length or a flag are
 * invalid), or when the message was damaged: its commitment proves that it was sealed with this
 * data key and this context, but a segment after it is not authentic, so neither the keys nor the
 * context are the reason.
 */
public final class MalformedMessageException extends EnvelopeException {

  private static final long serialVersionUID = 1L;

  MalformedMessageException(String message) {
    super(message);
  }
}
