package io.github.embeddedkms.endpoint;

import io.github.embeddedkms.wire.WireResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A response as bytes. Header names are spelled as AWS spells them, since some clients,
 * libmongocrypt for example, compare them exactly.
 *
 * @param status the HTTP status
 * @param contentType the type of the body
 * @param body the body, which this response owns
 * @param allow the value of the header Allow, or null for none
 * @param last whether the connection is closed after this response
 */
@SuppressWarnings("ArrayRecordComponent") // sent and wiped, never compared
record HttpResponse(
    int status, String contentType, byte[] body, @Nullable String allow, boolean last) {

  /** Up to this number of bytes, head and body are sent in one piece. */
  private static final int ONE_PIECE = 64 << 10;

  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  // The JDK's RFC_1123_DATE_TIME writes days below 10 with one digit, which HTTP does not allow.
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private static final Map<Integer, String> REASONS =
      Map.ofEntries(
          Map.entry(200, "OK"),
          Map.entry(400, "Bad Request"),
          Map.entry(403, "Forbidden"),
          Map.entry(404, "Not Found"),
          Map.entry(405, "Method Not Allowed"),
          Map.entry(408, "Request Timeout"),
          Map.entry(410, "Gone"),
          Map.entry(413, "Content Too Large"),
          Map.entry(414, "URI Too Long"),
          Map.entry(417, "Expectation Failed"),
          Map.entry(431, "Request Header Fields Too Large"),
          Map.entry(500, "Internal Server Error"),
          Map.entry(501, "Not Implemented"),
          Map.entry(503, "Service Unavailable"),
          Map.entry(505, "HTTP Version Not Supported"));

  /** The last date that was written, since formatting it costs as much as the rest of the head. */
  private record Written(long second, String text) {}

  private static volatile Written date = new Written(Long.MIN_VALUE, "");

  static HttpResponse of(WireResponse response) {
    return new HttpResponse(
        response.status(), WireResponse.CONTENT_TYPE, response.body(), null, false);
  }

  /**
   * Creates the response to a request that is not passed on to the service.
   *
   * @param status the HTTP status
   * @param reason the message, without the prefix of this library's messages
   */
  static HttpResponse refused(int status, String reason) {
    return of(WireResponse.refused(status, "embedded-kms: " + reason));
  }

  HttpResponse allowing(@Nullable String methods) {
    return new HttpResponse(status, contentType, body, methods, last);
  }

  HttpResponse closing(boolean closing) {
    return closing == last ? this : new HttpResponse(status, contentType, body, allow, closing);
  }

  /** The interim response for clients that wait for it before they send a body. */
  static byte[] continueBytes() {
    return CONTINUE.clone();
  }

  /**
   * Returns the bytes to send, in one or two pieces.
   *
   * @param withBody false for the response to HEAD, which has the length of the body only
   */
  byte[][] pieces(boolean withBody) {
    byte[] head = head().getBytes(StandardCharsets.ISO_8859_1);
    if (!withBody || body.length == 0) {
      return new byte[][] {head};
    }
    if (head.length + body.length > ONE_PIECE) {
      return new byte[][] {head, body};
    }
    byte[] whole = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, whole, head.length, body.length);
    return new byte[][] {whole};
  }

  /** Wipes the body, which may be a plaintext. */
  void wipe() {
    Arrays.fill(body, (byte) 0);
  }

  private String head() {
    StringBuilder head =
        new StringBuilder(256)
            .append("HTTP/1.1 ")
            .append(status)
            .append(' ')
            .append(REASONS.getOrDefault(status, ""))
            .append("\r\nContent-Type: ")
            .append(contentType)
            .append("\r\nContent-Length: ")
            .append(body.length)
            .append("\r\nx-amzn-RequestId: ")
            .append(WireResponse.newRequestId())
            .append("\r\nDate: ")
            // The time of this machine, which HTTP asks for, whatever clock the service has.
            .append(date(System.currentTimeMillis() / 1000));
    if (allow != null) {
      head.append("\r\nAllow: ").append(allow);
    }
    if (last) {
      head.append("\r\nConnection: close");
    }
    return head.append("\r\n\r\n").toString();
  }

  private static String date(long second) {
    Written known = date;
    if (known.second != second) {
      known = new Written(second, DATE.format(Instant.ofEpochSecond(second)));
      date = known;
    }
    return known.text;
  }
}
