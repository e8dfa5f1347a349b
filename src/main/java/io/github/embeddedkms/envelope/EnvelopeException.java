package io.github.embeddedkms.envelope;

/**
 * A message that does not open, or not as it was asked for. There is one subclass for each kind.
 *
 * <p>None has a cause, and until the data key and the context of a message are proved by its
 * commitment, none says more than can be seen of the message without any key: what differs between
 * two failures could tell an attacker something. Errors of the key management service itself
 * (access denied, key disabled, throttled) are not of this kind; they are thrown as {@code
 * KmsException}.
 */
public abstract class EnvelopeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  EnvelopeException(String message) {
    // The cause is fixed as null: without this, initCause could still set one.
    super("embedded-kms: " + message, null);
  }
}
