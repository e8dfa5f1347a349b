package io.github.embeddedkms.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1.1 as clients and attackers send it, with the exact bytes of the responses. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class HttpConformanceTest {

  private static final String LIST = "POST / HTTP/1.1\r\nHost: localhost\r\n";
  private static final String TARGET = "X-Amz-Target: TrentService.ListKeys\r\n";
  private static final String KEYS = "{\"Keys\":[],\"Truncated\":false}";
  private static final String KMS_TYPE = "application/x-amz-json-1.1";

  private static LocalKeyProvider provider;
  private static KmsEndpoint endpoint;

  @BeforeAll
  static void start() throws IOException {
    provider = LocalKeyProvider.inMemory();
    endpoint = KmsEndpoint.builder(provider).maximumBodyBytes(100_000).start();
  }

  @AfterAll
  static void close() {
    endpoint.close();
    provider.close();
  }

  private static String response(String status, String type, String body, String more) {
    return "HTTP/1.1 "
        + status
        + "\r\nContent-Type: "
        + type
        + "\r\nContent-Length: "
        + body.length()
        + "\r\nx-amzn-RequestId: ID\r\nDate: NOW\r\n"
        + more
        + "\r\n"
        + body;
  }

  private static String ok(String more) {
    return response("200 OK", KMS_TYPE, KEYS, more);
  }

  private static String refusal(String status, String reason, String more) {
    String body =
        "{\"__type\":\"EmbeddedKmsRefused\",\"message\":\"embedded-kms: " + reason + "\"}";
    return response(status, KMS_TYPE, body, more);
  }

  /** Sends a request on a new connection, and returns everything until the server closes it. */
  private static String exchange(String request) throws IOException {
    try (RawHttp http = new RawHttp(endpoint.url())) {
      http.send(request);
      http.socket().shutdownOutput();
      return RawHttp.masked(http.rest());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "length        | Content-Length: 2~~{}",
        "any case      | cONTENT-lENGTH: 2~~{}",
        "no space      | Content-Length:2~~{}",
        "more space    | Content-Length: \t 2 \t~~{}",
        "leading zero  | Content-Length: 002~~{}",
        "chunked       | Transfer-Encoding: chunked~~2~{}~0~~",
        "any case      | transfer-encoding: Chunked~~1~{~1~}~0~~",
        "zeros         | Transfer-Encoding: chunked~~0002~{}~000~~",
        "hex           | Transfer-Encoding: chunked~~a~{        }~0~~",
        "hex capitals  | Transfer-Encoding: chunked~~A~{        }~0~~",
        "extensions    | Transfer-Encoding: chunked~~2;a=b;c=\"d\"~{}~0;last~~",
        "space before  | Transfer-Encoding: chunked~~2 ;a~{}~0\t;b~~",
        "trailers      | Transfer-Encoding: chunked~~2~{}~0~X-Sum: 1~Host: evil.example~~",
        "other headers | Accept: */*~User-Agent: a (b; c)~X-Empty:~Content-Length: 2~~{}",
        "upgrade       | Connection: Upgrade, HTTP2-Settings~Upgrade: h2c~Content-Length: 2~~{}",
        "bytes         | X-Name: \u00e4\u00ff~Content-Length: 2~~{}"
      })
  void request_validForm_isProcessed(String name, String rest) throws IOException {
    String request = LIST + TARGET + rest.replace("~", "\r\n").replace("$", "\n");
    assertThat(exchange(request)).isEqualTo(ok(""));
    // The same on a connection that continues: the body ended exactly there.
    assertThat(exchange(request + request)).isEqualTo(ok("") + ok(""));
  }

  /** Reads of the connection are of 8 KiB, except those for the rest of a long body. */
  @ParameterizedTest
  @ValueSource(ints = {8_000, 8_191, 8_192, 8_193, 16_384, 16_500, 24_576, 60_000, 99_999})
  void body_ofManyReads_isReceivedWhole_andTheNextRequestFollows(int length) throws IOException {
    String body = "{\"Ignored\":\"" + "a".repeat(length - 14) + "\"}";
    String known = LIST + TARGET + "Content-Length: " + length + "\r\n\r\n" + body;
    String chunked =
        LIST
            + TARGET
            + "Transfer-Encoding: chunked\r\n\r\n"
            + Integer.toHexString(length)
            + "\r\n"
            + body
            + "\r\n0\r\n\r\n";
    assertThat(body).hasSize(length);
    assertThat(exchange(known + chunked + known + chunked)).isEqualTo(ok("").repeat(4));
    assertThat(exchange(known.substring(0, known.length() - length / 2)))
        .isEqualTo(refusal("400 Bad Request", "the request ended early", "Connection: close\r\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "POST / HTTP/1.1, localhost",
    "POST / HTTP/1.1, LOCALHOST:80",
    "POST / HTTP/1.1, kms.localhost:4599",
    "POST / HTTP/1.1, 127.0.0.1",
    "POST / HTTP/1.1, [::1]:4599",
    "POST http://localhost/ HTTP/1.1, localhost",
    "POST http://localhost:4599/ HTTP/1.1, localhost:4599",
    "POST HTTPS://127.0.0.1 HTTP/1.1, 127.0.0.1",
    "'\r\nPOST / HTTP/1.1', localhost"
  })
  void target_originOrAbsoluteForm_isProcessed(String line, String host) throws IOException {
    assertThat(
            exchange(line + "\r\nHost: " + host + "\r\n" + TARGET + "Content-Length: 2\r\n\r\n{}"))
        .isEqualTo(ok(""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Two lengths, or a length that servers read differently.
        "400 Bad Request | ambiguous | Content-Length: 2~Transfer-Encoding: chunked~~2~{}~0~~",
        "400 Bad Request | ambiguous | Transfer-Encoding: chunked~Content-Length: 2~~2~{}~0~~",
        "400 Bad Request | ambiguous | Content-Length: 2~Content-Length: 2~~{}",
        "400 Bad Request | ambiguous | Content-Length: 2~content-length: 3~~{}",
        "400 Bad Request | no length | Content-Length: 2, 2~~{}",
        "400 Bad Request | no length | Content-Length: +2~~{}",
        "400 Bad Request | no length | Content-Length: -2~~{}",
        "400 Bad Request | no length | Content-Length: 0x2~~{}",
        "400 Bad Request | no length | Content-Length: 2 0~~{}",
        "400 Bad Request | no length | Content-Length:~~{}",
        "400 Bad Request | no length | Content-Length: 99999999999999999999~~{}",
        // Transfer codings that servers read differently.
        "400 Bad Request     | ambiguous | Transfer-Encoding: chunked~Transfer-Encoding: x~~0~~",
        "501 Not Implemented | coding    | Transfer-Encoding: gzip~~{}",
        "501 Not Implemented | coding    | Transfer-Encoding: gzip, chunked~~0~~",
        "501 Not Implemented | coding    | Transfer-Encoding: chunked, chunked~~0~~",
        "501 Not Implemented | coding    | Transfer-Encoding: chunked, identity~~0~~",
        "501 Not Implemented | coding    | Transfer-Encoding: xchunked~~0~~",
        "501 Not Implemented | coding    | Transfer-Encoding: \"chunked\"~~0~~",
        "501 Not Implemented | coding    | Transfer-Encoding: chunked;a=b~~0~~",
        "501 Not Implemented | coding    | Transfer-Encoding:~~0~~",
        // Names and values.
        "400 Bad Request | header | Content-Length : 2~~{}",
        "400 Bad Request | header | Content-Length\t: 2~~{}",
        "400 Bad Request | header | X-A: b~ Content-Length: 2~~{}",
        "400 Bad Request | header | X-A: b~\tc~Content-Length: 2~~{}",
        "400 Bad Request | header | : 2~~{}",
        "400 Bad Request | header | Content-Length 2~~{}",
        "400 Bad Request | header | X(A): b~~{}",
        "400 Bad Request | header | X-\u00e4: b~~{}",
        "400 Bad Request | header | X-A: b\0c~~{}",
        "400 Bad Request | header | X-\0A: b~~{}",
        "400 Bad Request | header | X-A: b\rc~~{}",
        "400 Bad Request | header | X-A: b\u007f~~{}",
        "400 Bad Request | header | X-A: b\u000bc~~{}",
        "400 Bad Request | line   | X-A: b$Content-Length: 2~~{}",
        "400 Bad Request | line   | X-A: b$$~~{}",
        // Chunks.
        "400 Bad Request | chunk  | Transfer-Encoding: chunked~~~0~~",
        "400 Bad Request | chunk  | Transfer-Encoding: chunked~~x~{}~0~~",
        "400 Bad Request | chunk  | Transfer-Encoding: chunked~~-2~{}~0~~",
        "400 Bad Request | chunk  | Transfer-Encoding: chunked~~+2~{}~0~~",
        "400 Bad Request | chunk  | Transfer-Encoding: chunked~~0x2~{}~0~~",
        "400 Bad Request | chunk  | Transfer-Encoding: chunked~~2 2~{}~0~~",
        "400 Bad Request | chunk  | Transfer-Encoding: chunked~~2 ~{}~0~~",
        "400 Bad Request | chunk  | Transfer-Encoding: chunked~~ 2~{}~0~~",
        "400 Bad Request | chunk  | Transfer-Encoding: chunked~~2;\0~{}~0~~",
        "400 Bad Request | chunk  | Transfer-Encoding: chunked~~2;a\rb~{}~0~~",
        "400 Bad Request | chunk  | Transfer-Encoding: chunked~~1~{}~0~~",
        "400 Bad Request | chunk  | Transfer-Encoding: chunked~~1~{$1~}~0~~",
        "400 Bad Request | chunk  | Transfer-Encoding: chunked~~ffffffffffffffff2~{}~0~~",
        "400 Bad Request | line   | Transfer-Encoding: chunked~~2${}~0~~",
        "400 Bad Request | header | Transfer-Encoding: chunked~~2~{}~0~X : y~~",
        "400 Bad Request | header | Transfer-Encoding: chunked~~2~{}~0~POST / HTTP/1.1~~",
        "400 Bad Request | early  | Transfer-Encoding: chunked~~2~{}~",
        "400 Bad Request | early  | Content-Length: 3~~{}",
        "400 Bad Request | early  | X-A: b~",
        // Expectations.
        "417 Expectation Failed | expect | Expect: 200-ok~Content-Length: 2~~{}",
        "417 Expectation Failed | expect | Expect: 100-continue~Expect: x~Content-Length: 2~~{}"
      })
  void request_ambiguousOrMalformed_isRefused_andTheConnectionIsClosed(
      String status, String reason, String rest) throws IOException {
    String request = LIST + TARGET + rest.replace("~", "\r\n").replace("$", "\n");
    String expected = refusal(status, Reason.of(reason), "Connection: close\r\n");
    assertThat(exchange(request)).isEqualTo(expected);
    // Nothing that follows on the connection is taken for a request.
    if (!reason.equals("early")) {
      assertThat(exchange(request + LIST + TARGET + "Content-Length: 2\r\n\r\n{}"))
          .isEqualTo(expected);
    }
  }

  /** The messages by their short names in the table. */
  private enum Reason {
    AMBIGUOUS("the length of the body is ambiguous"),
    NO_LENGTH("the header Content-Length is not a length"),
    CODING("the only transfer coding is chunked"),
    HEADER("a header is malformed"),
    LINE("a line does not end with CR LF"),
    CHUNK("a chunk of the body is malformed"),
    EARLY("the request ended early"),
    EXPECT("the only expectation is 100-continue");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    static String of(String name) {
      return valueOf(name.replace(' ', '_').toUpperCase(java.util.Locale.ROOT)).text;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0016\u0003\u0001",
        "GET",
        "POST /",
        "POST  / HTTP/1.1",
        "POST /  HTTP/1.1",
        "POST / HTTP/1.1 ",
        " POST / HTTP/1.1",
        "POST\t/\tHTTP/1.1",
        "P@ST / HTTP/1.1",
        "POST /\u00e4 HTTP/1.1",
        "POST /\0 HTTP/1.1",
        "POST / a HTTP/1.1",
        "POST / http/1.1",
        "POST / HTTP/1.1\r",
        "POST / HTTP/11"
      })
  void requestLine_malformed_isRefused(String line) throws IOException {
    assertThat(exchange(line + "\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"))
        .isEqualTo(
            refusal(
                "400 Bad Request",
                "the first line is not an HTTP request line",
                "Connection: close\r\n"));
  }

  @ParameterizedTest
  @CsvSource({"PRI * HTTP/2.0", "POST / HTTP/2.0", "POST / HTTP/1.2", "POST / HTTP/0.9"})
  void version_other_isRefused(String line) throws IOException {
    assertThat(exchange(line + "\r\nHost: localhost\r\n\r\n"))
        .isEqualTo(
            refusal(
                "505 HTTP Version Not Supported",
                "the version of HTTP must be 1.1 or 1.0",
                "Connection: close\r\n"));
  }

  @Test
  void absoluteForm_otherHost_isRefused() throws IOException {
    for (String target :
        new String[] {"http://evil.example/", "http://localhost@evil/", "http://"}) {
      assertThat(exchange("POST " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
          .isEqualTo(
              refusal(
                  "400 Bad Request",
                  "the request line and the header Host differ",
                  "Connection: close\r\n"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST /?Action=ListKeys, 404 Not Found, ''",
    "POST http://localhost?a, 404 Not Found, ''",
    "POST http://localhost/#a, 404 Not Found, ''",
    "OPTIONS *, 404 Not Found, ''",
    "CONNECT localhost:80, 404 Not Found, ''",
    "OPTIONS /, 405 Method Not Allowed, POST",
    "TRACE /, 405 Method Not Allowed, POST",
    "OPTIONS /health, 405 Method Not Allowed, 'GET, HEAD'"
  })
  void target_orMethod_other_isRefused_andTheConnectionContinues(
      String line, String status, String allow) throws IOException {
    String reason =
        allow.isEmpty()
            ? "the only requests are POST / and GET /health"
            : allow.equals("POST")
                ? "requests must use the method POST"
                : "health checks must use the method GET or HEAD";
    String refused = refusal(status, reason, allow.isEmpty() ? "" : "Allow: " + allow + "\r\n");
    String request = line + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}";
    assertThat(exchange(request + request)).isEqualTo(refused + refused);
  }

  @Test
  void head_getsTheHeadOfGet() throws IOException {
    String health = response("200 OK", "application/json", "{\"status\":\"ok\"}", "");
    String request = " /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    String onlyHead = health.substring(0, health.indexOf("\r\n\r\n") + 4);
    assertThat(exchange("GET" + request)).isEqualTo(health);
    assertThat(exchange("HEAD" + request + "GET" + request)).isEqualTo(onlyHead + health);
    String refused =
        refusal("405 Method Not Allowed", "requests must use the method POST", "Allow: POST\r\n");
    assertThat(exchange("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .isEqualTo(refused.substring(0, refused.indexOf("\r\n\r\n") + 4));
  }

  @Test
  void connection_close_isObeyed() throws IOException {
    for (String close : new String[] {"close", "Close", "keep-alive, close"}) {
      try (RawHttp http = new RawHttp(endpoint.url())) {
        http.send(LIST + TARGET + "Connection: " + close + "\r\nContent-Length: 2\r\n\r\n{}");
        assertThat(RawHttp.masked(http.rest())).isEqualTo(ok("Connection: close\r\n"));
      }
    }
  }

  @Test
  void http10_isClosedAfterTheResponse() throws IOException {
    try (RawHttp http = new RawHttp(endpoint.url())) {
      http.send("POST / HTTP/1.0\r\nHost: localhost\r\n" + TARGET + "Content-Length: 2\r\n\r\n{}");
      assertThat(RawHttp.masked(http.rest())).isEqualTo(ok("Connection: close\r\n"));
    }
    assertThat(
            exchange(
                "POST / HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"))
        .startsWith("HTTP/1.1 400 Bad Request\r\n");
  }

  @Test
  void requests_pipelined_areAnsweredInOrder() throws IOException {
    String list = LIST + TARGET + "Content-Length: 2\r\n\r\n{}";
    String health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    String healthy = response("200 OK", "application/json", "{\"status\":\"ok\"}", "");
    assertThat(exchange((list + health).repeat(20))).isEqualTo((ok("") + healthy).repeat(20));
  }

  @Test
  void request_oneByteAtATime_isProcessed() throws IOException {
    try (RawHttp http = new RawHttp(endpoint.url())) {
      String request =
          LIST + TARGET + "Transfer-Encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n0\r\nX: y\r\n\r\n";
      for (int i = 0; i < request.length(); i++) {
        http.send(request.substring(i, i + 1));
      }
      assertThat(RawHttp.masked(http.response())).isEqualTo(ok(""));
    }
  }

  @Test
  void expectContinue_getsStatus100BeforeTheBodyIsSent() throws IOException {
    try (RawHttp http = new RawHttp(endpoint.url())) {
      http.send(LIST + TARGET + "Expect: 100-Continue\r\nContent-Length: 2\r\n\r\n");
      assertThat(http.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      assertThat(RawHttp.masked(http.send("{}").response())).isEqualTo(ok(""));
      http.send(LIST + TARGET + "Expect: 100-continue\r\nContent-Length: 0\r\n\r\n");
      assertThat(http.head()).startsWith("HTTP/1.1 400 Bad Request\r\n");
    }
  }

  @Test
  void expectContinue_refusedRequest_getsTheRefusalInstead() throws IOException {
    try (RawHttp http = new RawHttp(endpoint.url())) {
      http.send(LIST + TARGET + "Expect: 100-continue\r\nContent-Length: 100001\r\n\r\n");
      assertThat(RawHttp.masked(http.rest()))
          .isEqualTo(
              refusal(
                  "413 Content Too Large",
                  "a body can have at most 100000 bytes",
                  "Connection: close\r\n"));
    }
  }

  @Test
  void body_atAndOverTheMaximum() throws IOException {
    String most = "{" + " ".repeat(99_998) + "}";
    String tooLong = refusal("413 Content Too Large", "a body can have at most 100000 bytes", "");
    String known = LIST + TARGET + "Content-Length: ";
    assertThat(exchange(known + "100000\r\n\r\n" + most + known + "100001\r\n\r\n" + most + " "))
        .isEqualTo(ok("") + tooLong);
    String chunked = LIST + TARGET + "Transfer-Encoding: chunked\r\n\r\n";
    String first = "186a0\r\n" + most + "\r\n";
    assertThat(exchange((chunked + first + "0\r\n\r\n") + chunked + first + "1\r\n \r\n0\r\n\r\n"))
        .isEqualTo(ok("") + tooLong);
  }

  @Test
  void heads_tooLarge_areRefused() throws IOException {
    String line = "POST /" + "a".repeat(8192 - 17) + " HTTP/1.1\r\n";
    assertThat(line).hasSize(8192);
    assertThat(exchange(line + "Host: localhost\r\n\r\n")).startsWith("HTTP/1.1 404 Not Found\r\n");
    assertThat(exchange(line.replace("/a", "/aa") + "Host: localhost\r\n\r\n"))
        .isEqualTo(
            refusal(
                "414 URI Too Long",
                "the request line has more than 8192 bytes",
                "Connection: close\r\n"));
    assertThat(exchange("a".repeat(100_000))).startsWith("HTTP/1.1 414 URI Too Long\r\n");

    String request = LIST + TARGET + "Content-Length: 2\r\n";
    int room = (32 << 10) - request.length() + "POST / HTTP/1.1\r\n".length() - 2;
    String longest = "X-A: " + "b".repeat(room - 7) + "\r\n";
    assertThat(exchange(request + longest + "\r\n{}")).isEqualTo(ok(""));
    assertThat(exchange(request + "X" + longest + "\r\n{}"))
        .isEqualTo(
            refusal(
                "431 Request Header Fields Too Large",
                "the headers have more than 32768 bytes",
                "Connection: close\r\n"));

    assertThat(exchange(request + "X-A: b\r\n".repeat(97) + "\r\n{}")).isEqualTo(ok(""));
    assertThat(exchange(request + "X-A: b\r\n".repeat(98) + "\r\n{}"))
        .isEqualTo(
            refusal(
                "431 Request Header Fields Too Large",
                "there are more than 100 headers",
                "Connection: close\r\n"));
  }

  @Test
  void extensionsAndTrailers_tooLarge_areRefused() throws IOException {
    String request = LIST + TARGET + "Transfer-Encoding: chunked\r\n\r\n";
    assertThat(exchange(request + "1;" + "a".repeat(20_000) + "\r\n{\r\n1\r\n}\r\n0\r\n\r\n"))
        .isEqualTo(ok(""));
    String extended = "1;" + "a".repeat(20_000) + "\r\n{\r\n";
    assertThat(exchange(request + extended + extended))
        .isEqualTo(
            refusal(
                "431 Request Header Fields Too Large",
                "the extensions of the chunks are too long",
                "Connection: close\r\n"));
    String trailer = "X-A: " + "b".repeat(20_000) + "\r\n";
    assertThat(exchange(request + "2\r\n{}\r\n0\r\n" + trailer + "\r\n")).isEqualTo(ok(""));
    assertThat(exchange(request + "2\r\n{}\r\n0\r\n" + trailer + trailer + "\r\n"))
        .startsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n");
    assertThat(exchange(request + "2\r\n{}\r\n0\r\n" + "X: y\r\n".repeat(101) + "\r\n"))
        .startsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n");
  }
}
