package io.github.embeddedkms.exception;

/**
 * A call would have changed a key or alias of a store that was opened for reading only. Nothing has
 * happened, and trying again does not help.
 *
 * <p>AWS KMS has no such error, so this is no {@link KmsException}. Over the wire it has the code
 * {@code EmbeddedKmsReadOnly} and the status 400, which the AWS SDKs do not try again.
 */
public final class ReadOnlyStoreException extends java.lang.UnsupportedOperationException {

  private static final long serialVersionUID = 1L;

  /** Creates the error. */
  public ReadOnlyStoreException() {
    super("embedded-kms: the store was opened for reading only, and cannot be changed");
  }
}
