package io.github.embeddedkms.wire;

import io.github.embeddedkms.constraint.Constraints;
import io.github.embeddedkms.exception.NotSupportedYetException;
import io.github.embeddedkms.exception.SerializationException;
import io.github.embeddedkms.json.JsonException;
import io.github.embeddedkms.json.JsonRecords;
import io.github.embeddedkms.json.NotBase64Exception;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.OperationType;

/** Reads the requests of the protocol, with the service's errors for those that cannot be read. */
public final class RequestReader {

  private RequestReader() {}

  /**
   * Reads a request.
   *
   * @param operation its operation
   * @param body a JSON object in UTF-8; the caller remains responsible for wiping it
   * @return the request, whose secrets the caller must close
   * @throws SerializationException if the body is not a JSON object with the operation's members
   * @throws io.github.embeddedkms.exception.ValidationException if a value is not in its member's
   *     enumeration; reports all other violations with it
   * @throws NotSupportedYetException if this library does not support the operation yet
   */
  public static KmsRequest<?> read(OperationType operation, byte[] body) {
    if (!operation.isSupported()) {
      throw new NotSupportedYetException(
          "embedded-kms: the operation " + operation.operationName() + " is not supported yet");
    }
    JsonRecords.Read<? extends Record> read;
    try {
      read = JsonRecords.read(operation.request(), body);
    } catch (NotBase64Exception e) {
      throw new SerializationException(null);
    } catch (JsonException e) {
      // The service's messages for other malformed bodies were never recorded.
      throw new SerializationException("embedded-kms: " + e.getMessage());
    }
    if (!read.unknownValues().isEmpty()) {
      try {
        Constraints.check(read.record(), read.unknownValues(), read.furtherUnknownValues());
      } finally {
        Secrets.close(read.record());
      }
    }
    return (KmsRequest<?>) read.record();
  }
}
