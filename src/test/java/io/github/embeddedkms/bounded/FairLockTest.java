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

  /** What a thread of its own fails with, or null. */
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
  void held_anotherThreadGivesUp() throws Exception {
    lock.lock(soon());
    assertThat(failureInThread(() -> lock.lock(soon()))).isInstanceOf(TimeoutException.class);
    lock.unlock();
    assertThat(failureInThread(() -> lock.lock(soon()))).isNull();
  }

  @Test
  void holderEndedWithoutReleasingIt_isTakenOver() throws Exception {
    assertThat(failureInThread(() -> lock.lock(soon()))).isNull();
    lock.lock(late());
    lock.unlock();
    lock.lock(soon());
    lock.unlock();
  }

  @Test
  void holderComesBackWithoutHavingReleasedIt_holdsItOnce() throws Exception {
    lock.lock(soon());
    lock.lock(soon());
    lock.unlock();
    assertThat(failureInThread(() -> lock.lock(soon()))).isNull();
  }

  @Test
  void interruptedThread_takesAFreeLock_butDoesNotWait() throws Exception {
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
  void waiters_getItInTheOrderOfArrival() throws Exception {
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
    // One that comes later does not get ahead of those that wait.
    lock.unlock();
    lock.lock(late());
    assertThat(order).hasSize(20).isSorted().doesNotContain(-1);
    lock.unlock();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Test
  void taken_isSoForOtherThreadsOnly() throws Exception {
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
  void unlockByAnotherThread_isABug() throws Exception {
    assertThat(failureInThread(() -> lock.lock(soon()))).isNull();
    assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
  }
}
