package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class BoundedLockTest {

  private final BoundedLock lock = new BoundedLock();

  private static Deadline soon() {
    return Deadline.after(Duration.ofMillis(50));
  }

  private static void runInThread(Runnable work) throws InterruptedException {
    Thread thread = new Thread(work);
    thread.start();
    thread.join();
  }

  @Test
  void held_anotherThreadGivesUp() throws Exception {
    lock.lock(soon());
    Throwable[] failure = new Throwable[1];
    runInThread(
        () -> {
          try {
            lock.lock(soon());
          } catch (StoreUnavailableException e) {
            failure[0] = e;
          }
        });
    assertThat(failure[0])
        .hasMessage("embedded-kms: the store is in use by other threads for too long");
    lock.unlock();
    runInThread(() -> lock.lock(soon()));
  }

  @Test
  void holderEndedWithoutReleasingIt_isTakenOver() throws Exception {
    runInThread(() -> lock.lock(soon()));
    lock.lock(Deadline.after(Duration.ofSeconds(30)));
    lock.unlock();
    lock.lock(soon());
    lock.unlock();
  }

  @Test
  void holderComesBackWithoutHavingReleasedIt_holdsItOnce() throws Exception {
    lock.lock(soon());
    lock.lock(soon());
    lock.unlock();
    boolean[] free = new boolean[1];
    runInThread(
        () -> {
          lock.lock(soon());
          free[0] = true;
          lock.unlock();
        });
    assertThat(free[0]).isTrue();
  }

  @Test
  void interruptedThread_takesAFreeLock_butDoesNotWait() throws Exception {
    Throwable[] failure = new Throwable[1];
    lock.lock(soon());
    runInThread(
        () -> {
          Thread.currentThread().interrupt();
          try {
            lock.lock(Deadline.after(Duration.ofSeconds(60)));
          } catch (StoreUnavailableException e) {
            failure[0] = Thread.currentThread().isInterrupted() ? e : null;
          }
        });
    assertThat(failure[0]).hasMessage("embedded-kms: interrupted while waiting for the store");
    lock.unlock();
    Thread.currentThread().interrupt();
    lock.lock(soon());
    lock.unlock();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void unlockByAnotherThread_isABug() throws Exception {
    runInThread(() -> lock.lock(soon()));
    assertThatThrownBy(lock::unlock).isInstanceOf(IllegalMonitorStateException.class);
  }
}
