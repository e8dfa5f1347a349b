package io.github.embeddedkms.exception;

/**
 * The provider behind a client is closed, and trying again does not help. A call that was running
 * when it was closed may have been carried out; a later one was not.
 *
 * <p>AWS KMS has no such error, so this is not a {@link KmsException}. Over the wire it has the
 * code {@code EmbeddedKmsClosed} and the status 410, which no AWS SDK retries.
 */
public final class ServiceClosedException extends IllegalStateException {

  /**
   * The error code on the wire, with status 410, which no AWS SDK retries. It is not a code of AWS
   * KMS.
   */
  public static final String ERROR_CODE = "EmbeddedKmsClosed";

  private static final long serialVersionUID = 1L;

  private static final String MESSAGE = "embedded-kms: the provider is closed";

  /** Creates the failure of a call that found the provider closed. */
  public ServiceClosedException() {
    super(MESSAGE);
  }

  /**
   * Creates the failure of a call that was running when the provider was closed.
   *
   * @param cause how the call failed
   */
  public ServiceClosedException(Throwable cause) {
    super(MESSAGE, cause);
  }
}
