package io.github.embeddedkms.envelope;

/**
 * The bytes are not a message of this format: its first bytes, a length or a flag are impossible.
 * Or the message was damaged: its commitment shows that it was sealed with this data key and this
 * context, but a segment after it is not authentic, so that neither keys nor context are the
 * reason.
 */
public final class MalformedMessageException extends EnvelopeException {

  private static final long serialVersionUID = 1L;

  MalformedMessageException(String message) {
    super(message);
  }
}
