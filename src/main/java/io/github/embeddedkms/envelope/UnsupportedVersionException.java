package io.github.embeddedkms.envelope;

/**
 * A message of another version of the format, or of a cipher suite that this library does not have.
 */
public final class UnsupportedVersionException extends EnvelopeException {

  private static final long serialVersionUID = 1L;

  UnsupportedVersionException(String message) {
    super(message);
  }
}
