package io.github.embeddedkms.envelope;

/**
 * Thrown when a message cannot be opened, or not in the requested way. There is one subclass for
 * each kind of failure.
 *
 * <p>None has a cause. Until the commitment of a message has proved its data key and context, none
 * reveals more than can be seen in the message without any key: an attacker could learn from the
 * difference between two failures. Errors of the key management service itself (access denied, key
 * disabled, throttled) are thrown as {@code KmsException} instead.
 */
public abstract class EnvelopeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  EnvelopeException(String message) {
    // The cause is fixed as null: without this, initCause could still set one.
    super("embedded-kms: " + message, null);
  }
}
