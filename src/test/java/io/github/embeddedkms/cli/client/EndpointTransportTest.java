package io.github.embeddedkms.cli.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.cli.client.EndpointTransport.Limits;
import io.github.embeddedkms.cli.terminal.FailureReport;
import io.github.embeddedkms.endpoint.KmsEndpoint;
import io.github.embeddedkms.exception.InvalidSignatureException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.ListKeys;
import io.github.embeddedkms.signature.RequestSigner;
import io.github.embeddedkms.wire.WireClient;
import io.github.embeddedkms.wire.WireResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests over HTTP to servers that are AWS KMS, and to servers that are not. */
@Timeout(180) // only against hanging
class EndpointTransportTest {

  private static final Limits PATIENT =
      new Limits(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(2));

  private final List<AutoCloseable> servers = new ArrayList<>();

  @AfterEach
  void closeServers() throws Exception {
    for (AutoCloseable server : servers) {
      server.close();
    }
  }

  private static EndpointTransport transport(String url, Limits limits, String secret) {
    RequestSigner signer =
        new RequestSigner(
            "AKIAIOSFODNN7EXAMPLE",
            SecretBytes.fromUtf8String(secret),
            null,
            "us-east-1",
            "kms",
            InstantSource.system());
    return new EndpointTransport(EndpointAddress.of(url), signer, limits, null);
  }

  private static KmsClient client(String url) {
    return new WireClient(transport(url, PATIENT, "secret"));
  }

  /** What a command prints, with its exit code, if listing keys fails. */
  private static FailureReport failureOf(KmsClient client) {
    Throwable failure = catchThrowable(() -> client.call(new ListKeys(null, null, null)));
    assertThat(failure).isNotNull();
    return FailureReport.of(failure, "ListKeys");
  }

  private static FailureReport oneLine(String line) {
    return new FailureReport("embedded-kms: " + line + "\n", 255);
  }

  @Test
  void request_toAServiceThatVerifiesSignatures_isAnswered() throws Exception {
    try (LocalKeyProvider provider = LocalKeyProvider.inMemory();
        KmsEndpoint endpoint =
            KmsEndpoint.builder(provider)
                .port(0)
                .credentials("AKIAIOSFODNN7EXAMPLE", "secret")
                .start()) {
      String keyId = provider.createKey(key -> key.description("\u00fc")).keyMetadata().keyId();
      KmsClient client = client(endpoint.url().toString());
      DescribeKey describe = new DescribeKey(keyId, null);
      assertThat(client.call(describe).keyMetadata().description()).isEqualTo("\u00fc");
      assertThat(catchThrowable(() -> client.call(new DescribeKey("alias/none", null))))
          .isExactlyInstanceOf(NotFoundException.class);
      KmsClient wrong =
          new WireClient(transport(endpoint.url().toString(), PATIENT, "another secret"));
      assertThat(catchThrowable(() -> wrong.call(describe)))
          .isExactlyInstanceOf(InvalidSignatureException.class);
    }
  }

