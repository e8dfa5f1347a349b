package io.github.embeddedkms.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.embeddedkms.CallbackService;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KmsException;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class KmsEndpointTest {

  private final LocalKeyProvider provider =
      LocalKeyProvider.builder().region("eu-central-1").account("111122223333").build();
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    provider.close();
  }

  private static KmsClient sdk(URI url, String accessKeyId, String secretAccessKey) {
    return KmsClient.builder()
        .endpointOverride(url)
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(accessKeyId, secretAccessKey)))
        .build();
  }

  private HttpResponse<String> post(URI url, String target, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(url)
            .header("X-Amz-Target", target)
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  /** Sends bytes on a socket and returns the response. */
  private static String raw(URI url, String request) throws IOException {
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void sdk_overHttp_decryptsItsCiphertext() throws IOException {
    try (KmsEndpoint endpoint = KmsEndpoint.start(provider);
        KmsClient kms = sdk(endpoint.url(), "444455556666", "any")) {
      var key = kms.createKey().keyMetadata();
      assertThat(key.arn()).startsWith("arn:aws:kms:eu-central-1:444455556666:key/");
      SdkBytes blob =
          kms.encrypt(e -> e.keyId(key.keyId()).plaintext(SdkBytes.fromUtf8String("hello")))
              .ciphertextBlob();
      var opened = kms.decrypt(d -> d.ciphertextBlob(blob));
      assertThat(opened.plaintext().asUtf8String()).isEqualTo("hello");
      assertThat(opened.responseMetadata().requestId()).matches("[0-9a-f-]{36}");
    }
  }

  @Test
  void request_withoutSignature_usesTheDefaultCaller() throws Exception {
    try (KmsEndpoint endpoint = KmsEndpoint.start(provider)) {
      HttpResponse<String> created = post(endpoint.url(), "TrentService.CreateKey", "{}");
      assertThat(created.statusCode()).isEqualTo(200);
      assertThat(created.body()).contains("arn:aws:kms:eu-central-1:111122223333:key/");
      assertThat(created.headers().firstValue("Content-Type"))
          .hasValue("application/x-amz-json-1.1");
      assertThat(created.headers().firstValue("x-amzn-RequestId").orElseThrow())
          .matches("[0-9a-f-]{36}");
      HttpResponse<String> missing =
          post(endpoint.url(), "TrentService.DescribeKey", "{\"KeyId\":\"alias/missing\"}");
      assertThat(missing.statusCode()).isEqualTo(400);
      assertThat(missing.body())
          .isEqualTo(
              "{\"__type\":\"NotFoundException\",\"message\":\"Alias"
                  + " arn:aws:kms:eu-central-1:111122223333:alias/missing is not found.\"}");
    }
  }

  @Test
  void operationWithoutOutput_returnsAnEmptyBody() throws Exception {
    String keyId = provider.createKey(key -> {}).keyMetadata().keyId();
    try (KmsEndpoint endpoint = KmsEndpoint.start(provider)) {
      HttpResponse<String> disabled =
          post(endpoint.url(), "TrentService.DisableKey", "{\"KeyId\":\"" + keyId + "\"}");
      assertThat(disabled.statusCode()).isEqualTo(200);
      assertThat(disabled.body()).isEmpty();
    }
  }

  @Test
  void target_missingOrUnknown_isUnknownOperation() throws Exception {
    try (KmsEndpoint endpoint = KmsEndpoint.start(provider)) {
      HttpResponse<String> unknown = post(endpoint.url(), "TrentService.Frobnicate", "{}");
      assertThat(unknown.statusCode()).isEqualTo(400);
      assertThat(unknown.body()).contains("\"__type\":\"UnknownOperationException\"");
      HttpResponse<String> none =
          http.send(
              HttpRequest.newBuilder(endpoint.url()).POST(BodyPublishers.ofString("{}")).build(),
              BodyHandlers.ofString());
      assertThat(none.statusCode()).isEqualTo(400);
      assertThat(none.body()).contains("\"__type\":\"UnknownOperationException\"");
    }
  }

  @Test
  void health_withoutSignature_isOk() throws Exception {
    try (KmsEndpoint endpoint =
        KmsEndpoint.builder(provider).credentials("AKIDEXAMPLE", "secret").start()) {
      HttpResponse<String> health =
          http.send(
              HttpRequest.newBuilder(endpoint.url().resolve("/health")).build(),
              BodyHandlers.ofString());
      assertThat(health.statusCode()).isEqualTo(200);
      assertThat(health.body()).isEqualTo("{\"status\":\"ok\"}");
    }
  }

  @Test
  void request_wrongMethodOrHost_isRefusedWithTheReason() throws Exception {
    try (KmsEndpoint endpoint = KmsEndpoint.start(provider)) {
      HttpResponse<String> get =
          http.send(HttpRequest.newBuilder(endpoint.url()).build(), BodyHandlers.ofString());
      assertThat(get.statusCode()).isEqualTo(405);
      assertThat(get.headers().firstValue("Allow")).hasValue("POST");
      assertThat(get.body())
          .isEqualTo(
              "{\"__type\":\"EmbeddedKmsRefused\",\"message\":\"embedded-kms: requests must use"
                  + " the method POST\"}");
      HttpResponse<String> head =
          http.send(
              HttpRequest.newBuilder(endpoint.url())
                  .method("HEAD", BodyPublishers.noBody())
                  .build(),
              BodyHandlers.ofString());
      assertThat(head.statusCode()).isEqualTo(405);
      assertThat(head.body()).isEmpty();
      String rebound =
          raw(
              endpoint.url(),
              "POST / HTTP/1.1\r\nHost: evil.example\r\nX-Amz-Target: TrentService.CreateKey\r\n"
                  + "Content-Length: 2\r\nConnection: close\r\n\r\n{}");
      assertThat(rebound).startsWith("HTTP/1.1 403 ");
      assertThat(provider.listKeys(list -> {}).keys()).isEmpty();
    }
  }

  @Test
  void hostName_isAcceptedOnceAllowed() throws Exception {
    String request = "GET /health HTTP/1.1\r\nHost: kms.test:4599\r\nConnection: close\r\n\r\n";
    try (KmsEndpoint endpoint = KmsEndpoint.start(provider)) {
      assertThat(raw(endpoint.url(), request)).startsWith("HTTP/1.1 403 ");
    }
    try (KmsEndpoint endpoint = KmsEndpoint.builder(provider).allowedHost("KMS.test").start()) {
      assertThat(raw(endpoint.url(), request)).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void body_longerThanTheMaximum_isRefused() throws Exception {
    String largest = "{}" + " ".repeat(98);
    try (KmsEndpoint endpoint = KmsEndpoint.builder(provider).maximumBodyBytes(100).start()) {
      assertThat(post(endpoint.url(), "TrentService.ListKeys", largest).statusCode())
          .isEqualTo(200);
      HttpResponse<String> refused = post(endpoint.url(), "TrentService.ListKeys", largest + " ");
      assertThat(refused.statusCode()).isEqualTo(413);
      assertThat(refused.body())
          .isEqualTo(
              "{\"__type\":\"EmbeddedKmsRefused\",\"message\":\"embedded-kms: a body can have at"
                  + " most 100 bytes\"}");
    }
  }

  @Test
  void body_of100Megabytes_withOrWithoutKnownLength_isRefused() throws Exception {
    byte[] piece = new byte[1 << 20];
    try (KmsEndpoint endpoint = KmsEndpoint.start(provider)) {
      for (HttpRequest.BodyPublisher body :
          List.of(
              BodyPublishers.ofByteArrays(() -> Stream.generate(() -> piece).limit(100).iterator()),
              BodyPublishers.fromPublisher(
                  BodyPublishers.ofByteArrays(
                      () -> Stream.generate(() -> piece).limit(100).iterator()),
                  100L << 20))) {
        HttpResponse<String> refused =
            http.send(
                HttpRequest.newBuilder(endpoint.url())
                    .header("X-Amz-Target", "TrentService.Encrypt")
                    .POST(body)
                    .build(),
                BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(413);
      }
    }
  }

  @Test
  void credentials_requestsWithOtherSignatures_areRefused() throws Exception {
    try (KmsEndpoint endpoint =
            KmsEndpoint.builder(provider).credentials("AKIDEXAMPLE", "secret").start();
        KmsClient known = sdk(endpoint.url(), "AKIDEXAMPLE", "secret");
        KmsClient wrongSecret = sdk(endpoint.url(), "AKIDEXAMPLE", "other");
        KmsClient stranger = sdk(endpoint.url(), "AKIDNOBODY", "secret")) {
      assertThat(known.listKeys().keys()).isEmpty();
      assertThat(codeOf(wrongSecret)).isEqualTo("InvalidSignatureException");
      assertThat(codeOf(stranger)).isEqualTo("UnrecognizedClientException");
      assertThat(post(endpoint.url(), "TrentService.ListKeys", "{}").body())
          .isEqualTo(
              "{\"__type\":\"MissingAuthenticationTokenException\",\"message\":\"embedded-kms: the"
                  + " request is not signed\"}");
      // The caller is authenticated before the response reveals anything about the request.
      assertThat(post(endpoint.url(), "TrentService.Frobnicate", "no JSON").body())
          .contains("MissingAuthenticationTokenException");
    }
  }

  @Test
  void signature_isComparedWithTheConfiguredClock() throws IOException {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    try (KmsEndpoint endpoint =
            KmsEndpoint.builder(provider)
                .credentials("AKIDEXAMPLE", "secret")
                .clock(now::get)
                .start();
        KmsClient kms = sdk(endpoint.url(), "AKIDEXAMPLE", "secret")) {
      assertThat(kms.listKeys().keys()).isEmpty();
      now.updateAndGet(before -> before.plusSeconds(3600));
      assertThat(codeOf(kms)).isEqualTo("InvalidSignatureException");
    }
  }

  private static String codeOf(KmsClient kms) {
    return catchThrowableOfType(KmsException.class, kms::listKeys).awsErrorDetails().errorCode();
  }

  @Test
  void failureOtherThanServiceError_isInternalForTheClient_andReportedToTheListener()
      throws Exception {
    List<String> reported = new CopyOnWriteArrayList<>();
    KmsService failing =
        CallbackService.of(
            provider.defaultCaller(),
            request -> {
              throw new IllegalStateException("a bug");
            });
    try (KmsEndpoint endpoint =
        KmsEndpoint.builder(failing)
            .failureListener((operation, failure) -> reported.add(operation + ": " + failure))
            .start()) {
      HttpResponse<String> failed = post(endpoint.url(), "TrentService.ListKeys", "{}");
      assertThat(failed.statusCode()).isEqualTo(500);
      assertThat(failed.body()).isEqualTo("{\"__type\":\"KMSInternalException\"}");
    }
    assertThat(reported).containsExactly("ListKeys: java.lang.IllegalStateException: a bug");
  }

  @Test
  void closedProvider_isGone_andTheSdkDoesNotRetry() throws Exception {
    try (KmsEndpoint endpoint = KmsEndpoint.start(provider);
        KmsClient kms = sdk(endpoint.url(), "AKIDEXAMPLE", "secret")) {
      provider.close();
      HttpResponse<String> failed = post(endpoint.url(), "TrentService.ListKeys", "{}");
      assertThat(failed.statusCode()).isEqualTo(410);
      assertThat(failed.body())
          .isEqualTo(
              "{\"__type\":\"EmbeddedKmsClosed\",\"message\":\"embedded-kms: the provider is"
                  + " closed\"}");
      KmsException error = catchThrowableOfType(KmsException.class, kms::listKeys);
      assertThat(error.awsErrorDetails().errorCode()).isEqualTo("EmbeddedKmsClosed");
      assertThat(error.numAttempts()).isEqualTo(1);
    }
  }

  @Test
  void requests_concurrent_areLimited() throws Exception {
    AtomicInteger concurrent = new AtomicInteger();
    AtomicInteger maximum = new AtomicInteger();
    // A request continues only in a pair, so the test ends only if two are processed at once.
    CyclicBarrier pair = new CyclicBarrier(2);
    KmsService paired =
        CallbackService.before(
            provider,
            () -> {
              maximum.accumulateAndGet(concurrent.incrementAndGet(), Math::max);
              await(pair);
              concurrent.decrementAndGet();
            });
    try (KmsEndpoint endpoint = KmsEndpoint.builder(paired).maximumConcurrentRequests(2).start()) {
      List<CompletableFuture<HttpResponse<String>>> responses =
          Stream.generate(() -> postLater(endpoint.url())).limit(40).toList();
      for (CompletableFuture<HttpResponse<String>> response : responses) {
        assertThat(response.get().statusCode()).isEqualTo(200);
      }
    }
    assertThat(maximum).hasValue(2);
  }

  @Test
  void request_waitingTooLong_getsStatus503() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    KmsService slow =
        CallbackService.before(
            provider,
            () -> {
              arrived.countDown();
              await(release);
            });
    try (KmsEndpoint endpoint =
        KmsEndpoint.builder(slow)
            .maximumConcurrentRequests(1)
            .waitTimeout(Duration.ofMillis(100))
            .start()) {
      CompletableFuture<HttpResponse<String>> first = postLater(endpoint.url());
      arrived.await();
      HttpResponse<String> second = post(endpoint.url(), "TrentService.ListKeys", "{}");
      assertThat(second.statusCode()).isEqualTo(503);
      assertThat(second.body())
          .contains("embedded-kms: too many requests for the last 100 ms; try again");
      release.countDown();
      assertThat(first.get().statusCode()).isEqualTo(200);
      // The client may receive the response before the server admits the next request.
      HttpResponse<String> third;
      do {
        third = post(endpoint.url(), "TrentService.ListKeys", "{}");
      } while (third.statusCode() == 503);
      assertThat(third.statusCode()).isEqualTo(200);
    }
  }

  @Test
  void unfinishedRequests_doNotBlockOthers() throws Exception {
    try (KmsEndpoint endpoint = KmsEndpoint.builder(provider).maximumConcurrentRequests(1).start();
        Socket withoutHead = new Socket(endpoint.url().getHost(), endpoint.url().getPort());
        Socket withoutBody = new Socket(endpoint.url().getHost(), endpoint.url().getPort())) {
      withoutHead.getOutputStream().write("POST / HT".getBytes(StandardCharsets.US_ASCII));
      withoutBody
          .getOutputStream()
          .write(
              "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(post(endpoint.url(), "TrentService.ListKeys", "{}").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void close_requestInProgressFinishes_laterRequestsAreRefused() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    KmsService slow =
        CallbackService.before(
            provider,
            () -> {
              arrived.countDown();
              await(release);
            });
    KmsEndpoint endpoint = KmsEndpoint.start(slow);
    CompletableFuture<HttpResponse<String>> response = postLater(endpoint.url());
    await(arrived);
    Thread closing = new Thread(endpoint::close);
    closing.start();
    while (closing.getState() != Thread.State.TIMED_WAITING) {
      assertThat(closing.isAlive()).as("close waits for the request in progress").isTrue();
    }
    release.countDown();
    closing.join();
    endpoint.close();
    assertThat(response.get().statusCode()).isEqualTo(200);
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> postLater(endpoint.url()).get())
        .withCauseInstanceOf(ConnectException.class);
    assertThat(provider.listKeys(list -> {}).keys()).isEmpty();
  }

  @Test
  void worker_isANamedDaemon() throws Exception {
    AtomicReference<Thread> worker = new AtomicReference<>();
    try (KmsEndpoint endpoint =
        KmsEndpoint.start(
            CallbackService.before(provider, () -> worker.set(Thread.currentThread())))) {
      post(endpoint.url(), "TrentService.ListKeys", "{}");
    }
    assertThat(worker.get().getName()).startsWith("embedded-kms-endpoint-");
    assertThat(worker.get().isDaemon()).isTrue();
  }

  @Test
  void start_portTaken_throwsBindException() throws IOException {
    try (KmsEndpoint endpoint = KmsEndpoint.start(provider)) {
      assertThatExceptionOfType(BindException.class)
          .isThrownBy(() -> KmsEndpoint.builder(provider).port(endpoint.url().getPort()).start());
    }
  }

  @Test
  void settings_outOfRange_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KmsEndpoint.builder(provider).maximumBodyBytes(0))
        .withMessage("embedded-kms: maximumBodyBytes must be 1 to 67108864, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KmsEndpoint.builder(provider).maximumConcurrentRequests(4097))
        .withMessage("embedded-kms: maximumConcurrentRequests must be 1 to 4096, not 4097");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KmsEndpoint.builder(provider).waitTimeout(Duration.ofSeconds(61)))
        .withMessage("embedded-kms: waitTimeout must be 1 millisecond to 60 seconds, not PT1M1S");
  }

  @Test
  void url_isUsableByClients() throws IOException {
    try (KmsEndpoint endpoint = KmsEndpoint.start(provider)) {
      assertThat(endpoint.url().toString()).matches("http://127\\.0\\.0\\.1:\\d+");
      assertThat(endpoint).hasToString("KmsEndpoint[" + endpoint.url() + "]");
    }
    try (KmsEndpoint endpoint = KmsEndpoint.builder(provider).host("0.0.0.0").start()) {
      assertThat(endpoint.url().toString()).matches("http://127\\.0\\.0\\.1:\\d+");
    }
    try (KmsEndpoint endpoint = KmsEndpoint.builder(provider).host("localhost").start()) {
      assertThat(endpoint.url().toString()).matches("http://localhost:\\d+");
    }
  }

  @Test
  void invalidHttp_doesNotAffectOtherRequests() throws Exception {
    try (KmsEndpoint endpoint = KmsEndpoint.start(provider)) {
      raw(endpoint.url(), "\u0000\u0001\u0002 no HTTP at all\r\n\r\n");
      assertThat(raw(endpoint.url(), "POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n"))
          .doesNotContain("200 OK");
      try (Socket halfway = new Socket(endpoint.url().getHost(), endpoint.url().getPort())) {
        halfway
            .getOutputStream()
            .write("POST / HTTP/1.1\r\nHost: loc".getBytes(StandardCharsets.US_ASCII));
        assertThat(post(endpoint.url(), "TrentService.ListKeys", "{}").statusCode()).isEqualTo(200);
      }
    }
  }

  private CompletableFuture<HttpResponse<String>> postLater(URI url) {
    return http.sendAsync(
        HttpRequest.newBuilder(url)
            .header("X-Amz-Target", "TrentService.ListKeys")
            .POST(BodyPublishers.ofString("{}"))
            .build(),
        BodyHandlers.ofString());
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
