package io.github.embeddedkms.bounded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class FairLockTest {

  private final FairLock lock = new FairLock();

  private static Deadline soon() {
    return Deadline.after(Duration.ofMillis(50));
  }

  private static Deadline late() {
    return Deadline.after(Duration.ofSeconds(50));
  }

  private interface Work {
    void run() throws Exception;
  }

  /** Runs work in a new thread and returns its exception, or null. */
  private static Throwable failureInThread(Work work) throws InterruptedException {
    Throwable[] failure = new Throwable[1];
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Exception e) {
                failure[0] = e;
              }
            });
    thread.start();
    thread.join();
    return failure[0];
  }

  @Test
  void lock_heldByAnotherThread_timesOut() throws Exception {
    lock.lock(soon());
    assertThat(failureInThread(() -> lock.lock(soon()))).isInstanceOf(TimeoutException.class);
    lock.unlock();
    assertThat(failureInThread(() -> lock.lock(soon()))).isNull();
  }

  @Test
  void lock_holderEndedWithoutUnlocking_isAcquired() throws Exception {
    assertThat(failureInThread(() -> lock.lock(soon()))).isNull();
    lock.lock(late());
    lock.unlock();
    lock.lock(soon());
    lock.unlock();
  }

  @Test
  void lock_againWithoutUnlocking_isHeldOnce() throws Exception {
    lock.lock(soon());
    lock.lock(soon());
    lock.unlock();
    assertThat(failureInThread(() -> lock.lock(soon()))).isNull();
  }

  @Test
  void interruptedThread_acquiresAFreeLock_butDoesNotWait() throws Exception {
    lock.lock(soon());
    assertThat(
            failureInThread(
                () -> {
                  Thread.currentThread().interrupt();
                  lock.lock(late());
                }))
        .isInstanceOf(InterruptedException.class);
    lock.unlock();
    Thread.currentThread().interrupt();
    lock.lock(soon());
    lock.unlock();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void waiters_acquireTheLockInOrderOfArrival() throws Exception {
    lock.lock(soon());
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      int number = i;
      Thread thread =
          new Thread(
              () -> {
                try {
                  lock.lock(late());
                  order.add(number);
                  lock.unlock();
                } catch (TimeoutException | InterruptedException e) {
                  order.add(-1);
                }
              });
      threads.add(thread);
      thread.start();
      while (lock.waiting() <= i) {
        Thread.onSpinWait();
      }
    }
    // A thread that arrives later does not overtake waiting threads.
    lock.unlock();
    lock.lock(late());
    assertThat(order).hasSize(20).isSorted().doesNotContain(-1);
    lock.unlock();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Test
  void isTakenByAnother_whileHeld_isTrueForOtherThreadsOnly() throws Exception {
    assertThat(lock.isHeldByCurrentThread()).isFalse();
    assertThat(lock.isTakenByAnother()).isFalse();
    lock.lock(soon());
    assertThat(lock.isHeldByCurrentThread()).isTrue();
    assertThat(lock.isTakenByAnother()).isFalse();
    boolean[] seen = new boolean[2];
    assertThat(
            failureInThread(
                () -> {
                  seen[0] = lock.isTakenByAnother();
                  seen[1] = lock.isHeldByCurrentThread();
                }))
        .isNull();
    assertThat(seen).containsExactly(true, false);
    lock.unlock();
    assertThat(lock.isHeldByCurrentThread()).isFalse();
  }

  @Test
  void unlock_byAnotherThread_throwsIllegalMonitorState() throws Exception {
    assertThat(failureInThread(() -> lock.lock(soon()))).isNull();
    assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
  }
}
