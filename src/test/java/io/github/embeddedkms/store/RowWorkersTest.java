package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RowWorkersTest {

  private static final int ROWS = 20 * RowWorkers.BATCH + 7;

  private final List<Integer> results = new ArrayList<>();
  private final Set<Thread> passingOn = ConcurrentHashMap.newKeySet();
  private final Set<Thread> working = ConcurrentHashMap.newKeySet();

  private void take(int result) {
    passingOn.add(Thread.currentThread());
    results.add(result);
  }

  private RowWorkers<Integer, Integer> workers(int threads, Function<Integer, Integer> work) {
    Supplier<Function<Integer, Integer>> forOneThread =
        () ->
            row -> {
              working.add(Thread.currentThread());
              return work.apply(row);
            };
    return new RowWorkers<>(threads, forOneThread, this::take);
  }

  private static List<Integer> rows(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  @AfterEach
  void noThreadHasOutlivedTheWork() {
    assertThat(working)
        .filteredOn(thread -> thread != Thread.currentThread())
        .noneMatch(Thread::isAlive);
    assertThat(passingOn).isSubsetOf(Set.of(Thread.currentThread()));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void finish_anyNumberOfThreads_passesOnAllResultsInOrder(int threads) {
    try (RowWorkers<Integer, Integer> workers = workers(threads, row -> -row)) {
      rows(ROWS).forEach(workers::add);
      workers.finish();
    }
    assertThat(results).isEqualTo(rows(ROWS).stream().map(row -> -row).toList());
  }

  @Test
  void finish_noRows_passesOnNothing() {
    try (RowWorkers<Integer, Integer> workers = workers(1, row -> row)) {
      workers.finish();
    }
    assertThat(results).isEmpty();
  }

  @Test
  void add_oneBatch_startsNoThread() {
    try (RowWorkers<Integer, Integer> workers = workers(3, row -> row)) {
      rows(RowWorkers.BATCH).forEach(workers::add);
      workers.finish();
    }
    assertThat(results).hasSize(RowWorkers.BATCH);
    assertThat(working).containsExactly(Thread.currentThread());
  }

  @Test
  void add_severalBatches_areProcessedByAnotherThread() throws InterruptedException {
    CountDownLatch processed = new CountDownLatch(1);
    try (RowWorkers<Integer, Integer> workers =
        workers(
            1,
            row -> {
              processed.countDown();
              return row;
            })) {
      rows(2 * RowWorkers.BATCH).forEach(workers::add);
      assertThat(processed.await(50, TimeUnit.SECONDS)).isTrue();
      workers.finish();
    }
    assertThat(working).extracting(Thread::getName).contains("embedded-kms-store-opening");
    assertThat(results).isEqualTo(rows(2 * RowWorkers.BATCH));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void failure_inAnyRow_isThrownAfterTheResultsBeforeIt(int threads) {
    for (int bad : List.of(0, 499, 500, 501, 4_321, ROWS - 1)) {
      results.clear();
      IllegalStateException failure = new IllegalStateException("row " + bad);
      try (RowWorkers<Integer, Integer> workers =
          workers(threads, row -> failFrom(row, bad, failure))) {
        assertThatThrownBy(
                () -> {
                  rows(ROWS).forEach(workers::add);
                  workers.finish();
                })
            .isSameAs(failure);
        // A caller that has failed for another reason asks for earlier failures only.
        workers.finish();
      }
      assertThat(results).isEqualTo(rows(bad));
    }
  }

  /** Later rows fail too, and perhaps earlier in time. */
  private static int failFrom(int row, int bad, RuntimeException failure) {
    if (row == bad) {
      throw failure;
    }
    if (row > bad) {
      throw new IllegalArgumentException("a later row");
    }
    return row;
  }

  @Test
  void failure_anError_isThrownItself() {
    OutOfMemoryError failure = new OutOfMemoryError("in a test");
    try (RowWorkers<Integer, Integer> workers =
        workers(
            1,
            row -> {
              throw failure;
            })) {
      assertThatThrownBy(
              () -> {
                rows(ROWS).forEach(workers::add);
                workers.finish();
              })
          .isSameAs(failure);
    }
    assertThat(results).isEmpty();
  }

  @Test
  void failure_whenTheFunctionIsCreated_isThrownItself() {
    IllegalStateException failure = new IllegalStateException("closed");
    Supplier<Function<Integer, Integer>> failing =
        () -> {
          throw failure;
        };
    try (RowWorkers<Integer, Integer> workers = new RowWorkers<>(1, failing, this::take)) {
      workers.add(1);
      assertThatThrownBy(workers::finish).isSameAs(failure);
    }
  }

  @Test
  void close_beforeTheEnd_waitsForTheThreads() {
    AtomicInteger running = new AtomicInteger();
    try (RowWorkers<Integer, Integer> workers =
        workers(
            3,
            row -> {
              running.incrementAndGet();
              Thread.onSpinWait();
              running.decrementAndGet();
              return row;
            })) {
      rows(4 * RowWorkers.BATCH).forEach(workers::add);
    }
    assertThat(running).hasValue(0);
  }

  @Test
  void interruptedThread_finishesItsWork_andStaysInterrupted() {
    boolean interrupted;
    try (RowWorkers<Integer, Integer> workers = workers(1, row -> row)) {
      Thread.currentThread().interrupt();
      rows(ROWS).forEach(workers::add);
      workers.finish();
    } finally {
      interrupted = Thread.interrupted();
    }
    assertThat(interrupted).isTrue();
    assertThat(results).isEqualTo(rows(ROWS));
  }
}