  /** A server that sends the same bytes to everyone and reads what it is sent. */
  private String server(byte[] response, AtomicInteger requests) throws IOException {
    ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    servers.add(listening);
    Thread thread =
        new Thread(
            () -> {
              while (!listening.isClosed()) {
                try (Socket socket = listening.accept()) {
                  readRequest(socket.getInputStream());
                  requests.incrementAndGet();
                  socket.getOutputStream().write(response);
                } catch (IOException e) {
                  // The client has gone, or the test has ended.
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  /** The headers, and the body of {@code {}} that follows them. */
  private static void readRequest(InputStream in) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf("\r\n\r\n{}") < 0) {
      int next = in.read();
      if (next < 0) {
        return;
      }
      read.append((char) next);
    }
  }

  private static byte[] response(String status, String headers, String body) {
    return ("HTTP/1.1 "
            + status
            + "\r\nContent-Type: application/x-amz-json-1.1"
            + "\r\nContent-Length: "
            + body.getBytes(UTF_8).length
            + "\r\n"
            + headers
            + "\r\n"
            + body)
        .getBytes(ISO_8859_1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 OK | <html>welcome</html> | Malformed JSON at $",
        "200 OK | '' | Malformed JSON at $",
        "200 OK | [] | junk",
        "200 OK | {} | 'keys' is missing",
        "200 OK | {\"Keys\":7} | junk",
        "204 No Content | '' | HTTP status 204",
        "301 Moved | '' | HTTP status 301",
        "302 Found | {\"Keys\":[],\"Truncated\":false} | HTTP status 302",
        "401 Unauthorized | who are you? | HTTP status 401",
        "403 Forbidden | <html>no</html> | HTTP status 403",
        "404 Not Found | <html>not found</html> | HTTP status 404",
        "407 Proxy | '' | HTTP status 407",
        "500 Error | {} | HTTP status 500",
        "502 Bad Gateway | <html>bad</html> | HTTP status 502",
        "999 Strange | '' | HTTP status 999",
      })
  void response_ofAnotherServer_isOneLine(String status, String body, String reason)
      throws Exception {
    AtomicInteger requests = new AtomicInteger();
    String elsewhere =
        server(response("200 OK", "", "{\"Keys\":[],\"Truncated\":false}"), requests);
    AtomicInteger here = new AtomicInteger();
    String url = server(response(status, "Location: " + elsewhere + "\r\n", body), here);
    FailureReport failure = failureOf(client(url));
    assertThat(failure.exitCode()).isEqualTo(255);
    assertThat(failure.lines())
        .startsWith("embedded-kms: the response to ListKeys is not one of AWS KMS: ")
        .matches("[^\n]*\n");
    if (!reason.equals("junk")) {
      assertThat(failure)
          .isEqualTo(oneLine("the response to ListKeys is not one of AWS KMS: " + reason));
    }
    assertThat(here).as("requests").hasValue(1);
    assertThat(requests).as("requests to where the redirect leads").hasValue(0);
  }

  @Test
  void response_ofAnotherProtocol_isOneLine() throws Exception {
    String url = server("SSH-2.0-OpenSSH_9.6\r\n".getBytes(ISO_8859_1), new AtomicInteger());
    assertThat(failureOf(client(url)))
        .isEqualTo(oneLine("no response from " + url + ": it does not respond with HTTP"));
  }

  @Test
  void response_withoutOneByte_isOneLine_andTheRequestIsNotRepeated() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    String url = server(new byte[0], requests);
    assertThat(failureOf(client(url)))
        .isEqualTo(oneLine("no response from " + url + ": Unexpected end of file from server"));
    assertThat(requests).hasValue(1);
  }

  @Test
  void response_cutOff_isOneLine() throws Exception {
    String url =
        server(
            "HTTP/1.1 200 OK\r\nx-amzn-RequestId: 1\r\nContent-Length: 100\r\n\r\n{"
                .getBytes(UTF_8),
            new AtomicInteger());
    assertThat(failureOf(client(url)))
        .isEqualTo(
            oneLine(
                "no response from "
                    + url
                    + ": the connection was closed before the end of the response"));
  }

  @Test
  void response_ofMoreThan8MiB_isOneLine() throws Exception {
    String most = " ".repeat(EndpointTransport.MAX_RESPONSE_BYTES - 2) + "{}";
    EndpointTransport transport =
        transport(server(response("200 OK", "", most), new AtomicInteger()), PATIENT, "secret");
    assertThat(transport.send("TrentService.ListKeys", "{}".getBytes(UTF_8)).body())
        .hasSize(EndpointTransport.MAX_RESPONSE_BYTES);
    String url = server(response("200 OK", "", most + " "), new AtomicInteger());
    assertThat(failureOf(client(url)))
        .isEqualTo(oneLine("the response from " + url + " is longer than 8 MiB"));
  }

  @Test
  void errorBody_isPassedOn() throws Exception {
    String error = "{\"__type\":\"NotFoundException\",\"message\":\"none\"}";
    String url = server(response("400 Bad Request", "", error), new AtomicInteger());
    WireResponse response =
        transport(url, PATIENT, "secret").send("TrentService.ListKeys", "{}".getBytes(UTF_8));
    assertThat(response.status()).isEqualTo(400);
    assertThat(response.body()).asString(UTF_8).isEqualTo(error);
  }

  @Test
  void port_closed_isOneLine() throws Exception {
    String url;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      url = "http://127.0.0.1:" + socket.getLocalPort();
    }
    assertThat(failureOf(client(url)))
        .isEqualTo(oneLine("no response from " + url + ": Connection refused"));
  }

  @Test
  void host_unknown_isOneLine() {
    String url = "https://kms.invalid";
    assertThat(failureOf(client(url)))
        .isEqualTo(oneLine("no response from https://kms.invalid: unknown host"));
  }

  @Test
  void server_silent_isOneLine() throws Exception {
    // The system accepts connections, and no thread responds.
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + silent.getLocalPort();
      Limits limits =
          new Limits(Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofMinutes(2));
      assertThat(failureOf(new WireClient(transport(url, limits, "secret"))))
          .isEqualTo(
              oneLine(
                  "no response from "
                      + url
                      + ": it took longer than the time limit (60 seconds to connect, 1 to"
                      + " respond)"));
    }
  }

