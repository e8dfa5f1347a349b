package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * A service error, with the code, HTTP status and message of AWS KMS.
 *
 * <p>There is one subclass for each error code that is known, and {@link UnmodeledKmsException} for
 * the others. The Java names follow the AWS SDK for Java v2 ({@link KmsInvalidStateException});
 * {@link #errorCode()} is the code on the wire ({@code KMSInvalidStateException}).
 *
 * <p>The message is exactly the service's if that is known. Some errors have none (for example
 * {@link InvalidCiphertextException}); then {@link #getMessage()} is null. A message that begins
 * with {@code embedded-kms:} is this library's own, used if the service's message was never
 * recorded. A service error never has a cause, because a difference between two causes could reveal
 * something to an attacker.
 *
 * <p>Source: AWS KMS API Reference, "Errors" of each operation and "Common Errors".
 */
public abstract class KmsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String errorCode;
  private final int statusCode;

  /**
   * Creates a service error.
   *
   * @param errorCode the code on the wire
   * @param statusCode the HTTP status
   * @param message the service's message, or null if it sends none
   */
  protected KmsException(String errorCode, int statusCode, @Nullable String message) {
    // The cause is fixed as null: without this, initCause could still set one.
    super(message, null);
    this.errorCode = errorCode;
    this.statusCode = statusCode;
  }

  /**
   * Returns the service's message.
   *
   * @return the message, or null if the service sends none
   */
  @Override
  public @Nullable String getMessage() {
    return super.getMessage();
  }

  /**
   * Returns the error code in the service's response, for example {@code NotFoundException} or
   * {@code KMSInvalidStateException}.
   *
   * @return the error code, never empty
   */
  public String errorCode() {
    return errorCode;
  }

  /**
   * Returns the HTTP status of the error: 500 for internal errors of the service, 400 for all
   * others, including {@link NotFoundException} and {@link AccessDeniedException}.
   *
   * @return 400 or 500; another one only for an {@link UnmodeledKmsException}
   */
  public int statusCode() {
    return statusCode;
  }

  /**
   * Returns whether the same request is worth retrying, by the rules of the AWS SDKs: after
   * internal errors of the service, and when requests are throttled.
   *
   * @return true if a retry may succeed
   */
  public boolean isRetryable() {
    return statusCode >= 500;
  }
}
