package io.github.embeddedkms.envelope;

/**
 * What was given is no message of this format: its first bytes, a length or a flag are impossible.
 */
public final class MalformedMessageException extends EnvelopeException {

  private static final long serialVersionUID = 1L;

  MalformedMessageException(String message) {
    super(message);
  }
}
