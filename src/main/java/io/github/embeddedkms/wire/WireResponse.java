package io.github.embeddedkms.wire;

import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.NotSupportedYetException;
import io.github.embeddedkms.exception.ReadOnlyStoreException;
import io.github.embeddedkms.exception.ServiceClosedException;
import io.github.embeddedkms.json.JsonRecords;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A response on the wire, without the headers that every response has (the content type {@link
 * #CONTENT_TYPE} and a request id).
 *
 * @param status the HTTP status: 200, 400, 500, 501 for what this library does not support yet, 410
 *     for a closed provider, or that of a request that never reached the service
 * @param body JSON in UTF-8; empty for operations without output
 * @param errorCode the code of an error, which some protocols repeat in a header; null for a
 *     success, and in responses that a client received
 */
@SuppressWarnings("ArrayRecordComponent") // passed on to be sent or read, never compared
public record WireResponse(int status, byte[] body, @Nullable String errorCode) {

  /** The content type of requests and responses. */
  public static final String CONTENT_TYPE = "application/x-amz-json-1.1";

  private static final String REFUSED = "EmbeddedKmsRefused";

  /**
   * Creates the response to a request that is not passed on to the service.
   *
   * @param status the HTTP status
   * @param text the reason; it begins {@code embedded-kms:}
   * @return a response with a code that is not one of the service's
   */
  public static WireResponse refused(int status, String text) {
    return error(status, REFUSED, "message", text);
  }

  /**
   * Creates a value for the header {@code x-amzn-RequestId}.
   *
   * @return a random UUID; unique, and not a secret
   */
  public static String newRequestId() {
    // UUID.randomUUID() uses one SecureRandom, for which all threads would wait.
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & ~(0b11L << 62)) | (0b10L << 62);
    return new UUID(high, low).toString();
  }

  static WireResponse of(Record response) {
    boolean hasOutput = JsonRecords.hasMembers(response.getClass());
    byte[] body = hasOutput ? JsonRecords.write(response) : new byte[0];
    return new WireResponse(200, body, null);
  }

  static WireResponse of(KmsException error) {
    // The service capitalizes the member of this one error.
    String member = error instanceof AccessDeniedException ? "Message" : "message";
    return error(error.statusCode(), error.errorCode(), member, error.getMessage());
  }

  static WireResponse notSupportedYet(NotSupportedYetException e) {
    return error(501, NotSupportedYetException.ERROR_CODE, "message", e.getMessage());
  }

  static WireResponse readOnly(ReadOnlyStoreException e) {
    return error(400, ReadOnlyStoreException.ERROR_CODE, "message", e.getMessage());
  }

  static WireResponse closed(ServiceClosedException e) {
    return error(410, ServiceClosedException.ERROR_CODE, "message", e.getMessage());
  }

  /**
   * Throws the exception for a closed service, if this is its response. For callers in the same
   * process: a response that came over a network has no error code here, so this does nothing.
   *
   * @throws ServiceClosedException if this is the response of a server whose service is closed
   */
  public void throwIfClosed() {
    if (ServiceClosedException.ERROR_CODE.equals(errorCode)) {
      throw new ServiceClosedException();
    }
  }

  private static WireResponse error(int status, String code, String member, @Nullable String text) {
    Map<String, String> body = new LinkedHashMap<>();
    body.put("__type", code);
    if (text != null) {
      body.put(member, text);
    }
    return new WireResponse(status, JsonRecords.write(body), code);
  }
}
