package io.github.embeddedkms.exception;

import org.jspecify.annotations.Nullable;

/**
 * A service error whose code this library does not know: of a newer service, of a proxy in front of
 * it, or of another implementation of its protocol. {@link #errorCode()} and {@link #statusCode()}
 * are those of the response.
 *
 * <p>Retryable if the HTTP status is 429, or 500 or higher. Returned by: clients of remote
 * endpoints only.
 */
public final class UnmodeledKmsException extends KmsException {

  private static final long serialVersionUID = 1L;

  private static final int TOO_MANY_REQUESTS = 429;

  /**
   * Creates the error.
   *
   * @param errorCode the code as on the wire
   * @param statusCode the HTTP status
   * @param message the message, or null if there is none
   */
  public UnmodeledKmsException(String errorCode, int statusCode, @Nullable String message) {
    super(errorCode, statusCode, message);
  }

  @Override
  public boolean isRetryable() {
    return statusCode() == TOO_MANY_REQUESTS || super.isRetryable();
  }
}
