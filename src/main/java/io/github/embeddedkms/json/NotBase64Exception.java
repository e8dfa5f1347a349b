package io.github.embeddedkms.json;

/** A value is not base64, for which the service has an error of its own. */
public final class NotBase64Exception extends JsonException {

  private static final long serialVersionUID = 1L;

  NotBase64Exception(String message) {
    super(message);
  }
}
