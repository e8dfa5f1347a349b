package io.github.embeddedkms.envelope;

/**
 * Thrown when a message was sealed offline only, and the reader has not said that it opens such
 * messages ({@link EnvelopeBuilder#opensOffline}), or the request is for messages that the service
 * has sealed. Anyone who has the public key can make such a message.
 */
public final class SealedOfflineException extends EnvelopeException {

  private static final long serialVersionUID = 1L;

  SealedOfflineException(String message) {
    super(message);
  }
}
