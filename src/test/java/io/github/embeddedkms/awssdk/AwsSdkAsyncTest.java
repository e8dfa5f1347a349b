package io.github.embeddedkms.awssdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsAsyncClient;
import software.amazon.awssdk.services.kms.KmsClient;

// Runs in a separate thread, because waiting for a future ignores interrupts.
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class AwsSdkAsyncTest {

  private static final Duration ONE_DAY = Duration.ofDays(1);

  private final LocalKeyProvider provider = LocalKeyProvider.inMemory();
  private final ExecutorService executor = Executors.newSingleThreadExecutor();
  private final CountDownLatch gate = new CountDownLatch(1);

  /** A service whose calls begin and then wait until the gate is open. */
  private final ScriptedService gated = new ScriptedService(provider, call -> await(gate));

  @AfterEach
  void close() throws InterruptedException {
    gate.countDown();
    executor.shutdown();
    assertThat(executor.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    provider.close();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError("unexpected interrupt", e);
    }
  }

  private SdkAsyncHttpClient transport(KmsService service) {
    return AwsSdk.asyncHttpClient(service, executor, FailureListener.none());
  }

  private KmsAsyncClient client(SdkAsyncHttpClient transport) {
    return client(transport, c -> {});
  }

  private static KmsAsyncClient client(
      SdkAsyncHttpClient transport, Consumer<ClientOverrideConfiguration.Builder> configuration) {
    return KmsAsyncClient.builder()
        .httpClient(transport)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "secret")))
        .overrideConfiguration(configuration)
        .build();
  }

  /** Waits until the executor has finished all earlier tasks. */
  private void awaitExecutor() {
    CompletableFuture.runAsync(() -> {}, executor).join();
  }

  private int keys() {
    return provider.listKeys(b -> {}).keys().size();
  }

  @Test
  void paginator_returnsEveryKey() {
    try (KmsAsyncClient kms = AwsSdk.asyncClient(provider)) {
      List<String> created =
          Stream.generate(() -> kms.createKey().join().keyMetadata().keyId()).limit(12).toList();
      List<String> seen = new CopyOnWriteArrayList<>();
      kms.listKeysPaginator(b -> b.limit(5)).keys().subscribe(key -> seen.add(key.keyId())).join();
      assertThat(seen).containsExactlyInAnyOrderElementsOf(created);
    }
  }

  @Test
  void call_cancelledAfterItBegan_finishes() {
    try (KmsAsyncClient kms = client(transport(gated))) {
      CompletableFuture<?> cancelled = kms.createKey();
      gated.awaitCall();
      assertThat(cancelled.cancel(true)).isTrue();
      assertThat(keys()).isZero();
      gate.countDown();
      awaitExecutor();
      assertThat(keys()).isEqualTo(1);
      assertThat(cancelled).isCancelled();
      assertThat(gated.calls()).isEqualTo(1);
    }
  }

  @Test
  void apiCallTimeout_throwsTheSdksException_andTheCallFinishes() {
    assertTimesOut(c -> c.apiCallTimeout(ONE_DAY), ApiCallTimeoutException.class);
  }

  @Test
  void apiCallAttemptTimeout_throwsTheSdksException_andTheCallFinishes() {
    assertTimesOut(
        c -> c.apiCallAttemptTimeout(ONE_DAY).retryStrategy(r -> r.maxAttempts(1)),
        ApiCallAttemptTimeoutException.class);
  }

  private void assertTimesOut(
      Consumer<ClientOverrideConfiguration.Builder> timeout, Class<? extends Throwable> type) {
    ScheduledExecutorService timer = gated.untilCallsBegin();
    try (KmsAsyncClient kms =
        client(transport(gated), timeout.andThen(c -> c.scheduledExecutorService(timer)))) {
      assertThatExceptionOfType(CompletionException.class)
          .isThrownBy(() -> kms.createKey().join())
          .withCauseInstanceOf(type);
      assertThat(keys()).isZero();
      gate.countDown();
      awaitExecutor();
      assertThat(keys()).isEqualTo(1);
    } finally {
      timer.shutdownNow();
    }
  }

  @Test
  void rejectingExecutor_failsTheFuture() {
    SdkAsyncHttpClient rejecting =
        AwsSdk.asyncHttpClient(
            gated,
            task -> {
              throw new RejectedExecutionException("full");
            },
            FailureListener.none());
    try (KmsAsyncClient kms = client(rejecting)) {
      CompletionException failure =
          catchThrowableOfType(CompletionException.class, () -> kms.createKey().join());
      assertThat(failure).hasCauseInstanceOf(SdkClientException.class);
      assertThat(failure.getCause().getCause())
          .isInstanceOf(RejectedExecutionException.class)
          .hasMessage("full");
    }
    assertThat(gated.calls()).isZero();
  }

  @Test
  void close_duringACall_callFinishesAndItsFutureCompletes() {
    KmsAsyncClient kms = client(transport(gated));
    CompletableFuture<?> running = kms.createKey();
    gated.awaitCall();
    kms.close();
    gate.countDown();
    awaitExecutor();
    assertThat(keys()).isEqualTo(1);
    // The SDK may or may not pass the response on, but the future must complete.
    running.exceptionally(failure -> null).join();
    assertThat(running).isDone();
  }

  @Test
  void close_synchronousClientDuringACall_callFinishes() {
    KmsClient kms = AwsSdk.client(gated);
    CompletableFuture<String> running =
        CompletableFuture.supplyAsync(() -> kms.createKey().keyMetadata().keyId(), executor);
    gated.awaitCall();
    kms.close();
    gate.countDown();
    assertThat(running.join()).isEqualTo(provider.listKeys(b -> {}).keys().get(0).keyId());
  }

  @Test
  void close_clientsAndTransports_leavesTheProviderAndTheExecutorOpen() {
    SdkAsyncHttpClient transport = transport(provider);
    client(transport).close();
    transport.close();
    AwsSdk.asyncClient(provider).close();
    AwsSdk.client(provider).close();
    AwsSdk.httpClient(provider).close();
    assertThat(executor.isShutdown()).isFalse();
    try (KmsAsyncClient kms = client(transport(provider))) {
      kms.createKey().join();
    }
    assertThat(keys()).isEqualTo(1);
  }
}
