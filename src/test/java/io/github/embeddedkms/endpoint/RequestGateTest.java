package io.github.embeddedkms.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.endpoint.RequestGate.Refusal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestGateTest {

  private static final Refusal FOREIGN_HOST =
      new Refusal(
          403,
          "the header Host names neither an address nor a name of this machine; allow a name with"
              + " --allowed-host or allowedHost()");
  private static final Refusal BROWSER =
      new Refusal(403, "requests from pages in a browser are refused");
  private static final Refusal UNKNOWN_TARGET =
      new Refusal(404, "the only requests are POST / and GET /health");

  private final RequestGate gate = new RequestGate(Set.of("kms.test"), false);

  private Refusal refusal(String method, String target, Map<String, List<String>> headers) {
    return gate.refusal(method, target, headers);
  }

  private Refusal ofHost(String host) {
    return refusal("POST", "/", Map.of("Host", List.of(host)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:4599", "127.0.0.1", "localhost:4599", "LOCALHOST", "kms.localhost:80",
        "[::1]:4599", "[::1]", "10.1.2.3:4599", "kms.test:4599", "KMS.test"
      })
  void host_addressOrKnownName_isAdmitted(String host) {
    assertThat(ofHost(host)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:4599",
        "localhost.evil.example",
        "notlocalhost",
        "127.0.0.1.evil.example",
        "1.2.3.4.5",
        "kms.test.evil.example",
        "",
        " ",
        ":80",
        "[evil.example]",
        "localhost:port",
        "localhost:123456",
        "evil@localhost:1:2",
        "evil.com#.localhost",
        "evil.com/.localhost",
        "evil com.localhost",
        ".localhost",
        "a..localhost",
        "999.1.1.1",
        "256.0.0.1",
        "0127.0.0.1",
        "[::1",
        "[1.2.3.4]",
        "[::g]",
        "[:::]",
        "[::1%eth0]"
      })
  void host_anyOtherName_isRefused(String host) {
    assertThat(ofHost(host)).isEqualTo(FOREIGN_HOST);
  }

  @Test
  void hosts_oneAfterAnother_areNeverMixedUp() {
    for (int round = 0; round < 2; round++) {
      assertThat(ofHost("localhost")).isNull();
      assertThat(ofHost("evil.example")).isEqualTo(FOREIGN_HOST);
      assertThat(ofHost("evil.example")).isEqualTo(FOREIGN_HOST);
      assertThat(ofHost("kms.test")).isNull();
      assertThat(ofHost("localhost.evil.example")).isEqualTo(FOREIGN_HOST);
    }
  }

  @Test
  void host_missingOrRepeated_isRefused() {
    assertThat(refusal("POST", "/", Map.of())).isEqualTo(FOREIGN_HOST);
    assertThat(refusal("POST", "/", Map.of("Host", List.of("localhost", "evil.example"))))
        .isEqualTo(FOREIGN_HOST);
    assertThat(
            refusal(
                "POST", "/", Map.of("Host", List.of("localhost"), "host", List.of("localhost"))))
        .isEqualTo(FOREIGN_HOST);
  }

  @ParameterizedTest
  @CsvSource({
    "Origin, https://evil.example",
    "origin, null",
    "Origin, http://localhost:4599",
    "Sec-Fetch-Site, cross-site",
    "sec-fetch-site, same-site"
  })
  void requestFromABrowser_isRefused(String header, String value) {
    Map<String, List<String>> headers =
        Map.of("Host", List.of("localhost:4599"), header, List.of(value));
    assertThat(refusal("POST", "/", headers)).isEqualTo(BROWSER);
    assertThat(refusal("GET", "/health", headers)).isEqualTo(BROWSER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Amz-Target", "X-Amz-Date", "Authorization"})
  void decisiveHeader_repeated_isRefused(String name) {
    Refusal repeated = new Refusal(400, "the header " + name + " appears more than once");
    List<String> host = List.of("localhost");
    assertThat(refusal("POST", "/", Map.of("Host", host, name, List.of("a", "a"))))
        .isEqualTo(repeated);
    assertThat(
            refusal(
                "POST",
                "/",
                Map.of(
                    "Host", host, name, List.of("a"), name.toLowerCase(Locale.ROOT), List.of("b"))))
        .isEqualTo(repeated);
  }

  @ParameterizedTest
  @CsvSource({"POST, /", "GET, /health", "HEAD, /health"})
  void target_known_isAdmitted(String method, String target) {
    assertThat(refusal(method, target, Map.of("Host", List.of("localhost")))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/keys",
        "/?Action=ListKeys",
        "/health/",
        "http://localhost/",
        "//evil/",
        "/#x",
        "*"
      })
  void target_unknown_isNotFound(String target) {
    assertThat(refusal("POST", target, Map.of("Host", List.of("localhost"))))
        .isEqualTo(UNKNOWN_TARGET);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void clock_isAdmittedOnlyIfThereIsOne(String method) {
    Map<String, List<String>> headers = Map.of("Host", List.of("localhost"));
    RequestGate withClock = new RequestGate(Set.of(), true);
    assertThat(withClock.refusal(method, "/_embedded-kms/clock", headers)).isNull();
    assertThat(refusal(method, "/_embedded-kms/clock", headers)).isEqualTo(UNKNOWN_TARGET);
    for (String other :
        List.of("/_embedded-kms", "/_embedded-kms/clock/", "/_embedded-kms/clock?x")) {
      assertThat(withClock.refusal(method, other, headers))
          .isEqualTo(
              new Refusal(
                  404,
                  "the only requests are POST /, GET /health, and GET and POST"
                      + " /_embedded-kms/clock"));
    }
  }

  @Test
  void clock_fromABrowserOrForAnotherHost_isRefused() {
    RequestGate withClock = new RequestGate(Set.of(), true);
    Map<String, List<String>> page =
        Map.of("Host", List.of("localhost"), "Origin", List.of("https://evil.example"));
    assertThat(withClock.refusal("POST", "/_embedded-kms/clock", page)).isEqualTo(BROWSER);
    assertThat(
            withClock.refusal(
                "POST", "/_embedded-kms/clock", Map.of("Host", List.of("evil.example"))))
        .isEqualTo(FOREIGN_HOST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD", "PUT", "DELETE", "OPTIONS"})
  void clock_otherMethod_isNotAllowed(String method) {
    assertThat(
            new RequestGate(Set.of(), true)
                .refusal(method, "/_embedded-kms/clock", Map.of("Host", List.of("localhost"))))
        .isEqualTo(
            new Refusal(405, "the clock must be requested by the method GET or POST", "GET, POST"));
  }

  @ParameterizedTest
  @CsvSource({"GET, /", "OPTIONS, /", "PUT, /", "post, /"})
  void method_other_isNotAllowed(String method, String target) {
    assertThat(refusal(method, target, Map.of("Host", List.of("localhost"))))
        .isEqualTo(new Refusal(405, "requests must use the method POST", "POST"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "OPTIONS"})
  void health_otherMethod_isNotAllowed(String method) {
    assertThat(refusal(method, "/health", Map.of("Host", List.of("localhost"))))
        .isEqualTo(new Refusal(405, "health checks must use the method GET or HEAD", "GET, HEAD"));
  }
}
