package io.github.embeddedkms.exception;

/**
 * The request uses a feature of the service that this library does not support yet. Nothing was
 * changed, and retrying does not help.
 *
 * <p>AWS KMS has no such error, so this is not a {@link KmsException}. On the wire it has the code
 * {@code EmbeddedKmsNotSupportedYet} and the HTTP status 501.
 */
public final class NotSupportedYetException extends java.lang.UnsupportedOperationException {

  /** The error code on the wire, with status 501. It is not a code of AWS KMS. */
  public static final String ERROR_CODE = "EmbeddedKmsNotSupportedYet";

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param message the feature that is not supported yet; begins with {@code embedded-kms:}
   */
  public NotSupportedYetException(String message) {
    super(message);
  }
}
