package io.github.embeddedkms.wire;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.json.JsonException;
import io.github.embeddedkms.json.JsonRecords;
import io.github.embeddedkms.model.UnknownValue;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.OperationType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * The client half of the service's protocol, AWS JSON 1.1: a {@link KmsClient} over whatever
 * carries a target and a body to a server.
 *
 * <p>A service error becomes the exception of its code, as {@link
 * io.github.embeddedkms.exception.ServiceErrors} creates it. Anything that is not a response of the
 * service is an {@link UnexpectedResponseException}. What the transport throws passes through.
 *
 * <p>Safe for use by several threads. Source: Smithy, "AWS JSON 1.1 protocol".
 */
public final class WireClient implements KmsClient {

  private static final int OK = 200;

  private static final byte[] EMPTY_OBJECT = "{}".getBytes(StandardCharsets.UTF_8);

  private final Transport transport;

  /**
   * Creates a client.
   *
   * @param transport carries the requests
   */
  public WireClient(Transport transport) {
    this.transport = transport;
  }

  @Override
  @SuppressWarnings("unchecked") // the response class of the catalogue is that of the request
  public <R> R call(KmsRequest<R> request) {
    Objects.requireNonNull(request, "request");
    OperationType operation = OperationType.of(request);
    byte[] body = JsonRecords.write((Record) request);
    WireResponse response;
    try {
      response = transport.send(operation.target(), body);
    } finally {
      Arrays.fill(body, (byte) 0);
    }
    try {
      if (response.status() != OK) {
        throw ErrorReader.read(operation.operationName(), response);
      }
      return (R) read((Record) request, operation, response.body());
    } finally {
      Arrays.fill(response.body(), (byte) 0);
    }
  }

  private static Record read(Record request, OperationType operation, byte[] body) {
    Class<? extends Record> type = operation.response();
    // Operations without output respond with an empty body.
    boolean noOutput = body.length == 0 && !JsonRecords.hasMembers(type);
    JsonRecords.Read<? extends Record> read;
    try {
      read = JsonRecords.read(type, noOutput ? EMPTY_OBJECT : body);
    } catch (JsonException e) {
      throw new UnexpectedResponseException(
          operation.operationName(), String.valueOf(e.getMessage()));
    }
    boolean complete = false;
    try {
      requireComplete(request, operation.operationName(), read);
      complete = true;
      return read.record();
    } finally {
      if (!complete) {
        Secrets.close(read.record());
      }
    }
  }

  private static void requireComplete(
      Record request, String operation, JsonRecords.Read<? extends Record> read) {
    if (!read.unknownValues().isEmpty()) {
      UnknownValue unknown = read.unknownValues().get(0);
      throw new UnexpectedResponseException(
          operation, "the value " + unknown.value() + " at '" + unknown.path() + "' is not known");
    }
    MissingMembers.firstIn(read.record(), request)
        .ifPresent(
            path -> {
              throw new UnexpectedResponseException(operation, "'" + path + "' is missing");
            });
  }
}
