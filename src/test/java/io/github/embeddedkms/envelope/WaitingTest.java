package io.github.embeddedkms.envelope;

import static io.github.embeddedkms.envelope.EnvelopeFixture.CONTEXT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.SEGMENT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.embeddedkms.envelope.DataKeyCache.Purpose;
import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A thread that waits for another thread, which hangs or ends with an Error, never waits endlessly.
 */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class WaitingTest {

  private static final Bytes EMPTY = Bytes.fromByteArray(new byte[0]);
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Duration LONG = Duration.ofSeconds(50);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void end() {
    release.countDown();
    threads.shutdownNow();
  }

  private static DataKeyCache cache(Duration timeout) {
    CacheLimits limits = CacheLimits.ofMaximumAge(Duration.ofMinutes(1));
    return new DataKeyCache(limits, timeout, null, System::nanoTime);
  }

  private static DataKey dataKey() {
    return new DataKey(SecretBytes.fromByteArray(new byte[32]), List.of());
  }

  private static Lease lend(DataKeyCache cache, Supplier<DataKey> service) {
    return cache.lend(new Purpose(List.of("key"), EMPTY, EMPTY), 0, service);
  }

  /**
   * Starts a loader, and returns when it has called the service, which responds after the release.
   */
  private Future<Lease> load(DataKeyCache cache, Supplier<DataKey> service) throws Exception {
    CountDownLatch called = new CountDownLatch(1);
    Future<Lease> loader =
        threads.submit(
            () ->
                lend(
                    cache,
                    () -> {
                      called.countDown();
                      await(release);
                      return service.get();
                    }));
    called.await();
    return loader;
  }

  /** Starts a thread, and returns when it is waiting. */
  private <T> Future<T> waiting(Callable<T> work, AtomicReference<Thread> thread) throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    Future<T> result =
        threads.submit(
            () -> {
              thread.set(Thread.currentThread());
              started.countDown();
              return work.call();
            });
    started.await();
    while (thread.get().getState() != Thread.State.TIMED_WAITING && !result.isDone()) {
      Thread.onSpinWait();
    }
    return result;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void cache_loaderEndsWithError_waiterCallsTheService() throws Exception {
    DataKeyCache cache = cache(LONG);
    Error error = new OutOfMemoryError("of the test");
    Future<Lease> loader =
        load(
            cache,
            () -> {
              throw error;
            });
    Future<Lease> waiter =
        waiting(() -> lend(cache, WaitingTest::dataKey), new AtomicReference<>());
    release.countDown();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(loader::get)
        .havingCause()
        .isSameAs(error);
    assertThat(waiter.get().dataKey().secret().length()).isEqualTo(32);
    assertThat(cache.statistics()).isEqualTo(new CacheStatistics(0, 2, 0, 1));
  }

  @Test
  void cache_loaderOverflowsItsStack_waiterCallsTheService() throws Exception {
    DataKeyCache cache = cache(LONG);
    Future<Lease> loader = load(cache, WaitingTest::overflowStack);
    Future<Lease> waiter =
        waiting(() -> lend(cache, WaitingTest::dataKey), new AtomicReference<>());
    release.countDown();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(loader::get)
        .withCauseInstanceOf(StackOverflowError.class);
    assertThat(waiter.get().dataKey().secret().length()).isEqualTo(32);
  }

  @SuppressWarnings("InfiniteRecursion")
  private static DataKey overflowStack() {
    return new DataKey(overflowStack().secret(), List.of());
  }

  /** Keys of a purpose whose hash code fails once, in the chosen thread, for lack of memory. */
  private static final class Exhausted extends AbstractList<String> {

    private final AtomicReference<Thread> next = new AtomicReference<>();

    @Override
    public String get(int index) {
      return "key";
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public int hashCode() {
      if (next.compareAndSet(Thread.currentThread(), null)) {
        throw new OutOfMemoryError("of the test, while cleaning up");
      }
      return List.of("key").hashCode();
    }
  }

  @Test
  void cache_memoryExhaustedDuringCleanup_waiterCallsTheService() throws Exception {
    DataKeyCache cache = cache(LONG);
    Exhausted keys = new Exhausted();
    Purpose purpose = new Purpose(keys, EMPTY, EMPTY);
    Future<Lease> loader =
        threads.submit(
            () ->
                cache.lend(
                    purpose,
                    0,
                    () -> {
                      await(release);
                      keys.next.set(Thread.currentThread());
                      throw new OutOfMemoryError("of the test");
                    }));
    while (cache.statistics().misses() == 0) {
      Thread.onSpinWait();
    }
    Future<Lease> waiter =
        waiting(() -> lend(cache, WaitingTest::dataKey), new AtomicReference<>());
    release.countDown();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(loader::get)
        .withCauseInstanceOf(OutOfMemoryError.class);
    assertThat(waiter.get().dataKey().secret().length()).isEqualTo(32);
    assertThat(lend(cache, WaitingTest::noCall).dataKey().secret().length()).isEqualTo(32);
  }

  private static DataKey noCall() {
    throw new AssertionError("the data key is in the cache");
  }

  @Test
  void cache_loaderHangs_waiterTimesOut_nextCallerCallsTheService() throws Exception {
    DataKeyCache cache = cache(SHORT);
    DataKey late = dataKey();
    Future<Lease> loader = load(cache, () -> late);
    assertThatExceptionOfType(KmsInternalException.class)
        .isThrownBy(() -> lend(cache, WaitingTest::noCall))
        .withMessage(
            "embedded-kms: another thread has been asking for the data key for 200 ms; try again");
    DataKey fresh = dataKey();
    assertThat(lend(cache, () -> fresh).dataKey()).isSameAs(fresh);
    release.countDown();
    Lease lease = loader.get();
    assertThat(lease.dataKey()).isSameAs(late);
    assertThat(cache.statistics()).isEqualTo(new CacheStatistics(0, 2, 0, 1));
    assertThat(lend(cache, WaitingTest::noCall).dataKey()).isSameAs(fresh);
    assertThat(late.secret().asByteArray()).hasSize(32);
    lease.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> late.secret().asByteArray())
        .withMessage("the secret is closed");
  }

  /** Loads twice: the first call ends with an Error, the second one after the release. */
  private Future<Lease> loadTwice(
      DataKeyCache cache,
      CountDownLatch firstCalls,
      CountDownLatch firstEnds,
      Runnable secondCalls) {
    return threads.submit(
        () -> {
          try {
            return lend(
                cache,
                () -> {
                  firstCalls.countDown();
                  await(firstEnds);
                  throw new OutOfMemoryError("of the test");
                });
          } catch (OutOfMemoryError e) {
            return lend(
                cache,
                () -> {
                  secondCalls.run();
                  await(release);
                  return dataKey();
                });
          }
        });
  }

  /** The waiter times out while it waits for its second loader, which has only just begun. */
  @Test
  void cache_waiterTimesOut_loaderThatHasJustBegunIsKept() throws Exception {
    AtomicBoolean waiterCalled = new AtomicBoolean();
    DataKeyCache cache;
    Future<Lease> loader;
    Future<Lease> waiter;
    do {
      // Chance decides whether the loader or the waiter comes next. The test needs the loader.
      waiterCalled.set(false);
      cache = cache(Duration.ofSeconds(2));
      DataKeyCache shared = cache;
      CountDownLatch firstCalls = new CountDownLatch(1);
      CountDownLatch firstEnds = new CountDownLatch(1);
      CountDownLatch nextCalls = new CountDownLatch(1);
      loader = loadTwice(shared, firstCalls, firstEnds, nextCalls::countDown);
      firstCalls.await();
      waiter =
          waiting(
              () ->
                  lend(
                      shared,
                      () -> {
                        waiterCalled.set(true);
                        nextCalls.countDown();
                        throw new IllegalStateException("the waiter came first");
                      }),
              new AtomicReference<>());
      // The waiter must time out well before the second loader.
      Thread.sleep(1000);
      firstEnds.countDown();
      nextCalls.await();
    } while (waiterCalled.get());
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(waiter::get)
        .withCauseInstanceOf(KmsInternalException.class);
    assertThat(cache.statistics()).isEqualTo(new CacheStatistics(0, 2, 0, 1));
    DataKeyCache shared = cache;
    Future<Lease> later = waiting(() -> lend(shared, WaitingTest::noCall), new AtomicReference<>());
    release.countDown();
    assertThat(later.get().dataKey()).isSameAs(loader.get().dataKey());
  }

  @Test
  void cache_interruptedWhileWaiting_failsAtOnce_andStaysInterrupted() throws Exception {
    DataKeyCache cache = cache(LONG);
    Future<Lease> loader = load(cache, WaitingTest::dataKey);
    AtomicReference<Thread> thread = new AtomicReference<>();
    AtomicBoolean stayed = new AtomicBoolean();
    Future<Lease> waiter =
        waiting(
            () -> {
              try {
                return lend(cache, WaitingTest::noCall);
              } finally {
                stayed.set(Thread.interrupted());
              }
            },
            thread);
    thread.get().interrupt();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(waiter::get)
        .havingCause()
        .isInstanceOf(KmsInternalException.class)
        .withMessage(
            "embedded-kms: interrupted while another thread was asking for the data key;"
                + " try again");
    assertThat(stayed).isTrue();
    release.countDown();
    assertThat(loader.get().dataKey().secret().length()).isEqualTo(32);
  }

  /** Returns a key of a cipher that runs an action of the test whenever it is used. */
  static SecretKey key(Runnable use) {
    SecretKey key = new SecretKeySpec(new byte[32], "AES");
    return new SecretKey() {
      private static final long serialVersionUID = 1L;

      @Override
      public String getAlgorithm() {
        return key.getAlgorithm();
      }

      @Override
      public String getFormat() {
        return key.getFormat();
      }

      @Override
      public byte[] getEncoded() {
        use.run();
        return key.getEncoded();
      }
    };
  }

  private Segments segments(Runnable inTheOtherThread) {
    SegmentCipher mine = new SegmentCipher(key(() -> {}), new byte[12]);
    SegmentCipher others = new SegmentCipher(key(inTheOtherThread), new byte[12]);
    return new Segments(new SegmentCipher[] {mine, others}, threads, SHORT);
  }

  @Test
  void segments_otherThreadHangs_callTimesOut() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Segments segments =
        segments(
            () -> {
              begun.countDown();
              await(release);
            });
    byte[] sealed = new byte[4 * (SEGMENT + 16) + 16];
    Segments.Run run = segments.beginSealing(0, data(4 * SEGMENT), 0, 4 * SEGMENT, true, sealed, 0);
    begun.await();
    assertThatExceptionOfType(KmsInternalException.class)
        .isThrownBy(run::finish)
        .withMessage(
            "embedded-kms: a thread of the envelope's executor has not finished a segment of 64 KiB"
                + " within 200 ms; try again");
  }

  @Test
  void segments_otherThreadEndsWithError_callEndsWithIt() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    Error error = new StackOverflowError("of the test");
    Segments segments =
        segments(
            () -> {
              begun.countDown();
              throw error;
            });
    byte[] sealed = new byte[4 * (SEGMENT + 16) + 16];
    Segments.Run run = segments.beginSealing(0, data(4 * SEGMENT), 0, 4 * SEGMENT, true, sealed, 0);
    begun.await();
    assertThatExceptionOfType(StackOverflowError.class).isThrownBy(run::finish).isSameAs(error);
  }

  @Test
  void segments_oneThreadFailsAndAnotherHangs_callEndsWithTheFailure() throws Exception {
    CountDownLatch hanging = new CountDownLatch(1);
    Error error = new StackOverflowError("of the test");
    List<Future<?>> helpers = new ArrayList<>();
    Segments segments =
        new Segments(
            new SegmentCipher[] {
              new SegmentCipher(key(() -> {}), new byte[12]),
              new SegmentCipher(
                  key(
                      () -> {
                        await(hanging);
                        throw error;
                      }),
                  new byte[12]),
              new SegmentCipher(
                  key(
                      () -> {
                        hanging.countDown();
                        await(release);
                      }),
                  new byte[12])
            },
            task -> helpers.add(threads.submit(task)),
            SHORT);
    byte[] sealed = new byte[4 * (SEGMENT + 16) + 16];
    Segments.Run run = segments.beginSealing(0, data(4 * SEGMENT), 0, 4 * SEGMENT, true, sealed, 0);
    helpers.get(0).get();
    assertThatExceptionOfType(StackOverflowError.class).isThrownBy(run::finish).isSameAs(error);
  }

  @Test
  void segments_oneThreadAndTheExecutorFail_callEndsWithTheFirstFailure() {
    Error error = new StackOverflowError("of the test");
    SegmentCipher mine = new SegmentCipher(key(() -> {}), new byte[12]);
    SegmentCipher failing =
        new SegmentCipher(
            key(
                () -> {
                  throw error;
                }),
            new byte[12]);
    AtomicBoolean first = new AtomicBoolean(true);
    Segments segments =
        new Segments(
            new SegmentCipher[] {mine, failing, mine},
            task -> {
              if (!first.getAndSet(false)) {
                throw new IllegalStateException("the executor is broken");
              }
              task.run();
            },
            SHORT);
    byte[] sealed = new byte[4 * (SEGMENT + 16) + 16];
    Segments.Run run = segments.beginSealing(0, data(4 * SEGMENT), 0, 4 * SEGMENT, true, sealed, 0);
    assertThatExceptionOfType(StackOverflowError.class).isThrownBy(run::finish).isSameAs(error);
  }

  /** A channel whose reads hang from a chosen time on, until the release. */
  private final class HangingChannel extends MemoryChannel {

    private final CountDownLatch reading = new CountDownLatch(1);
    private volatile boolean hangs;

    HangingChannel(byte[] content) {
      super(content);
    }

    @Override
    public int read(ByteBuffer target) {
      if (hangs) {
        reading.countDown();
        WaitingTest.await(release);
      }
      return super.read(target);
    }
  }

  @Test
  void channel_otherThreadHangsInRead_readersTimeOut_andCloseDoesNotWait() throws Exception {
    try (EnvelopeFixture fixture = new EnvelopeFixture();
        Envelope envelope =
            Envelope.builder(fixture.kms).key(fixture.key).waitTimeout(SHORT).build()) {
      HangingChannel underlying = new HangingChannel(envelope.seal(data(3 * SEGMENT), CONTEXT));
      SeekableByteChannel channel = envelope.openingChannel(underlying, CONTEXT);
      underlying.hangs = true;
      Future<Integer> hanging = threads.submit(() -> channel.read(ByteBuffer.allocate(1)));
      underlying.reading.await();
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(channel::size)
          .withMessage(
              "embedded-kms: another thread has been reading from the channel for 200 ms;"
                  + " try again");
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(InterruptedIOException.class)
          .isThrownBy(channel::position)
          .withMessage(
              "embedded-kms: interrupted while another thread was reading from the channel");
      assertThat(Thread.interrupted()).isTrue();
      channel.close();
      assertThat(underlying.isOpen()).isFalse();
      assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(channel::size);
      release.countDown();
      assertThat(hanging.get()).isEqualTo(1);
    }
  }

  @Test
  void channel_interruptedThread_withoutOtherReaders_reads() throws Exception {
    try (EnvelopeFixture fixture = new EnvelopeFixture();
        SeekableByteChannel channel =
            fixture.envelope.openingChannel(
                new MemoryChannel(fixture.envelope.seal(data(3), CONTEXT)), CONTEXT)) {
      Thread.currentThread().interrupt();
      assertThat(channel.read(ByteBuffer.allocate(4))).isEqualTo(3);
      assertThat(channel.position()).isEqualTo(3);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1S", "PT0.000999S", "PT60.001S", "PT24H"})
  void timeout_outOfRange_isRefused(String timeout) {
    try (EnvelopeFixture fixture = new EnvelopeFixture()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Envelope.builder(fixture.kms).waitTimeout(Duration.parse(timeout)))
          .withMessage(
              "embedded-kms: the wait timeout must be 1 millisecond to 60 seconds, not "
                  + Duration.parse(timeout));
    }
  }
}
