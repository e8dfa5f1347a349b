package io.github.embeddedkms.wire;

import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.NotSupportedYetException;
import io.github.embeddedkms.exception.ReadOnlyStoreException;
import io.github.embeddedkms.json.JsonRecords;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What goes back over the wire, apart from what every answer has (the content type {@link
 * #CONTENT_TYPE} and a request id).
 *
 * @param status the HTTP status: 200, 400, 500, 501 for what this library does not do yet, or that
 *     of a request that never reached the service
 * @param body JSON in UTF-8; empty for operations without output
 * @param errorCode the code of an error, as the headers of some protocols repeat it; null for a
 *     response
 */
@SuppressWarnings("ArrayRecordComponent") // handed over to be sent, never compared
public record Answer(int status, byte[] body, @Nullable String errorCode) {

  /** The content type of requests and answers. */
  public static final String CONTENT_TYPE = "application/x-amz-json-1.1";

  /** Not a code of the service: what this library does not do yet must not pass for an answer. */
  private static final String NOT_SUPPORTED_YET = "EmbeddedKmsNotSupportedYet";

  /** Not a code of the service either, and a status that no SDK tries again. */
  private static final String READ_ONLY = "EmbeddedKmsReadOnly";

  private static final String REFUSED = "EmbeddedKmsRefused";

  /**
   * The answer to a request that is not let through to the service.
   *
   * @param status the HTTP status
   * @param text why; it begins {@code embedded-kms:}
   * @return an answer under a code that is none of the service's
   */
  public static Answer refused(int status, String text) {
    return error(status, REFUSED, "message", text);
  }

  /**
   * A new value for the header {@code x-amzn-RequestId}.
   *
   * @return a random UUID; unique, and no secret
   */
  public static String newRequestId() {
    // UUID.randomUUID() would draw from the one SecureRandom that all threads wait for.
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long high = (random.nextLong() & ~0xF000L) | 0x4000L;
    long low = (random.nextLong() & ~(0b11L << 62)) | (0b10L << 62);
    return new UUID(high, low).toString();
  }

  static Answer of(Record response) {
    boolean hasOutput = JsonRecords.hasMembers(response.getClass());
    byte[] body = hasOutput ? JsonRecords.write(response) : new byte[0];
    return new Answer(200, body, null);
  }

  static Answer of(KmsException error) {
    // One error has its text under a capital letter.
    String member = error instanceof AccessDeniedException ? "Message" : "message";
    return error(error.statusCode(), error.errorCode(), member, error.getMessage());
  }

  static Answer notSupportedYet(NotSupportedYetException e) {
    return error(501, NOT_SUPPORTED_YET, "message", e.getMessage());
  }

  static Answer readOnly(ReadOnlyStoreException e) {
    return error(400, READ_ONLY, "message", e.getMessage());
  }

  private static Answer error(int status, String code, String member, @Nullable String text) {
    Map<String, String> body = new LinkedHashMap<>();
    body.put("__type", code);
    if (text != null) {
      body.put(member, text);
    }
    return new Answer(status, JsonRecords.write(body), code);
  }
}
