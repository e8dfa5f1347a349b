package io.github.embeddedkms.endpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the head of a request, strictly: what two servers could read differently is refused, since
 * a request can be hidden in another one that way (request smuggling).
 *
 * <p>Source: RFC 9112, sections 2 to 7; RFC 9110, sections 5 and 10.1.1.
 */
final class RequestHeadReader {

  /** The maximum number of bytes of a request line. */
  static final int MAX_REQUEST_LINE = 8 << 10;

  /** The maximum number of bytes of all headers, or of all chunk extensions and trailers. */
  static final int MAX_HEADERS_SIZE = 32 << 10;

  /** The maximum number of headers, or of trailers. */
  static final int MAX_HEADERS = 100;

  /** A length of this many digits is in the range of a long. */
  private static final int MAX_LENGTH_DIGITS = 18;

  private static final Pattern ABSOLUTE =
      Pattern.compile("https?://([^/?#]*)(.*)", Pattern.CASE_INSENSITIVE);
  private static final String TOKEN_SYMBOLS = "!#$%&'*+-.^_`|~";

  private RequestHeadReader() {}

  /**
   * Reads the next head. The stream has at least one byte.
   *
   * @param in the bytes of the connection
   * @return the head; the body follows in the stream
   * @throws RequestRefusedException if it is malformed, ambiguous or too large
   * @throws IOException if the stream ends or fails
   */
  static RequestHead read(InputBuffer in) throws IOException, RequestRefusedException {
    String line = requestLine(in);
    if (line.isEmpty()) {
      // Some clients send an empty line after a body.
      line = requestLine(in);
    }
    int afterMethod = line.indexOf(' ');
    int beforeVersion = line.lastIndexOf(' ');
    if (afterMethod <= 0 || beforeVersion <= afterMethod + 1) {
      throw new RequestRefusedException(400, "the first line is not an HTTP request line");
    }
    String method = line.substring(0, afterMethod);
    String target = line.substring(afterMethod + 1, beforeVersion);
    if (!isToken(method) || !isVisible(target)) {
      throw new RequestRefusedException(400, "the first line is not an HTTP request line");
    }
    boolean current = isHttp11(line.substring(beforeVersion + 1));
    Map<String, List<String>> headers = new HashMap<>();
    readFields(in, MAX_HEADERS_SIZE, headers);
    return new RequestHead(
        method,
        originForm(target, headers),
        headers,
        bodyLength(current, headers),
        awaitsContinue(current, headers),
        current && !hasToken(headers.get("connection"), "close"));
  }

  private static String requestLine(InputBuffer in) throws IOException, RequestRefusedException {
    String line = in.line(MAX_REQUEST_LINE);
    if (line == null) {
      throw new RequestRefusedException(
          414, "the request line has more than " + MAX_REQUEST_LINE + " bytes");
    }
    return line;
  }

  private static boolean isHttp11(String version) throws RequestRefusedException {
    if (version.equals("HTTP/1.1")) {
      return true;
    }
    if (version.equals("HTTP/1.0")) {
      return false;
    }
    if (version.matches("HTTP/\\d\\.\\d")) {
      throw new RequestRefusedException(505, "the version of HTTP must be 1.1 or 1.0");
    }
    throw new RequestRefusedException(400, "the first line is not an HTTP request line");
  }

  /**
   * Reads header or trailer fields, and the empty line that follows them.
   *
   * @param size the maximum number of bytes
   * @param fields where to add them by their names in lower case; null drops them
   */
  static void readFields(InputBuffer in, int size, @Nullable Map<String, List<String>> fields)
      throws IOException, RequestRefusedException {
    int rest = size;
    for (int count = 0; ; count++) {
      String line = in.line(rest);
      if (line == null) {
        throw new RequestRefusedException(
            431, "the headers have more than " + MAX_HEADERS_SIZE + " bytes");
      }
      if (line.isEmpty()) {
        return;
      }
      if (count == MAX_HEADERS) {
        throw new RequestRefusedException(431, "there are more than " + MAX_HEADERS + " headers");
      }
      rest -= line.length() + 2;
      // A line that begins with white space would continue the one before; it has no valid name.
      int colon = line.indexOf(':');
      if (colon <= 0 || !isToken(line.substring(0, colon)) || !isFieldValue(line, colon + 1)) {
        throw new RequestRefusedException(400, "a header is malformed");
      }
      if (fields != null) {
        fields
            .computeIfAbsent(
                line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>(1))
            .add(trimmed(line, colon + 1));
      }
    }
  }

  /** Proxies send the whole URL; its host must be the one that is checked. */
  private static String originForm(String target, Map<String, List<String>> headers)
      throws RequestRefusedException {
    if (target.startsWith("/")) {
      return target;
    }
    var absolute = ABSOLUTE.matcher(target);
    if (!absolute.matches()) {
      return target;
    }
    List<String> hosts = headers.getOrDefault("host", List.of());
    if (hosts.size() != 1 || !hosts.get(0).equalsIgnoreCase(absolute.group(1))) {
      throw new RequestRefusedException(400, "the request line and the header Host differ");
    }
    String path = absolute.group(2);
    return path.startsWith("/") ? path : "/" + path;
  }

  private static long bodyLength(boolean current, Map<String, List<String>> headers)
      throws RequestRefusedException {
    List<String> codings = headers.get("transfer-encoding");
    List<String> lengths = headers.get("content-length");
    if (codings != null) {
      // Each of these has been used to make two servers disagree about the end of a request.
      if (lengths != null || codings.size() != 1 || !current) {
        throw new RequestRefusedException(400, "the length of the body is ambiguous");
      }
      if (!codings.get(0).equalsIgnoreCase("chunked")) {
        throw new RequestRefusedException(501, "the only transfer coding is chunked");
      }
      return RequestHead.CHUNKED;
    }
    if (lengths == null) {
      return 0;
    }
    if (lengths.size() != 1) {
      throw new RequestRefusedException(400, "the length of the body is ambiguous");
    }
    if (!isLength(lengths.get(0))) {
      throw new RequestRefusedException(400, "the header Content-Length is not a length");
    }
    return Long.parseLong(lengths.get(0));
  }

  private static boolean isLength(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= MAX_LENGTH_DIGITS;
  }

  private static boolean awaitsContinue(boolean current, Map<String, List<String>> headers)
      throws RequestRefusedException {
    List<String> expected = headers.get("expect");
    if (expected == null || !current) {
      return false;
    }
    if (expected.size() != 1 || !expected.get(0).equalsIgnoreCase("100-continue")) {
      throw new RequestRefusedException(417, "the only expectation is 100-continue");
    }
    return true;
  }

  private static boolean hasToken(@Nullable List<String> values, String token) {
    if (values == null) {
      return false;
    }
    for (String value : values) {
      for (String part : value.split(",", -1)) {
        if (part.trim().equalsIgnoreCase(token)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letterOrDigit =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letterOrDigit && TOKEN_SYMBOLS.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isVisible(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) >= 0x7F) {
        return false;
      }
    }
    return true;
  }

  private static boolean isFieldValue(String line, int begin) {
    for (int i = begin; i < line.length(); i++) {
      char c = line.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7F) {
        return false;
      }
    }
    return true;
  }

  private static String trimmed(String line, int begin) {
    int first = begin;
    int last = line.length();
    while (first < last && isBlank(line.charAt(first))) {
      first++;
    }
    while (first < last && isBlank(line.charAt(last - 1))) {
      last--;
    }
    return line.substring(first, last);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
