package io.github.embeddedkms.envelope;

import static io.github.embeddedkms.envelope.EnvelopeFixture.CONTEXT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.embeddedkms.CallbackClient;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Data keys that are renewed before they expire: after 40 of 60 seconds. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class CacheRenewalTest {

  private static final CacheLimits LIMITS =
      CacheLimits.ofMaximumAge(Duration.ofMinutes(1)).withRefreshAfter(Duration.ofSeconds(40));

  private final EnvelopeFixture fixture = new EnvelopeFixture();
  private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - 5);

  /** What happens in a call of the service, before it succeeds. */
  private final AtomicReference<Runnable> duringCall = new AtomicReference<>(() -> {});

  private final KmsClient kms =
      new CallbackClient(
          request -> {
            duringCall.get().run();
            return fixture.kms.call(request);
          });

  @AfterEach
  void close() {
    fixture.close();
  }

  private EnvelopeBuilder builder() {
    return Envelope.builder(kms).key(fixture.key).nanoTime(time::get);
  }

  private void advanceSeconds(long seconds) {
    time.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  private static Prefix seal(Envelope envelope) {
    return Messages.prefix(envelope.seal(data(1), CONTEXT));
  }

  private int calls() {
    return fixture.requests.size();
  }

  private static void fail() {
    throw new KmsInternalException("down");
  }

  @Test
  void sealing_afterTheRefreshAge_usesANewDataKey() {
    Envelope envelope = builder().cache(LIMITS).build();
    Prefix first = seal(envelope);
    advanceSeconds(39);
    assertThat(seal(envelope)).isEqualTo(first);
    advanceSeconds(1);
    Prefix second = seal(envelope);
    assertThat(second).isNotEqualTo(first);
    assertThat(seal(envelope)).isEqualTo(second);
    // The first one would have expired at this time.
    advanceSeconds(39);
    assertThat(seal(envelope)).isEqualTo(second);
    assertThat(calls()).isEqualTo(2);
    assertThat(envelope.cacheStatistics()).isEqualTo(new CacheStatistics(4, 2, 1, 1));
  }

  @Test
  void sealing_ofALongMessageAfterTheRefreshAge_renewsNothing() {
    Envelope envelope = builder().cache(LIMITS.withMaximumBytes(10)).build();
    Prefix first = seal(envelope);
    advanceSeconds(40);
    Prefix ofItsOwn = Messages.prefix(envelope.seal(data(11), CONTEXT));
    assertThat(ofItsOwn).isNotEqualTo(first);
    assertThat(calls()).isEqualTo(2);
    Prefix renewed = seal(envelope);
    assertThat(renewed).isNotIn(first, ofItsOwn);
    assertThat(calls()).isEqualTo(3);
  }

  @Test
  void opening_afterTheRefreshAge_opensTheDataKeyAgain() {
    byte[] sealed = fixture.envelope.seal(data(1), CONTEXT);
    fixture.requests.clear();
    Envelope envelope = builder().cache(LIMITS).build();
    for (int age : new int[] {0, 39, 1, 39}) {
      advanceSeconds(age);
      assertThat(envelope.open(sealed, CONTEXT)).isEqualTo(data(1));
    }
    assertThat(fixture.operations()).containsExactly("Decrypt", "Decrypt");
  }

  @Test
  void dataKeys_withoutARefreshAge_areNotRenewed() {
    Envelope envelope = builder().cache(CacheLimits.ofMaximumAge(Duration.ofMinutes(1))).build();
    Prefix first = seal(envelope);
    time.addAndGet(Duration.ofMinutes(1).toNanos() - 1);
    assertThat(seal(envelope)).isEqualTo(first);
    assertThat(calls()).isEqualTo(1);
  }

  @Test
  void otherThreads_duringARenewal_useTheOldDataKey() throws Exception {
    Envelope envelope = builder().cache(LIMITS).build();
    Prefix first = seal(envelope);
    advanceSeconds(40);
    CountDownLatch called = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    duringCall.set(
        () -> {
          called.countDown();
          awaitUninterrupted(goOn);
        });
    FutureTask<Prefix> renewing = new FutureTask<>(() -> seal(envelope));
    new Thread(renewing).start();
    called.await();
    assertThat(seal(envelope)).isEqualTo(first);
    assertThat(seal(envelope)).isEqualTo(first);
    goOn.countDown();
    Prefix second = renewing.get();
    assertThat(second).isNotEqualTo(first);
    assertThat(seal(envelope)).isEqualTo(second);
    assertThat(calls()).isEqualTo(2);
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void executor_renewsWhileTheCallUsesTheOldDataKey() {
    List<Runnable> tasks = new ArrayList<>();
    Envelope envelope = builder().cache(LIMITS.withMaximumMessages(3), tasks::add).build();
    Prefix first = seal(envelope);
    assertThat(tasks).isEmpty();
    advanceSeconds(40);
    assertThat(seal(envelope)).isEqualTo(first);
    assertThat(seal(envelope)).isEqualTo(first);
    assertThat(tasks).hasSize(1);
    assertThat(calls()).isEqualTo(1);
    tasks.get(0).run();
    // The renewal has not used any of the three messages.
    Prefix second = seal(envelope);
    assertThat(List.of(seal(envelope), seal(envelope))).containsOnly(second).doesNotContain(first);
    assertThat(calls()).isEqualTo(2);
    assertThat(seal(envelope)).isNotEqualTo(second);
  }

  static List<RuntimeException> failuresOfExecutors() {
    return List.of(new RejectedExecutionException(), new IllegalStateException("no threads"));
  }

  @ParameterizedTest
  @MethodSource("failuresOfExecutors")
  void executor_rejectingTheTaskOrFailing_isTriedAgainLater(RuntimeException failure) {
    List<Runnable> rejected = new ArrayList<>();
    Envelope envelope =
        builder()
            .cache(
                LIMITS,
                task -> {
                  rejected.add(task);
                  throw failure;
                })
            .build();
    Prefix first = seal(envelope);
    advanceSeconds(40);
    assertThat(List.of(seal(envelope), seal(envelope))).containsOnly(first);
    assertThat(rejected).hasSize(1);
    advanceSeconds(5);
    assertThat(seal(envelope)).isEqualTo(first);
    assertThat(rejected).hasSize(2);
  }

  @Test
  void failedRenewal_keepsTheOldDataKeyUntilItExpires() {
    Envelope envelope = builder().cache(LIMITS).build();
    Prefix first = seal(envelope);
    AtomicLong failures = new AtomicLong();
    duringCall.set(
        () -> {
          failures.incrementAndGet();
          fail();
        });
    for (int age : new int[] {40, 4, 1, 4, 1, 5, 4}) {
      advanceSeconds(age);
      assertThat(seal(envelope)).isEqualTo(first);
    }
    // After 40, 45, 50 and 55 seconds.
    assertThat(failures).hasValue(4);
    advanceSeconds(1);
    assertThatExceptionOfType(KmsInternalException.class)
        .isThrownBy(() -> seal(envelope))
        .withMessage("down");
    duringCall.set(() -> {});
    assertThat(seal(envelope)).isNotEqualTo(first);
  }

  @Test
  void failedRenewal_afterWhichTheOldDataKeyHasExpired_isFollowedByARequest() {
    Envelope envelope = builder().cache(LIMITS).build();
    Prefix first = seal(envelope);
    advanceSeconds(40);
    duringCall.set(
        () -> {
          duringCall.set(() -> {});
          advanceSeconds(20);
          fail();
        });
    assertThat(seal(envelope)).isNotEqualTo(first);
    assertThat(calls()).isEqualTo(2);
  }

  private static final DataKeyCache.Purpose PURPOSE =
      new DataKeyCache.Purpose(
          List.of("a"), Bytes.fromByteArray(new byte[0]), Bytes.fromByteArray(new byte[0]));

  private static DataKey dataKey(SecretBytes secret) {
    return new DataKey(secret, List.of());
  }

  private static void assertWiped(SecretBytes secret) {
    assertThatIllegalStateException()
        .isThrownBy(secret::asByteArray)
        .withMessage("the secret is closed");
  }

  @Test
  void oldDataKey_isWipedWhenItsLastUserReturnsIt() {
    SecretBytes old = SecretBytes.fromByteArray(new byte[32]);
    SecretBytes renewed = SecretBytes.fromByteArray(new byte[32]);
    DataKeyCache cache = new DataKeyCache(LIMITS, Duration.ofSeconds(10), null, time::get);
    Lease user = cache.lend(PURPOSE, 0, () -> dataKey(old));
    advanceSeconds(40);
    Lease lease = cache.lend(PURPOSE, 0, () -> dataKey(renewed));
    assertThat(lease.dataKey().secret()).isSameAs(renewed);
    assertThat(old.asByteArray()).hasSize(32);
    user.close();
    assertWiped(old);
    lease.close();
    assertThat(renewed.asByteArray()).hasSize(32);
    cache.close();
    assertWiped(renewed);
  }

  @Test
  void renewedDataKey_cacheClosedDuringTheRenewal_isWiped() {
    SecretBytes old = SecretBytes.fromByteArray(new byte[32]);
    SecretBytes renewed = SecretBytes.fromByteArray(new byte[32]);
    List<Runnable> tasks = new ArrayList<>();
    DataKeyCache cache = new DataKeyCache(LIMITS, Duration.ofSeconds(10), tasks::add, time::get);
    cache.lend(PURPOSE, 0, () -> dataKey(old)).close();
    advanceSeconds(40);
    cache.lend(PURPOSE, 0, () -> dataKey(renewed)).close();
    cache.close();
    assertWiped(old);
    tasks.get(0).run();
    assertWiped(renewed);
    assertThat(cache.statistics().entries()).isZero();
  }

  private static void assertRenewalEndsWithAnError(DataKeyCache cache) {
    assertThatExceptionOfType(StackOverflowError.class)
        .isThrownBy(
            () ->
                cache.lend(
                    PURPOSE,
                    0,
                    () -> {
                      throw new StackOverflowError();
                    }));
  }

  @Test
  void error_inARenewal_endsIt() {
    DataKeyCache cache = new DataKeyCache(LIMITS, Duration.ofSeconds(10), null, time::get);
    SecretBytes old = SecretBytes.fromByteArray(new byte[32]);
    cache.lend(PURPOSE, 0, () -> dataKey(old)).close();
    advanceSeconds(40);
    assertRenewalEndsWithAnError(cache);
    advanceSeconds(5);
    SecretBytes renewed = SecretBytes.fromByteArray(new byte[32]);
    Lease lease = cache.lend(PURPOSE, 0, () -> dataKey(renewed));
    assertThat(lease.dataKey().secret()).isSameAs(renewed);
    assertWiped(old);
  }

  /** One runs the task on the caller's thread, and the other cannot start a thread. */
  static List<Executor> executorsThatThrowAnError() {
    return List.of(
        Runnable::run,
        task -> {
          throw new StackOverflowError();
        });
  }

  @ParameterizedTest
  @MethodSource("executorsThatThrowAnError")
  void error_outOfAnExecutor_returnsTheOldDataKey(Executor executor) {
    DataKeyCache cache = new DataKeyCache(LIMITS, Duration.ofSeconds(10), executor, time::get);
    SecretBytes old = SecretBytes.fromByteArray(new byte[32]);
    cache.lend(PURPOSE, 0, () -> dataKey(old)).close();
    advanceSeconds(40);
    assertRenewalEndsWithAnError(cache);
    // It is valid until it expires, and has no user left then.
    Lease lease = cache.lend(PURPOSE, 0, CacheRenewalTest::noCall);
    assertThat(lease.dataKey().secret()).isSameAs(old);
    lease.close();
    cache.close();
    assertWiped(old);
  }

  private static DataKey noCall() {
    throw new AssertionError("no call of the service is needed");
  }

  @Test
  void refreshAge_outOfRange_isRefused() {
    CacheLimits minute = CacheLimits.ofMaximumAge(Duration.ofMinutes(1));
    for (Duration wrong : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofSeconds(61))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> minute.withRefreshAfter(wrong))
          .withMessage(
              "embedded-kms: refreshAfter must be more than 0 and at most the maximum age of PT1M,"
                  + " not "
                  + wrong);
    }
    assertThat(minute.withRefreshAfter(Duration.ofMinutes(1))).isEqualTo(minute);
    assertThat(LIMITS.withMaximumBytes(5).withMaximumEntries(6).withMaximumMessages(7))
        .isEqualTo(new CacheLimits(Duration.ofMinutes(1), 7, 5, 6, Duration.ofSeconds(40)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().cache(minute, Runnable::run))
        .withMessage(
            "embedded-kms: an executor for renewals requires limits with refreshAfter less than the"
                + " maximum age");
  }
}
