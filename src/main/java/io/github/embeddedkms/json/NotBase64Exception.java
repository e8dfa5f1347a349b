package io.github.embeddedkms.json;

/** Bytes that are not base64, which the service answers apart from other faults of a text. */
public final class NotBase64Exception extends JsonException {

  private static final long serialVersionUID = 1L;

  NotBase64Exception(String message) {
    super(message);
  }
}
