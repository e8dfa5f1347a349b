package io.github.embeddedkms.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.AdjustableClock;
import io.github.embeddedkms.Caller;
import io.github.embeddedkms.local.KmsClock;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ClockOverHttpTest {

  private static final String START = "2026-01-01T00:00:00Z";
  private static final String PATH = "/_embedded-kms/clock";

  private final KmsClock clock = KmsClock.frozenAt(Instant.parse(START));
  private final LocalKeyProvider provider = LocalKeyProvider.builder().clock(clock).build();
  private final KmsEndpoint endpoint = start();
  private final HttpClient http = HttpClient.newHttpClient();

  private KmsEndpoint start() {
    try {
      return KmsEndpoint.builder(provider).adjustableClock(clock).start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void close() {
    endpoint.close();
    provider.close();
  }

  private HttpResponse<String> post(String body) throws Exception {
    return send(
        HttpRequest.newBuilder(endpoint.url().resolve(PATH)).POST(BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static String shown(String time, boolean frozen) {
    return "{\"Time\":\"" + time + "\",\"Frozen\":" + frozen + "}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"Advance\":\"P7D\"}                       | 2026-01-08T00:00:00Z",
        "{\"Advance\":\"PT1H30M\"}                   | 2026-01-01T01:30:00Z",
        "{\"Advance\":90}                            | 2026-01-01T00:01:30Z",
        "{\"Advance\":0.5}                           | 2026-01-01T00:00:00.500Z",
        "{\"Advance\":0}                             | 2026-01-01T00:00:00Z",
        "{\"Advance\":0e999999999}                   | 2026-01-01T00:00:00Z",
        "{\"Set\":\"2027-02-03T04:05:06.789Z\"}      | 2027-02-03T04:05:06.789Z",
        "{\"Set\":\"2027-02-03T04:05:06+02:00\"}     | 2027-02-03T02:05:06Z",
        "{\"Set\":\"2020-01-01T00:00:00Z\"}          | 2020-01-01T00:00:00Z",
        "{\"Set\":1767312000}                        | 2026-01-02T00:00:00Z",
        "{\"Set\":1767312000.25}                     | 2026-01-02T00:00:00.250Z",
        "{\"Set\":0}                                 | 1970-01-01T00:00:00Z",
        "{\"Set\":1e9}                               | 2001-09-09T01:46:40Z",
        "{\"Freeze\":true}                           | 2026-01-01T00:00:00Z"
      })
  void post_turnsTheClock_andReturnsTheTime(String body, String time) throws Exception {
    HttpResponse<String> response = post(body);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(shown(time, true));
    assertThat(clock.instant()).isEqualTo(time);
    HttpResponse<String> read = send(HttpRequest.newBuilder(endpoint.url().resolve(PATH)).GET());
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(read.body()).isEqualTo(shown(time, true));
  }

  @Test
  void post_freeze_stopsAndResumes() throws Exception {
    assertThat(post("{\"Freeze\":false}").body()).endsWith("\"Frozen\":false}");
    assertThat(clock.isFrozen()).isFalse();
    // What is set and frozen in one request is shown exactly.
    assertThat(post("{\"Freeze\":true,\"Set\":\"2027-01-01T00:00:00Z\"}").body())
        .isEqualTo(shown("2027-01-01T00:00:00Z", true));
    assertThat(clock.instant()).isEqualTo("2027-01-01T00:00:00Z");
  }

  @Test
  void post_advance_deletesWhatIsDue() throws Exception {
    String keyId = provider.createKey(key -> {}).keyMetadata().keyId();
    provider.scheduleKeyDeletion(key -> key.keyId(keyId).pendingWindowInDays(7));
    post("{\"Advance\":\"P7D\"}");
    assertThat(provider.listKeys(list -> {}).keys()).isEmpty();
  }

  private static final String INSTANT =
      "Set takes an instant, for example \"2026-01-31T00:00:00Z\", or seconds since 1970";
  private static final String DURATION =
      "Advance takes a duration, for example \"P7D\" or \"PT1H30M\", or seconds";

  static List<List<String>> refused() {
    List<List<String>> cases = new ArrayList<>();
    for (String body : List.of("x", "[]", "1", "null", "{", "{}{}", "{\"Set\":1,\"Set\":1}")) {
      cases.add(List.of(body, "the body is not a JSON object"));
    }
    cases.add(List.of("{\"Set\":\"\ud800\"}".replace('\ud800', '\u00ff'), INSTANT));
    cases.add(List.of("{}", "the body has none of Set, Advance and Freeze"));
    cases.add(List.of("{\"set\":0}", "the clock has no set, only Set, Advance and Freeze"));
    cases.add(List.of("{\"Set\":0,\"Advance\":1}", "the body has both Set and Advance"));
    for (String value :
        List.of(
            "null", "true", "\"\"", "\"2026-01-01\"", "\"2026-01-01T00:00:00\"", "[]", "1e99")) {
      cases.add(List.of("{\"Set\":" + value + "}", INSTANT));
    }
    cases.add(List.of("{\"Set\":1e-999999999}", INSTANT));
    cases.add(List.of("{\"Set\":1e999999999}", INSTANT));
    cases.add(List.of("{\"Set\":0.0000000001}", INSTANT));
    for (String value : List.of("null", "\"7 days\"", "\"P1M\"", "{}", "1e13", "-1e-999999999")) {
      cases.add(List.of("{\"Advance\":" + value + "}", DURATION));
    }
    for (String value : List.of("null", "\"true\"", "1")) {
      cases.add(List.of("{\"Freeze\":" + value + "}", "Freeze takes true or false"));
    }
    String bounds =
        "a clock shows times from 1970-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z, not ";
    cases.add(List.of("{\"Set\":-1}", bounds + "1969-12-31T23:59:59Z"));
    cases.add(List.of("{\"Advance\":999999999999}", bounds + START + " plus PT277777777H46M39S"));
    cases.add(
        List.of(
            "{\"Advance\":-1,\"Freeze\":false}",
            "a clock cannot be advanced by PT-1S; set an earlier time"));
    cases.add(List.of(" ".repeat(1025), "the body has more than 1024 bytes"));
    return cases;
  }

  @Test
  void post_invalid_isRefusedAndTurnsNothing() throws Exception {
    for (List<String> each : refused()) {
      HttpResponse<String> response = post(each.get(0));
      assertThat(response.statusCode()).as(each.get(0)).isEqualTo(400);
      assertThat(response.body())
          .as(each.get(0))
          .isEqualTo(
              "{\"__type\":\"EmbeddedKmsRefused\",\"message\":\"embedded-kms: "
                  + each.get(1).replace("\"", "\\\"")
                  + "\"}");
      assertThat(clock.instant()).as(each.get(0)).isEqualTo(START);
      assertThat(clock.isFrozen()).as(each.get(0)).isTrue();
    }
  }

  @Test
  void bodyOfTheWrongMethod_isRefused() throws Exception {
    String message = "embedded-kms: a POST to the clock needs a body, and a GET has none";
    URI url = endpoint.url().resolve(PATH);
    assertThat(post("").body()).contains(message);
    HttpResponse<String> get =
        send(HttpRequest.newBuilder(url).method("GET", BodyPublishers.ofString("{\"Set\":0}")));
    assertThat(get.statusCode()).isEqualTo(400);
    assertThat(get.body()).contains(message);
    assertThat(clock.instant()).isEqualTo(START);
  }

  @Test
  void endpointWithoutClock_hasNoSuchPath() throws Exception {
    try (KmsEndpoint other = KmsEndpoint.start(provider)) {
      HttpResponse<String> response =
          send(
              HttpRequest.newBuilder(other.url().resolve(PATH))
                  .POST(BodyPublishers.ofString("{\"Advance\":1}")));
      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(clock.instant()).isEqualTo(START);
    }
  }

  @Test
  void requestOfABrowser_isRefused() throws Exception {
    HttpResponse<String> response =
        send(
            HttpRequest.newBuilder(endpoint.url().resolve(PATH))
                .header("Origin", "https://evil.example")
                .POST(BodyPublishers.ofString("{\"Advance\":1}")));
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(clock.instant()).isEqualTo(START);
  }

  /** Signs a request as the AWS SDK does, for a path, and sends it to another one perhaps. */
  private HttpResponse<String> signed(URI url, String signedPath, String sentPath, String secret)
      throws Exception {
    String body = "{\"Advance\":\"PT1S\"}";
    Map<String, List<String>> headers =
        AwsV4HttpSigner.create()
            .sign(
                signing ->
                    signing
                        .identity(AwsCredentialsIdentity.create("AKIDEXAMPLE", secret))
                        .request(
                            SdkHttpRequest.builder()
                                .method(SdkHttpMethod.POST)
                                .uri(url.resolve(signedPath))
                                .build())
                        .payload(ContentStreamProvider.fromUtf8String(body))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "kms")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1"))
            .request()
            .headers();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url.resolve(sentPath)).POST(BodyPublishers.ofString(body));
    headers.forEach(
        (name, values) -> {
          if (!name.equalsIgnoreCase("Host") && !name.equalsIgnoreCase("Content-Length")) {
            request.header(name, values.get(0));
          }
        });
    return send(request);
  }

  @Test
  void endpointWithCredentials_turnsTheClockForSignedRequestsOnly() throws Exception {
    try (KmsEndpoint secured =
        KmsEndpoint.builder(provider)
            .adjustableClock(clock)
            .credentials("AKIDEXAMPLE", "secret")
            .start()) {
      URI url = secured.url();
      HttpResponse<String> unsigned =
          send(
              HttpRequest.newBuilder(url.resolve(PATH))
                  .POST(BodyPublishers.ofString("{\"Advance\":1}")));
      assertThat(unsigned.statusCode()).isEqualTo(400);
      assertThat(unsigned.body()).contains("\"__type\":\"MissingAuthenticationToken");
      assertThat(send(HttpRequest.newBuilder(url.resolve(PATH)).GET()).body())
          .contains("\"__type\":\"MissingAuthenticationToken");
      assertThat(signed(url, PATH, PATH, "wrong").body()).contains("InvalidSignatureException");
      // A call of the service cannot be replayed as a request to the clock.
      assertThat(signed(url, "/", PATH, "secret").body()).contains("InvalidSignatureException");
      assertThat(clock.instant()).isEqualTo(START);

      // The turned clock does not make signatures too old.
      clock.advance(Duration.ofDays(365));
      assertThat(signed(url, PATH, PATH, "secret").body())
          .isEqualTo(shown("2027-01-01T00:00:01Z", true));
    }
  }

  @Test
  void credentialsOfAUser_doNotTurnTheClock() throws Exception {
    Caller alice = provider.defaultCaller().actingAs("arn:aws:iam::000000000000:user/alice");
    try (KmsEndpoint secured =
        KmsEndpoint.builder(provider)
            .adjustableClock(clock)
            .credentials("AKIDEXAMPLE", "secret", alice)
            .start()) {
      HttpResponse<String> refused = signed(secured.url(), PATH, PATH, "secret");
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body())
          .isEqualTo(
              "{\"__type\":\"AccessDeniedException\",\"Message\":\"embedded-kms: only the root"
                  + " user of an account may turn the clock, not"
                  + " arn:aws:iam::000000000000:user/alice\"}");
      assertThat(clock.instant()).isEqualTo(START);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void clockThatFails_isAnInternalError(boolean listenerFails) throws Exception {
    List<Throwable> reported = new ArrayList<>();
    IllegalStateException failure = new IllegalStateException("broken");
    try (KmsEndpoint broken =
        KmsEndpoint.builder(provider)
            .adjustableClock(new BrokenClock(failure))
            .failureListener(
                (operation, cause) -> {
                  reported.add(cause);
                  if (listenerFails) {
                    throw failure;
                  }
                })
            .start()) {
      HttpResponse<String> response =
          send(HttpRequest.newBuilder(broken.url().resolve(PATH)).GET());
      assertThat(response.statusCode()).isEqualTo(500);
      assertThat(response.body()).isEqualTo("{\"__type\":\"KMSInternalException\"}");
      assertThat(reported).containsExactly(failure);
    }
  }

  private record BrokenClock(RuntimeException failure) implements AdjustableClock {

    @Override
    public Instant instant() {
      throw failure;
    }

    @Override
    public void set(Instant instant) {
      throw failure;
    }

    @Override
    public void advance(Duration duration) {
      throw failure;
    }

    @Override
    public void freeze() {
      throw failure;
    }

    @Override
    public void resume() {
      throw failure;
    }

    @Override
    public boolean isFrozen() {
      throw failure;
    }
  }
}
