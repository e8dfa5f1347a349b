package io.github.embeddedkms.wire;

import io.github.embeddedkms.exception.NotSupportedYetException;
import io.github.embeddedkms.exception.ReadOnlyStoreException;
import io.github.embeddedkms.exception.ServiceClosedException;
import io.github.embeddedkms.exception.ServiceErrors;
import io.github.embeddedkms.json.JsonException;
import io.github.embeddedkms.json.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the errors of the protocol.
 *
 * <p>Source: Smithy, "AWS JSON 1.1 protocol", "Operation error serialization".
 */
final class ErrorReader {

  private static final int FIRST_ERROR = 400;

  private ErrorReader() {}

  /**
   * Reads a response whose status is not that of a success.
   *
   * @param operation the name of the operation
   * @return the exception to throw
   */
  static RuntimeException read(String operation, WireResponse response) {
    Map<?, ?> body = response.status() >= FIRST_ERROR ? object(response.body()) : Map.of();
    String code = codeIn(body);
    if (code == null) {
      return new UnexpectedResponseException(operation, "HTTP status " + response.status());
    }
    String message = messageIn(body);
    return switch (code) {
      case NotSupportedYetException.ERROR_CODE ->
          new NotSupportedYetException(
              message == null
                  ? "embedded-kms: " + operation + " is not supported yet by the server"
                  : message);
      case ReadOnlyStoreException.ERROR_CODE -> new ReadOnlyStoreException();
      case ServiceClosedException.ERROR_CODE -> new ServiceClosedException();
      default -> ServiceErrors.of(code, response.status(), message);
    };
  }

  private static Map<?, ?> object(byte[] body) {
    try {
      return JsonTree.read(new String(body, StandardCharsets.UTF_8)) instanceof Map<?, ?> object
          ? object
          : Map.of();
    } catch (JsonException e) {
      return Map.of();
    }
  }

  /** Some servers put a namespace before the code, or a URI after it. */
  private static @Nullable String codeIn(Map<?, ?> body) {
    if (!(body.get("__type") instanceof String type)) {
      return null;
    }
    String withoutUri = type.split(":", 2)[0];
    String code = withoutUri.substring(withoutUri.indexOf('#') + 1);
    return code.isEmpty() ? null : code;
  }

  /** AccessDeniedException has its message under a capital letter, some errors have none. */
  private static @Nullable String messageIn(Map<?, ?> body) {
    Object message = body.get("message") instanceof String text ? text : body.get("Message");
    return message instanceof String text ? text : null;
  }
}
