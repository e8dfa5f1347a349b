package io.github.embeddedkms.envelope;

import static io.github.embeddedkms.envelope.EnvelopeFixture.SEGMENT;
import static io.github.embeddedkms.envelope.EnvelopeFixture.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams that several threads seal and open, and the executors that run them. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class SegmentThreadsTest {

  private static final int LENGTH = 60 * SEGMENT + 5;

  /** Segments of a stream with two threads that are in memory at once. */
  private static final int AHEAD = 16;

  private final ExecutorService executor = Executors.newSingleThreadExecutor();
  private final byte[] plaintext = data(LENGTH);

  /** The threads that used a cipher, and how often. */
  private final Set<Thread> workers = ConcurrentHashMap.newKeySet();

  private final AtomicInteger uses = new AtomicInteger();
  private volatile Runnable use = () -> {};

  @AfterEach
  void end() {
    executor.shutdownNow();
  }

  private Segments segments(int threads, Executor tasks) {
    SegmentCipher[] ciphers = new SegmentCipher[threads];
    Arrays.setAll(
        ciphers,
        i ->
            new SegmentCipher(
                WaitingTest.key(
                    () -> {
                      workers.add(Thread.currentThread());
                      uses.incrementAndGet();
                      use.run();
                    }),
                new byte[12]));
    return new Segments(ciphers, tasks, Duration.ofSeconds(50));
  }

  private byte[] sealed() {
    byte[] sealed = new byte[LENGTH + 61 * 16];
    segments(1, executor).seal(0, plaintext, 0, LENGTH, true, sealed, 0);
    workers.clear();
    uses.set(0);
    return sealed;
  }

  private OpeningInputStream opening(byte[] sealed, Executor tasks) {
    return new OpeningInputStream(new ByteArrayInputStream(sealed), segments(2, tasks));
  }

  private SealingOutputStream sealing(OutputStream out, Executor tasks) throws IOException {
    return new SealingOutputStream(out, new byte[0], segments(2, tasks), bytes -> {});
  }

  private void assertSealsAndOpens(Executor tasks) throws IOException {
    byte[] sealed = sealed();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (SealingOutputStream sealing = sealing(out, tasks)) {
      sealing.write(plaintext);
    }
    assertThat(out.toByteArray()).isEqualTo(sealed);
    try (InputStream opening = opening(sealed, tasks)) {
      assertThat(opening.readAllBytes()).isEqualTo(plaintext);
    }
  }

  @Test
  void reader_isSlow_otherThreadOpensAhead() throws Exception {
    InputStream opening = opening(sealed(), executor);
    assertThat(opening.readNBytes(8 * SEGMENT)).isEqualTo(Arrays.copyOf(plaintext, 8 * SEGMENT));
    // Waits for the other thread, which opens everything that has been read.
    executor.submit(() -> {}).get();
    int opened = uses.get();
    assertThat(opened).isGreaterThan(8 + 4);
    assertThat(workers).hasSizeGreaterThan(1);
    assertThat(opening.readNBytes(SEGMENT)).hasSize(SEGMENT);
    assertThat(opening.readAllBytes()).hasSize(LENGTH - 9 * SEGMENT);
  }

  @Test
  void writer_isSlow_otherThreadSeals() throws Exception {
    byte[] sealed = sealed();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SealingOutputStream sealing = sealing(out, executor);
    sealing.write(plaintext, 0, 8 * SEGMENT);
    executor.submit(() -> {}).get();
    assertThat(uses.get()).isGreaterThan(3);
    assertThat(workers).doesNotContain(Thread.currentThread()).hasSize(1);
    sealing.write(plaintext, 8 * SEGMENT, LENGTH - 8 * SEGMENT);
    sealing.close();
    assertThat(out.toByteArray()).isEqualTo(sealed);
  }

  @Test
  void reader_doesNotReadOn_soMuchIsReadAheadAndNoMore() throws Exception {
    AtomicInteger read = new AtomicInteger();
    InputStream source =
        new FilterInputStream(new ByteArrayInputStream(sealed())) {
          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            read.addAndGet(count);
            return count;
          }
        };
    InputStream opening = new OpeningInputStream(source, segments(2, executor));
    // The first bytes wait for two segments only.
    opening.read();
    assertThat(read.get()).isEqualTo(2 * 65_552);
    opening.readNBytes(30 * SEGMENT);
    assertThat(read.get()).isEqualTo((30 + AHEAD) * 65_552);
    executor.submit(() -> {}).get();
    assertThat(uses.get()).isLessThanOrEqualTo(30 + AHEAD);
  }

  @Test
  void reader_neverFinishes_noThreadIsKept() throws Exception {
    InputStream opening = opening(sealed(), executor);
    assertThat(opening.readNBytes(20 * SEGMENT)).hasSize(20 * SEGMENT);
    executor.shutdown();
    assertThat(executor.awaitTermination(50, TimeUnit.SECONDS)).isTrue();
    // The executor then rejects tasks, and the reader's thread goes on alone.
    assertThat(opening.readAllBytes()).hasSize(LENGTH - 20 * SEGMENT);
  }

  @Test
  void abort_inTheMiddle_waitsForTheOtherThread_whichThenStops() throws Exception {
    CountDownLatch working = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Thread writer = Thread.currentThread();
    use =
        () -> {
          if (Thread.currentThread() != writer) {
            working.countDown();
            await(release);
          }
        };
    SealingOutputStream sealing = sealing(OutputStream.nullOutputStream(), executor);
    sealing.write(plaintext, 0, 8 * SEGMENT);
    working.await();
    Thread later = new Thread(release::countDown);
    later.start();
    sealing.abort();
    int done = uses.get();
    executor.submit(() -> {}).get();
    assertThat(uses).hasValue(done);
    later.join();
  }

  @Test
  void close_whileOtherThreadOpens_waitsForIt_andItStops() throws Exception {
    AtomicInteger finished = new AtomicInteger();
    Thread reader = Thread.currentThread();
    use =
        () -> {
          if (Thread.currentThread() != reader) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            finished.incrementAndGet();
          }
        };
    InputStream opening = opening(sealed(), executor);
    opening.readNBytes(8 * SEGMENT);
    opening.close();
    int done = finished.get();
    executor.submit(() -> {}).get();
    assertThat(finished).hasValue(done);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void reader_isInterruptedWhileItWaits_readsOn_andStaysInterrupted() throws Exception {
    byte[] sealed = sealed();
    CountDownLatch release = new CountDownLatch(1);
    Thread[] reader = new Thread[1];
    CountDownLatch hanging = new CountDownLatch(1);
    AtomicBoolean submitted = new AtomicBoolean();
    use =
        () -> {
          if (Thread.currentThread() != reader[0]) {
            hanging.countDown();
            await(release);
          } else if (submitted.get() && hanging.getCount() > 0) {
            // Otherwise the reader might do all the work before the other thread starts.
            await(hanging);
          }
        };
    Executor helping =
        task -> {
          submitted.set(true);
          executor.execute(task);
        };
    ExecutorService readers = Executors.newSingleThreadExecutor();
    Future<Boolean> interrupted =
        readers.submit(
            () -> {
              reader[0] = Thread.currentThread();
              assertThat(opening(sealed, helping).readAllBytes()).isEqualTo(plaintext);
              return Thread.interrupted();
            });
    hanging.await();
    while (reader[0].getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    reader[0].interrupt();
    release.countDown();
    assertThat(interrupted.get()).isTrue();
    readers.shutdown();
  }

  @Test
  void damage_isThrownAfterTheSegmentsBeforeIt() throws Exception {
    byte[] sealed = sealed();
    for (int damaged : new int[] {0, 1, 7, 40, 60}) {
      byte[] altered = sealed.clone();
      altered[damaged * 65_552 + 2] ^= 1;
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      InputStream opening = opening(altered, executor);
      for (int again = 0; again < 2; again++) {
        assertThatExceptionOfType(MalformedMessageException.class)
            .isThrownBy(() -> opening.transferTo(out));
      }
      assertThat(out.toByteArray()).isEqualTo(Arrays.copyOf(plaintext, damaged * SEGMENT));
      int done = uses.get();
      executor.submit(() -> {}).get();
      assertThat(uses).hasValue(done);
    }
  }

  @Test
  void executor_rejectsTasks_callerDoesTheWork_andAsksSeldom() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    assertSealsAndOpens(
        task -> {
          asked.incrementAndGet();
          throw new RejectedExecutionException();
        });
    assertThat(workers).containsExactly(Thread.currentThread());
    assertThat(asked.get()).isBetween(2, 8);
  }

  @Test
  void executor_rejectsTasksOnlyForSomeTime_otherThreadTakesPart() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    assertSealsAndOpens(
        task -> {
          if (asked.getAndIncrement() < 2) {
            throw new RejectedExecutionException();
          }
          executor.execute(task);
        });
    assertThat(asked.get()).isGreaterThan(2);
  }

  @Test
  void executor_runsTasksInTheCallersThread_changesNothing() throws Exception {
    assertSealsAndOpens(Runnable::run);
    assertThat(workers).containsExactly(Thread.currentThread());
  }

  @Test
  void executor_runsTasksAndRejectsThem_changesNothing() throws Exception {
    Queue<Future<?>> running = new ArrayDeque<>();
    assertSealsAndOpens(
        task -> {
          running.add(executor.submit(task));
          throw new RejectedExecutionException();
        });
    for (Future<?> task : running) {
      task.get();
    }
  }

  @Test
  void executor_startsTasksTooLate_callerDoesTheWork() throws Exception {
    List<Runnable> late = new ArrayList<>();
    assertSealsAndOpens(late::add);
    assertThat(workers).containsExactly(Thread.currentThread());
    // One for each stream: it waits for a task before it submits another one.
    assertThat(late).hasSize(2);
    int done = uses.get();
    late.forEach(Runnable::run);
    assertThat(uses).hasValue(done);
  }

  @Test
  void executor_fails_callEndsWithItsFailure() throws Exception {
    Executor failing =
        task -> {
          throw new IllegalStateException("no more threads");
        };
    byte[] sealed = sealed();
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> opening(sealed, failing).readAllBytes())
        .withMessage("no more threads");
    SealingOutputStream sealing = sealing(OutputStream.nullOutputStream(), failing);
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> sealing.write(plaintext))
        .withMessage("no more threads");
  }

  /** The only thread of the executor is busy with a stream that another thread keeps writing. */
  @Test
  void task_givesWayToOtherTasksOfItsExecutor() throws Exception {
    CountDownLatch other = new CountDownLatch(1);
    AtomicInteger usesBefore = new AtomicInteger();
    Thread writer = Thread.currentThread();
    use =
        () -> {
          if (Thread.currentThread() != writer && usesBefore.getAndIncrement() == 0) {
            executor.execute(other::countDown);
          }
        };
    SealingOutputStream sealing = sealing(OutputStream.nullOutputStream(), executor);
    while (other.getCount() > 0) {
      sealing.write(plaintext);
    }
    sealing.close();
  }

  @Test
  void streamsOfTheCaller_areUsedByTheCallersThreadOnly() throws Exception {
    Set<Thread> users = ConcurrentHashMap.newKeySet();
    ByteArrayOutputStream sealed = new ByteArrayOutputStream();
    OutputStream sink =
        new FilterOutputStream(sealed) {
          @Override
          public void write(byte[] bytes, int offset, int length) {
            users.add(Thread.currentThread());
            sealed.write(bytes, offset, length);
          }
        };
    try (SealingOutputStream sealing = sealing(sink, executor)) {
      sealing.write(plaintext);
    }
    InputStream source =
        new FilterInputStream(new ByteArrayInputStream(sealed.toByteArray())) {
          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            users.add(Thread.currentThread());
            return super.read(bytes, offset, length);
          }
        };
    assertThat(new OpeningInputStream(source, segments(2, executor)).readAllBytes())
        .isEqualTo(plaintext);
    assertThat(users).containsExactly(Thread.currentThread());
  }

  @Test
  void parallelismOfOne_needsNoExecutor() throws Exception {
    try (EnvelopeFixture fixture = new EnvelopeFixture()) {
      Envelope alone =
          Envelope.builder(fixture.kms)
              .key(fixture.key)
              .parallelism(
                  1,
                  task -> {
                    throw new AssertionError("no other thread is needed");
                  })
              .build();
      ByteArrayOutputStream sealed = new ByteArrayOutputStream();
      alone.seal(new ByteArrayInputStream(plaintext), sealed, EnvelopeFixture.CONTEXT);
      ByteArrayOutputStream opened = new ByteArrayOutputStream();
      alone.open(new ByteArrayInputStream(sealed.toByteArray()), opened, EnvelopeFixture.CONTEXT);
      assertThat(opened.toByteArray()).isEqualTo(plaintext);
    }
  }
}
