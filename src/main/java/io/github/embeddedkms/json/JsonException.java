package io.github.embeddedkms.json;

/** A text is not JSON, or not the expected JSON. The message says what is wrong and where. */
public sealed class JsonException extends RuntimeException permits NotBase64Exception {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what is wrong, and at which path; never a value
   */
  public JsonException(String message) {
    super(message);
  }
}
