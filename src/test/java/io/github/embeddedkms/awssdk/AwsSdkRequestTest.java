package io.github.embeddedkms.awssdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.ThrottlingException;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.metrics.CoreMetric;
import software.amazon.awssdk.http.HttpMetric;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.metrics.MetricCollection;
import software.amazon.awssdk.metrics.MetricPublisher;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.kms.KmsAsyncClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.CreateKeyResponse;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.ListKeysResponse;

/** The SDK's features around a request: retries, timeouts, interceptors, metrics and overrides. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class AwsSdkRequestTest {

  private static final Duration ONE_DAY = Duration.ofDays(1);

  private final LocalKeyProvider provider =
      LocalKeyProvider.builder().region("eu-central-1").account("111122223333").build();

  @AfterEach
  void close() {
    provider.close();
  }

  private static KmsClient client(
      KmsService service, Consumer<ClientOverrideConfiguration.Builder> configuration) {
    return KmsClient.builder()
        .httpClient(AwsSdk.httpClient(service))
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(credentials("111122223333"))
        .overrideConfiguration(configuration)
        .build();
  }

  private static StaticCredentialsProvider credentials(String account) {
    return StaticCredentialsProvider.create(AwsBasicCredentials.create(account, "secret"));
  }

  /** Configures the SDK's default number of attempts, without waiting in between. */
  static void threeAttempts(ClientOverrideConfiguration.Builder configuration) {
    configuration.retryStrategy(
        AwsRetryStrategy.standardRetryStrategy().toBuilder()
            .maxAttempts(3)
            .backoffStrategy(BackoffStrategy.retryImmediately())
            .throttlingBackoffStrategy(BackoffStrategy.retryImmediately())
            .build());
  }

  /** Returns a service whose first calls fail. */
  private ScriptedService failing(int times, RuntimeException failure) {
    return new ScriptedService(
        provider,
        call -> {
          if (call < times) {
            throw failure;
          }
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void faultOrThrottling_isRetriedUntilTheCallSucceeds(boolean throttled) {
    ScriptedService service =
        failing(
            2, throttled ? new ThrottlingException("slow down") : new KmsInternalException(null));
    try (KmsClient kms = client(service, AwsSdkRequestTest::threeAttempts)) {
      assertThat(kms.listKeys().keys()).isEmpty();
    }
    assertThat(service.calls()).isEqualTo(3);
    ScriptedService asyncService = failing(2, new KmsInternalException(null));
    try (KmsAsyncClient kms =
        KmsAsyncClient.builder()
            .httpClient(AwsSdk.asyncHttpClient(asyncService))
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(credentials("111122223333"))
            .overrideConfiguration(AwsSdkRequestTest::threeAttempts)
            .build()) {
      assertThat(kms.listKeys().join().keys()).isEmpty();
    }
    assertThat(asyncService.calls()).isEqualTo(3);
  }

  @Test
  void permanentFault_isThrownAfterTheLastAttempt() {
    ScriptedService service = failing(99, new KmsInternalException("out of order"));
    try (KmsClient kms = client(service, AwsSdkRequestTest::threeAttempts)) {
      KmsException failure = catchThrowableOfType(KmsException.class, kms::listKeys);
      assertThat(failure)
          .isInstanceOf(software.amazon.awssdk.services.kms.model.KmsInternalException.class);
      assertThat(failure.statusCode()).isEqualTo(500);
      assertThat(failure.awsErrorDetails().errorMessage()).isEqualTo("out of order");
      assertThat(failure.numAttempts()).isEqualTo(3);
    }
    assertThat(service.calls()).isEqualTo(3);
  }

  @Test
  void clientError_isNotRetried() {
    ScriptedService service = failing(99, new NotFoundException("missing"));
    try (KmsClient kms = client(service, AwsSdkRequestTest::threeAttempts)) {
      assertThatExceptionOfType(KmsException.class).isThrownBy(kms::listKeys);
    }
    assertThat(service.calls()).isEqualTo(1);
  }

  /**
   * Waits for an interrupt: the synchronous client interrupts the thread of a call that times out.
   */
  private static void awaitInterrupt(int call) {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      // Restores the interrupt, as code that ignores it should.
      Thread.currentThread().interrupt();
    }
  }

  /** Returns a client whose requests time out as soon as they have begun. */
  private static KmsClient timingOut(
      ScriptedService service, Consumer<ClientOverrideConfiguration.Builder> configuration) {
    return client(
        service, configuration.andThen(c -> c.scheduledExecutorService(service.untilCallsBegin())));
  }

  @Test
  void apiCallTimeout_throwsTheSdksException_andTheCallFinishes() {
    ScriptedService service = new ScriptedService(provider, AwsSdkRequestTest::awaitInterrupt);
    try (KmsClient kms = timingOut(service, c -> c.apiCallTimeout(ONE_DAY))) {
      assertThatExceptionOfType(ApiCallTimeoutException.class).isThrownBy(kms::createKey);
    }
    assertThat(service.calls()).isEqualTo(1);
    assertThat(provider.listKeys(b -> {}).keys()).hasSize(1);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void apiCallAttemptTimeout_throwsTheSdksException_andEveryAttemptFinishes() {
    ScriptedService service = new ScriptedService(provider, AwsSdkRequestTest::awaitInterrupt);
    try (KmsClient kms =
        timingOut(
            service,
            c -> {
              threeAttempts(c);
              c.apiCallAttemptTimeout(ONE_DAY);
            })) {
      assertThatExceptionOfType(ApiCallAttemptTimeoutException.class).isThrownBy(kms::createKey);
    }
    assertThat(service.calls()).isEqualTo(3);
    assertThat(provider.listKeys(b -> {}).keys()).hasSize(3);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void timeoutOfARequest_doesNotAffectOtherRequests() {
    ScriptedService service =
        new ScriptedService(
            provider,
            call -> {
              if (call == 0) {
                awaitInterrupt(call);
              }
            });
    try (KmsClient kms = timingOut(service, c -> {})) {
      assertThatExceptionOfType(ApiCallTimeoutException.class)
          .isThrownBy(
              () -> kms.listKeys(b -> b.overrideConfiguration(o -> o.apiCallTimeout(ONE_DAY))));
      assertThat(kms.listKeys().keys()).isEmpty();
    }
  }

  @Test
  void credentialsHeadersAndApiNameOfARequest_doNotAffectOtherRequests() {
    List<SdkHttpRequest> sent = new CopyOnWriteArrayList<>();
    ExecutionInterceptor recording =
        new ExecutionInterceptor() {
          @Override
          public void beforeTransmission(
              Context.BeforeTransmission context, ExecutionAttributes attributes) {
            sent.add(context.httpRequest());
          }
        };
    try (KmsClient kms = client(provider, c -> c.addExecutionInterceptor(recording))) {
      CreateKeyResponse elsewhere =
          kms.createKey(
              b ->
                  b.overrideConfiguration(
                      o ->
                          o.credentialsProvider(credentials("444455556666"))
                              .putHeader("X-Trace", "one")
                              .addApiName(name -> name.name("orders").version("1.2"))));
      assertThat(elsewhere.keyMetadata().arn())
          .startsWith("arn:aws:kms:eu-central-1:444455556666:key/");
      assertThat(sent.get(0).firstMatchingHeader("X-Trace")).hasValue("one");
      assertThat(sent.get(0).firstMatchingHeader("User-Agent").orElseThrow())
          .contains("orders/1.2");
      assertThat(kms.createKey().keyMetadata().arn())
          .startsWith("arn:aws:kms:eu-central-1:111122223333:key/");
      assertThat(sent.get(1).firstMatchingHeader("X-Trace")).isEmpty();
    }
  }

  @Test
  void requestId_isInInterceptorsResponsesAndErrors() {
    List<String> ids = new CopyOnWriteArrayList<>();
    ExecutionInterceptor recording =
        new ExecutionInterceptor() {
          @Override
          public void afterTransmission(
              Context.AfterTransmission context, ExecutionAttributes attributes) {
            ids.add(context.httpResponse().firstMatchingHeader("x-amzn-RequestId").orElseThrow());
          }
        };
    try (KmsClient kms = client(provider, c -> c.addExecutionInterceptor(recording))) {
      ListKeysResponse response = kms.listKeys();
      KmsException error =
          catchThrowableOfType(KmsException.class, () -> kms.describeKey(b -> b.keyId("missing")));
      assertThat(ids)
          .doesNotHaveDuplicates()
          .containsExactly(response.responseMetadata().requestId(), error.requestId());
      assertThat(response.sdkHttpResponse().statusCode()).isEqualTo(200);
    }
  }

  @Test
  void metricPublisher_receivesTheSdksMetrics() {
    List<MetricCollection> published = new CopyOnWriteArrayList<>();
    MetricPublisher publisher =
        new MetricPublisher() {
          @Override
          public void publish(MetricCollection metrics) {
            published.add(metrics);
          }

          @Override
          public void close() {
            // There is nothing to close.
          }
        };
    ScriptedService service = failing(1, new KmsInternalException(null));
    try (KmsClient kms =
        client(
            service,
            c -> {
              threeAttempts(c);
              c.addMetricPublisher(publisher);
            })) {
      String requestId = kms.listKeys().responseMetadata().requestId();
      assertThat(published).hasSize(1);
      MetricCollection metrics = published.get(0);
      assertThat(metrics.metricValues(CoreMetric.OPERATION_NAME)).containsExactly("ListKeys");
      assertThat(metrics.metricValues(CoreMetric.API_CALL_SUCCESSFUL)).containsExactly(true);
      assertThat(metrics.metricValues(CoreMetric.RETRY_COUNT)).containsExactly(1);
      assertThat(metrics.children())
          .flatExtracting(attempt -> attempt.metricValues(HttpMetric.HTTP_STATUS_CODE))
          .containsExactly(500, 200);
      assertThat(metrics.children().get(1).metricValues(CoreMetric.AWS_REQUEST_ID))
          .containsExactly(requestId);
    }
  }
}
