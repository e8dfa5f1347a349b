package io.github.embeddedkms.endpoint;

/**
 * A request that is not valid HTTP, or exceeds a limit. The connection is closed after the
 * response, since it is not known where the next request begins.
 */
final class RequestRefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * Creates a refusal.
   *
   * @param status the HTTP status of the response
   * @param reason the message of the response, without the prefix of this library's messages
   */
  RequestRefusedException(int status, String reason) {
    // Frequent under attack, and the stack is never shown.
    super(reason, null, false, false);
    this.status = status;
  }

  int status() {
    return status;
  }

  /** Returns the message, which is never null. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