  @Test
  void response_byteByByte_endsAtTheLimitForAllOfIt() throws Exception {
    ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    servers.add(listening);
    Thread dripping =
        new Thread(
            () -> {
              try (Socket socket = listening.accept()) {
                readRequest(socket.getInputStream());
                socket
                    .getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nx-amzn-RequestId: 1\r\n\r\n".getBytes(UTF_8));
                while (!listening.isClosed()) {
                  socket.getOutputStream().write(' ');
                  Thread.sleep(50);
                }
              } catch (IOException | InterruptedException e) {
                // The client has given up.
              }
            });
    dripping.setDaemon(true);
    dripping.start();
    Limits limits = new Limits(Duration.ofMinutes(1), Duration.ofSeconds(2), Duration.ofMinutes(2));
    String url = "http://127.0.0.1:" + listening.getLocalPort();
    assertThat(failureOf(new WireClient(transport(url, limits, "secret"))).lines())
        .contains("it took longer than the time limit");
  }

  /** The JDK limits each read; only the limit for the whole exchange ends these. */
  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 100 Continue\r\n\r\n"})
  void headers_withoutEnd_endAtTheLimitForTheExchange(String repeated) throws Exception {
    ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    servers.add(listening);
    Thread dripping =
        new Thread(
            () -> {
              try (Socket socket = listening.accept()) {
                readRequest(socket.getInputStream());
                while (!listening.isClosed()) {
                  socket
                      .getOutputStream()
                      .write(repeated.endsWith("\n") ? repeated.getBytes(UTF_8) : new byte[] {'x'});
                  Thread.sleep(50);
                }
              } catch (IOException | InterruptedException e) {
                // The client has given up.
              }
            });
    dripping.setDaemon(true);
    dripping.start();
    Limits limits = new Limits(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofSeconds(2));
    String url = "http://127.0.0.1:" + listening.getLocalPort();
    FailureReport failure = failureOf(new WireClient(transport(url, limits, "secret")));
    assertThat(failure.exitCode()).isEqualTo(255);
    assertThat(failure.lines()).startsWith("embedded-kms: no response from " + url + ": ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "{\"status\":\"ok\"}"})
  void success_withoutTheServicesHeaders_isNotTakenForOne(String body) throws Exception {
    byte[] success =
        ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body)
            .getBytes(UTF_8);
    String url = server(success, new AtomicInteger());
    KmsClient client = client(url);
    Throwable failure = catchThrowable(() -> client.disableKey(request -> {}));
    assertThat(failure)
        .hasMessage(
            "embedded-kms: the response from "
                + url
                + " is not one of AWS KMS: it has no request id\n");
  }

  @Test
  void https_toAServerWithoutTls_isOneLine() throws Exception {
    ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    servers.add(listening);
    Thread responding =
        new Thread(
            () -> {
              try (Socket socket = listening.accept()) {
                socket.getOutputStream().write(response("400 Bad Request", "", ""));
                socket.getInputStream().readAllBytes();
              } catch (IOException e) {
                // The client has gone.
              }
            });
    responding.setDaemon(true);
    responding.start();
    String url = "https://127.0.0.1:" + listening.getLocalPort();
    assertThat(failureOf(client(url)))
        .isEqualTo(
            oneLine(
                "no response from "
                    + url
                    + ": TLS failed: Unsupported or unrecognized SSL message"));
  }
}
