package io.github.embeddedkms.envelope;

/**
 * Thrown when a message has more recipients than a message may have, or when more of them may be
 * for the reader's keys than the reader allows to be tried.
 */
public final class TooManyRecipientsException extends EnvelopeException {

  private static final long serialVersionUID = 1L;

  TooManyRecipientsException(String message) {
    super(message);
  }
}
