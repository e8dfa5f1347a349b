package io.github.embeddedkms.json;

/** Text that is no JSON, or not the JSON that was expected; the message says what and where. */
public sealed class JsonException extends RuntimeException permits NotBase64Exception {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what is wrong, and at which path; nothing of the values
   */
  public JsonException(String message) {
    super(message);
  }
}
