package io.github.embeddedkms.exception;

/**
 * The request would change a key or alias of a store that was opened for reading only. Nothing was
 * changed, and retrying does not help.
 *
 * <p>AWS KMS has no such error, so this is not a {@link KmsException}. On the wire it has the code
 * {@code EmbeddedKmsReadOnly} and the HTTP status 400, which the AWS SDKs do not retry.
 */
public final class ReadOnlyStoreException extends java.lang.UnsupportedOperationException {

  /**
   * The error code on the wire, with status 400, so that no AWS SDK retries. It is not a code of
   * AWS KMS.
   */
  public static final String ERROR_CODE = "EmbeddedKmsReadOnly";

  private static final long serialVersionUID = 1L;

  /** Creates the error. */
  public ReadOnlyStoreException() {
    super("embedded-kms: the store was opened for reading only, and cannot be changed");
  }
}
