package io.github.embeddedkms.envelope;

/**
 * More recipients than a message may have, or more of them may be for the reader's keys than he
 * allows to be tried.
 */
public final class TooManyRecipientsException extends EnvelopeException {

  private static final long serialVersionUID = 1L;

  TooManyRecipientsException(String message) {
    super(message);
  }
}
