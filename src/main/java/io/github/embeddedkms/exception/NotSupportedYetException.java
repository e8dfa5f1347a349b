package io.github.embeddedkms.exception;

/**
 * The service does what is asked, and this library does not do it yet. Nothing has happened, and
 * trying again does not help.
 *
 * <p>AWS KMS has no such error, so this is not a {@link KmsException}. Over the wire it has the
 * code {@code EmbeddedKmsNotSupportedYet} and the status 501.
 */
public final class NotSupportedYetException extends java.lang.UnsupportedOperationException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message what is not supported yet; it begins {@code embedded-kms:}
   */
  public NotSupportedYetException(String message) {
    super(message);
  }
}
