package io.github.embeddedkms.envelope;

/**
 * Thrown when a message names a key of the reader, but was sealed to another public key than the
 * one that the reader expects. No call of the service was made for it.
 */
public final class OtherPublicKeyException extends EnvelopeException {

  private static final long serialVersionUID = 1L;

  OtherPublicKeyException() {
    super(
        "sealed to another public key than the expected one; compare the public key file of the"
            + " writer with GetPublicKey");
  }
}
