package io.github.embeddedkms.envelope;

import static io.github.embeddedkms.envelope.EnvelopeFixture.CONTEXT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.WRONG;
import static io.github.embeddedkms.envelope.EnvelopeFixture.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.embeddedkms.CallbackClient;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.model.EncryptionContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class EnvelopeCacheTest {

  private static final CacheLimits MINUTE = CacheLimits.ofMaximumAge(Duration.ofMinutes(1));

  private final EnvelopeFixture fixture = new EnvelopeFixture();
  private final AtomicLong time = new AtomicLong(Long.MAX_VALUE - 5);

  @AfterEach
  void close() {
    fixture.close();
  }

  private Envelope caching(CacheLimits limits) {
    return caching(limits, fixture.kms);
  }

  private Envelope caching(CacheLimits limits, KmsClient kms) {
    return Envelope.builder(kms).key(fixture.key).cache(limits).nanoTime(time::get).build();
  }

  private int calls() {
    return fixture.requests.size();
  }

  @Test
  void messages_upToTheMessageLimit_shareADataKey() {
    Envelope envelope = caching(MINUTE.withMaximumMessages(3));
    List<Prefix> prefixes = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      byte[] sealed = envelope.seal(data(i), CONTEXT);
      assertThat(fixture.envelope.open(sealed, CONTEXT)).isEqualTo(data(i));
      prefixes.add(Messages.prefix(sealed));
    }
    assertThat(prefixes.stream().distinct()).hasSize(3);
    assertThat(prefixes.subList(0, 3).stream().distinct()).hasSize(1);
    assertThat(prefixes.subList(3, 6).stream().distinct()).hasSize(1);
    assertThat(envelope.cacheStatistics()).isEqualTo(new CacheStatistics(4, 3, 2, 1));
  }

  @Test
  void messages_upToTheByteLimit_shareADataKey() {
    Envelope envelope = caching(MINUTE.withMaximumBytes(100));
    envelope.seal(data(60), CONTEXT);
    envelope.seal(data(40), CONTEXT);
    assertThat(calls()).isEqualTo(1);
    envelope.seal(data(0), CONTEXT);
    assertThat(calls()).isEqualTo(2);
    envelope.seal(data(99), CONTEXT);
    envelope.seal(data(2), CONTEXT);
    assertThat(calls()).isEqualTo(3);
  }

  @Test
  void message_longerThanTheByteLimit_getsItsOwnDataKey() {
    Envelope envelope = caching(MINUTE.withMaximumBytes(100));
    envelope.seal(data(10), CONTEXT);
    envelope.seal(data(101), CONTEXT);
    envelope.seal(data(10), CONTEXT);
    assertThat(calls()).isEqualTo(2);
    envelope.seal(data(100), WRONG);
    assertThat(calls()).isEqualTo(3);
  }

  @Test
  void stream_isChargedAsItIsWritten_andFinishesWithItsDataKey() throws IOException {
    Envelope envelope = caching(MINUTE.withMaximumBytes(EnvelopeFixture.SEGMENT + 1));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SealingOutputStream first = envelope.sealing(out, CONTEXT);
    first.write(data(EnvelopeFixture.SEGMENT));
    // Room for one byte is left.
    envelope.seal(data(1), CONTEXT);
    assertThat(calls()).isEqualTo(1);
    envelope.seal(data(0), CONTEXT);
    assertThat(calls()).isEqualTo(2);
    first.write(data(3 * EnvelopeFixture.SEGMENT));
    first.close();
    assertThat(fixture.envelope.open(out.toByteArray(), CONTEXT))
        .hasSize(4 * EnvelopeFixture.SEGMENT);
  }

  @Test
  void dataKey_atTheMaximumAge_isExpiredForSealingAndOpening() {
    Envelope envelope = caching(MINUTE);
    byte[] sealed = envelope.seal(data(1), CONTEXT);
    envelope.open(sealed, CONTEXT);
    assertThat(fixture.operations()).containsExactly("GenerateDataKey", "Decrypt");
    // The clock wraps around here.
    time.addAndGet(Duration.ofMinutes(1).toNanos() - 1);
    envelope.seal(data(1), CONTEXT);
    envelope.open(sealed, CONTEXT);
    assertThat(calls()).isEqualTo(2);
    time.incrementAndGet();
    assertThat(envelope.cacheStatistics().entries()).isEqualTo(2);
    envelope.seal(data(1), CONTEXT);
    assertThat(calls()).isEqualTo(3);
    // The other entry was expired as well and has been removed.
    assertThat(envelope.cacheStatistics().entries()).isEqualTo(1);
    envelope.open(sealed, CONTEXT);
    assertThat(calls()).isEqualTo(4);
  }

  @Test
  void age_countsFromBeforeTheServiceCall() {
    KmsClient slow =
        new CallbackClient(
            request -> {
              Object response = fixture.kms.call(request);
              time.addAndGet(Duration.ofMinutes(1).toNanos());
              return response;
            });
    Envelope envelope = caching(MINUTE, slow);
    envelope.seal(data(1), CONTEXT);
    envelope.seal(data(1), CONTEXT);
    assertThat(calls()).isEqualTo(2);
  }

  @Test
  void entries_beyondTheLimit_evictTheOldest() {
    Envelope envelope = caching(MINUTE.withMaximumEntries(2));
    EncryptionContext third = EncryptionContext.none();
    envelope.seal(data(1), CONTEXT);
    envelope.seal(data(1), WRONG);
    envelope.seal(data(1), third);
    assertThat(envelope.cacheStatistics()).isEqualTo(new CacheStatistics(0, 3, 1, 2));
    envelope.seal(data(1), WRONG);
    envelope.seal(data(1), third);
    assertThat(calls()).isEqualTo(3);
    envelope.seal(data(1), CONTEXT);
    assertThat(calls()).isEqualTo(4);
  }

  @Test
  void contexts_withEqualHashCodes_haveSeparateEntries() {
    assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());
    Envelope envelope = caching(MINUTE);
    byte[] sealed = envelope.seal(data(1), EncryptionContext.of(Map.of("k", "Aa")));
    envelope.open(sealed, EncryptionContext.of(Map.of("k", "Aa")));
    envelope.seal(data(1), EncryptionContext.of(Map.of("k", "BB")));
    assertThat(calls()).isEqualTo(3);
    assertThatExceptionOfType(WrongContextOrKeyException.class)
        .isThrownBy(() -> envelope.open(sealed, EncryptionContext.of(Map.of("k", "BB"))));
  }

  @Test
  void opening_ignoresTheLimitsOfMessagesAndBytes() throws IOException {
    Envelope sealing = caching(MINUTE);
    byte[] one = sealing.seal(data(1), CONTEXT);
    byte[] other = sealing.seal(data(EnvelopeFixture.SEGMENT), CONTEXT);
    byte[] foreign = fixture.envelope.seal(data(1), CONTEXT);
    fixture.requests.clear();
    Envelope opening = caching(MINUTE.withMaximumMessages(1).withMaximumBytes(1));
    opening.open(one, CONTEXT);
    opening.open(other, CONTEXT);
    opening.opening(new ByteArrayInputStream(other), CONTEXT).readAllBytes();
    assertThat(calls()).isEqualTo(1);
    opening.open(foreign, CONTEXT);
    assertThat(calls()).isEqualTo(2);
  }

  @Test
  void disabledKey_opensUntilTheDataKeyExpires() {
    Envelope envelope = caching(MINUTE);
    byte[] sealed = envelope.seal(data(1), CONTEXT);
    envelope.open(sealed, CONTEXT);
    fixture.provider.disableKey(b -> b.keyId(fixture.key));
    assertThat(envelope.open(sealed, CONTEXT)).isEqualTo(data(1));
    time.addAndGet(Duration.ofMinutes(1).toNanos());
    assertThatExceptionOfType(DisabledException.class)
        .isThrownBy(() -> envelope.open(sealed, CONTEXT));
    assertThatExceptionOfType(DisabledException.class)
        .isThrownBy(() -> envelope.seal(data(1), CONTEXT));
  }

  @Test
  void hundredThreadsSealing_causeOneCall() throws Exception {
    int threads = 100;
    CountDownLatch begun = new CountDownLatch(threads);
    AtomicInteger calls = new AtomicInteger();
    Envelope envelope = caching(MINUTE, waitingFor(begun, calls));
    List<byte[]> messages = inThreads(threads, begun, envelope);
    assertThat(calls).hasValue(1);
    assertThat(messages).hasSize(threads);
    assertThat(messages)
        .allSatisfy(message -> assertThat(fixture.envelope.open(message, CONTEXT)).hasSize(1));
    assertThat(envelope.cacheStatistics()).isEqualTo(new CacheStatistics(threads - 1, 1, 0, 1));
  }

  @Test
  void hundredThreadsSealing_beyondTheMessageLimit_useEachDataKeyUpToTheLimit() throws Exception {
    int threads = 100;
    CountDownLatch begun = new CountDownLatch(threads);
    AtomicInteger calls = new AtomicInteger();
    Envelope envelope = caching(MINUTE.withMaximumMessages(7), waitingFor(begun, calls));
    Map<Prefix, Long> uses =
        inThreads(threads, begun, envelope).stream()
            .map(Messages::prefix)
            .collect(
                java.util.stream.Collectors.groupingBy(
                    prefix -> prefix, java.util.stream.Collectors.counting()));
    assertThat(uses.values()).allMatch(count -> count <= 7);
    assertThat(calls).hasValue(uses.size()).hasValue(15);
  }

  private KmsClient waitingFor(CountDownLatch latch, AtomicInteger calls) {
    return new CallbackClient(
        request -> {
          calls.incrementAndGet();
          try {
            latch.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          return fixture.provider.call(request);
        });
  }

  private static List<byte[]> inThreads(int threads, CountDownLatch begun, Envelope envelope)
      throws Exception {
    return inThreads(threads, begun, () -> envelope.seal(data(1), CONTEXT));
  }

  private static List<byte[]> inThreads(int threads, CountDownLatch begun, Callable<byte[]> work)
      throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<byte[]>> futures = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        futures.add(
            pool.submit(
                () -> {
                  begun.countDown();
                  return work.call();
                }));
      }
      List<byte[]> messages = new ArrayList<>();
      for (Future<byte[]> future : futures) {
        messages.add(future.get());
      }
      return messages;
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void failedServiceCall_isNotCached_andIsRepeated() {
    AtomicInteger calls = new AtomicInteger();
    KmsClient failingOnce =
        new CallbackClient(
            request -> {
              if (calls.getAndIncrement() == 0) {
                throw new KmsInternalException("once");
              }
              return fixture.provider.call(request);
            });
    Envelope envelope = caching(MINUTE, failingOnce);
    assertThatExceptionOfType(KmsInternalException.class)
        .isThrownBy(() -> envelope.seal(data(1), CONTEXT))
        .withMessage("once");
    assertThat(envelope.cacheStatistics().entries()).isZero();
    envelope.seal(data(1), CONTEXT);
    assertThat(calls).hasValue(2);
  }

  @Test
  void closedEnvelope_refusesWork_andItsCacheIsEmpty() {
    Envelope envelope = caching(MINUTE);
    byte[] sealed = envelope.seal(data(1), CONTEXT);
    envelope.close();
    envelope.close();
    assertThat(envelope.cacheStatistics().entries()).isZero();
    assertThatIllegalStateException()
        .isThrownBy(() -> envelope.seal(data(1), CONTEXT))
        .withMessage("embedded-kms: the envelope is closed");
    assertThatIllegalStateException().isThrownBy(() -> envelope.open(sealed, CONTEXT));
  }

  @Test
  void limits_outOfRange_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CacheLimits.ofMaximumAge(Duration.ZERO))
        .withMessage(
            "embedded-kms: the maximum age must be more than 0 and at most 24 hours, not PT0S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CacheLimits.ofMaximumAge(Duration.ofDays(1).plusNanos(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MINUTE.withMaximumMessages((1L << 32) + 1))
        .withMessage("embedded-kms: a limit of 1 to 4294967296 messages, not 4294967297");
    assertThatIllegalArgumentException().isThrownBy(() -> MINUTE.withMaximumBytes(0));
    assertThatIllegalArgumentException().isThrownBy(() -> MINUTE.withMaximumEntries(0));
    assertThat(MINUTE).isEqualTo(new CacheLimits(Duration.ofMinutes(1), 10_000, 10L << 30, 1_000));
  }

  private static boolean isWaiting(Thread thread) {
    return thread.getState() == Thread.State.TIMED_WAITING;
  }

  @Test
  void threadsWaitingForAFailingCall_allGetItsError() throws Exception {
    List<Thread> threads = new CopyOnWriteArrayList<>();
    KmsInternalException failure = new KmsInternalException("down");
    AtomicInteger calls = new AtomicInteger();
    KmsClient failing =
        new CallbackClient(
            request -> {
              calls.incrementAndGet();
              // Spin until all other threads wait for this response.
              while (threads.stream().filter(EnvelopeCacheTest::isWaiting).count() < 9) {
                Thread.onSpinWait();
              }
              throw failure;
            });
    Envelope envelope = caching(MINUTE, failing);
    List<Throwable> errors = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 10; i++) {
      threads.add(
          new Thread(
              () -> {
                try {
                  envelope.seal(data(1), CONTEXT);
                } catch (KmsInternalException e) {
                  errors.add(e);
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(errors).hasSize(10).allMatch(e -> e == failure);
    assertThat(calls).hasValue(1);
    assertThat(envelope.cacheStatistics().entries()).isZero();
  }

  @Test
  void hundredThreadsOpening_causeOneCall() throws Exception {
    int threads = 100;
    byte[] sealed = fixture.envelope.seal(data(1), CONTEXT);
    CountDownLatch begun = new CountDownLatch(threads);
    AtomicInteger calls = new AtomicInteger();
    Envelope envelope = caching(MINUTE, waitingFor(begun, calls));
    assertThat(inThreads(threads, begun, () -> envelope.open(sealed, CONTEXT)))
        .hasSize(threads)
        .allSatisfy(opened -> assertThat(opened).isEqualTo(data(1)));
    assertThat(calls).hasValue(1);
  }
}
