package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * An error that the service answers, with the code, status and text that AWS KMS gives.
 *
 * <p>There is one subclass for each error code. The Java names follow the AWS SDK for Java v2
 * ({@link KmsInvalidStateException}), {@link #errorCode()} is the code on the wire ({@code
 * KMSInvalidStateException}).
 *
 * <p>The message is exactly the service's where that is known. Some errors have none ({@link
 * InvalidCiphertextException}): then {@link #getMessage()} is null. A text that begins {@code
 * embedded-kms:} is this library's, given where the service's own was never recorded. An answer of
 * the service never has a cause: what differs between two causes could tell an attacker something.
 *
 * <p>Source: AWS KMS API Reference, "Errors" of each operation and "Common Errors".
 */
public abstract class KmsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String errorCode;
  private final int statusCode;

  /**
   * Creates an answer of the service.
   *
   * @param errorCode the code as on the wire
   * @param statusCode the HTTP status, 400 or 500
   * @param message the service's text, or null where it sends none
   */
  protected KmsException(String errorCode, int statusCode, @Nullable String message) {
    // The cause is fixed as null: without this, initCause could still set one.
    super(message, null);
    this.errorCode = errorCode;
    this.statusCode = statusCode;
  }

  /**
   * The service's text.
   *
   * @return the text, or null where the service sends none
   */
  @Override
  public @Nullable String getMessage() {
    return super.getMessage();
  }

  /**
   * The code of the error as it stands in the service's response, for example {@code
   * NotFoundException} or {@code KMSInvalidStateException}.
   *
   * @return the error code, never empty
   */
  public String errorCode() {
    return errorCode;
  }

  /**
   * The HTTP status of the error: 500 for faults of the service, 400 for everything else, {@link
   * NotFoundException} and {@link AccessDeniedException} included.
   *
   * @return 400 or 500
   */
  public int statusCode() {
    return statusCode;
  }

  /**
   * Whether sending the same request again is worthwhile without changing anything, as the AWS SDKs
   * decide it: after faults of the service and when requests are throttled.
   *
   * @return true where a retry may succeed
   */
  public boolean isRetryable() {
    return statusCode >= 500;
  }
}
