package io.github.embeddedkms.envelope;

/**
 * Thrown when a message has another version of the format, or a cipher suite that this library does
 * not support.
 */
public final class UnsupportedVersionException extends EnvelopeException {

  private static final long serialVersionUID = 1L;

  UnsupportedVersionException(String message) {
    super(message);
  }
}
