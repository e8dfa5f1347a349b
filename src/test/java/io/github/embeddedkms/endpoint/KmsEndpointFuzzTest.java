package io.github.embeddedkms.endpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;

/**
 * Sends bytes that resemble HTTP more or less, and checks the status and that the endpoint
 * survives.
 */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class KmsEndpointFuzzTest {

  private static final int RESPONSE_TIMEOUT_MILLIS = 10_000;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) .*\\r\\n");

  /** Sent on request before the body is read; it is not the response. */
  private static final Pattern CONTINUE =
      Pattern.compile("^HTTP/1\\.1 100 Continue\\r\\n(.+\\r\\n)*\\r\\n");

  private static final String HEALTH = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private static final List<String> METHODS = List.of("POST", "GET", "PUT", "HEAD", "OPTIONS");
  private static final List<String> PATHS = List.of("/", "/health", "/?a=b", "//", "*", "/%2e%zz");
  private static final List<String> HEADERS =
      List.of(
          "Host: localhost",
          "Host: evil.example",
          "Host: [::1]:99999",
          "Origin: http://localhost",
          "Sec-Fetch-Site: cross-site",
          "X-Amz-Target: TrentService.ListKeys",
          "X-Amz-Target: TrentService.GenerateRandom",
          "Content-Type: application/x-amz-json-1.1",
          "Content-Length: 2",
          "Content-Length: -1",
          "Content-Length: 99999999999999999999",
          "Transfer-Encoding: chunked",
          "Transfer-Encoding: gzip",
          "Connection: close",
          "Expect: 100-continue",
          "Authorization: AWS4-HMAC-SHA256 Credential=444455556666/20260304/us-west-2/kms/aws4_request,"
              + " SignedHeaders=host;x-amz-date, Signature=00",
          "Authorization: Bearer token");

  private static final List<Throwable> FAILURES = new CopyOnWriteArrayList<>();
  private static final LocalKeyProvider PROVIDER = LocalKeyProvider.inMemory();
  private static final KmsEndpoint ENDPOINT = start();

  private static KmsEndpoint start() {
    try {
      return KmsEndpoint.builder(PROVIDER)
          .failureListener((operation, failure) -> FAILURES.add(failure))
          .start();
    } catch (IOException e) {
      throw new AssertionError("no port is free", e);
    }
  }

  @AfterAll
  static void close() {
    ENDPOINT.close();
    PROVIDER.close();
  }

  @FuzzTest
  void anyBytes_getAResponseOrTheConnectionIsClosed(FuzzedDataProvider data) throws IOException {
    // Jazzer reports connections of the code under test; this connection belongs to the test.
    BugDetectors.allowNetworkConnections((host, port) -> port == ENDPOINT.url().getPort());
    Request request =
        data.consumeBoolean()
            ? new Request(data.consumeRemainingAsBytes(), false)
            : structured(data);
    String response = CONTINUE.matcher(exchange(request.bytes)).replaceFirst("");
    if (request.whole || !response.isEmpty()) {
      Matcher status = STATUS.matcher(response);
      assertThat(status.lookingAt()).as(response).isTrue();
      assertThat(status.group(1)).as(response).matches("200|4\\d\\d|50[15]");
    }
    assertThat(FAILURES).isEmpty();
    assertThat(exchange(HEALTH.getBytes(ISO_8859_1))).startsWith("HTTP/1.1 200 OK\r\n");
  }

  /**
   * The bytes to send.
   *
   * @param whole whether they are a complete HTTP request, which must get a response
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Request(byte[] bytes, boolean whole) {}

  /** Returns a request each of whose parts may be valid or not. */
  private static Request structured(FuzzedDataProvider data) {
    boolean known = data.consumeInt(0, 3) > 0;
    StringBuilder head = new StringBuilder(part(data, known, METHODS));
    head.append(' ').append(part(data, known, PATHS)).append(" HTTP/1.1\r\n");
    for (int headers = data.consumeInt(0, 8); headers > 0; headers--) {
      head.append(part(data, known, HEADERS)).append("\r\n");
    }
    boolean ownLength =
        head.indexOf("\r\nContent-Length:") > 0 || head.indexOf("\r\nTransfer-Encoding:") > 0;
    boolean rightLength = data.consumeBoolean();
    byte[] body = data.consumeRemainingAsBytes();
    if (rightLength) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
    request.writeBytes(body);
    return new Request(request.toByteArray(), known && rightLength && !ownLength);
  }

  private static String part(FuzzedDataProvider data, boolean known, List<String> parts) {
    return known || data.consumeBoolean()
        ? parts.get(data.consumeInt(0, parts.size() - 1))
        : data.consumeAsciiString(40);
  }

  /** Sends a request, closes the output, and reads the response to its end. */
  private static String exchange(byte[] request) throws IOException {
    try (Socket socket = new Socket(ENDPOINT.url().getHost(), ENDPOINT.url().getPort())) {
      socket.setSoTimeout(RESPONSE_TIMEOUT_MILLIS);
      return sent(socket, request) ? received(socket) : "";
    }
  }

  private static boolean sent(Socket socket, byte[] request) throws IOException {
    try {
      socket.getOutputStream().write(request);
      socket.shutdownOutput();
      return true;
    } catch (SocketException e) {
      // Already closed: the first bytes were not HTTP.
      return false;
    }
  }

  private static String received(Socket socket) throws IOException {
    ByteArrayOutputStream response = new ByteArrayOutputStream();
    try {
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[8192];
      int count;
      while ((count = in.read(buffer)) >= 0) {
        response.write(buffer, 0, count);
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no response and not closed in time", e);
    } catch (SocketException e) {
      // Closed before everything that was sent was read; the bytes received so far count.
    }
    return response.toString(ISO_8859_1);
  }
}
