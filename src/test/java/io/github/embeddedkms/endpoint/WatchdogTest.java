package io.github.embeddedkms.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class WatchdogTest {

  private final Watchdog watchdog = new Watchdog();

  /** What happens when the socket is closed. */
  private interface Closing {
    void run() throws Throwable;
  }

  private Watchdog.Guard arm(Duration time, Closing closing) {
    Watchdog.Guard guard =
        watchdog.guard(
            new Socket() {
              @Override
              @SuppressWarnings("UnsynchronizedOverridesSynchronized") // it has no state
              public void close() {
                try {
                  closing.run();
                } catch (Throwable e) {
                  throw WatchdogTest.<RuntimeException>unchecked(e);
                }
              }
            });
    guard.arm(time);
    return guard;
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // throws any exception as it is
  private static <T extends Throwable> T unchecked(Throwable planted) throws T {
    throw (T) planted;
  }

  @Test
  void guarded_pastTheDeadline_isClosed() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    try (Watchdog.Guard guard = arm(Duration.ZERO, closed::countDown)) {
      assertThat(closed.await(50, TimeUnit.SECONDS)).isTrue();
      guard.disarm();
    }
  }

  /** The others are past their deadlines, so that the watchdog has checked all guards. */
  @Test
  void guarded_beforeTheDeadlineOrDisarmed_isNotClosed() throws Exception {
    AtomicInteger closed = new AtomicInteger();
    try (Watchdog.Guard early = arm(Duration.ofHours(1), closed::incrementAndGet);
        Watchdog.Guard disarmed = arm(Duration.ofHours(1), closed::incrementAndGet)) {
      disarmed.disarm();
      guarded_pastTheDeadline_isClosed();
      guarded_pastTheDeadline_isClosed();
      early.disarm();
    }
    assertThat(closed).hasValue(0);
  }

  /** Checked both while the failing one is still guarded and afterwards. */
  @ParameterizedTest
  @ValueSource(
      classes = {OutOfMemoryError.class, StackOverflowError.class, IllegalStateException.class})
  void guarded_closingOfAnotherFails_isStillClosed(Class<? extends Throwable> type)
      throws Exception {
    Throwable planted = type.getConstructor(String.class).newInstance("planted");
    CountDownLatch failed = new CountDownLatch(1);
    Closing failing =
        () -> {
          failed.countDown();
          throw planted;
        };
    try (Watchdog.Guard guard = arm(Duration.ZERO, failing)) {
      assertThat(failed.await(50, TimeUnit.SECONDS)).isTrue();
      guarded_pastTheDeadline_isClosed();
      guard.disarm();
    }
    guarded_pastTheDeadline_isClosed();
  }

  /** By an exception that no socket throws, in place of an Error between the sockets. */
  @Test
  void thread_ended_isReplacedAtTheNextDeadline() throws Exception {
    CompletableFuture<Thread> ended = new CompletableFuture<>();
    Closing failing =
        () -> {
          Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> {});
          ended.complete(Thread.currentThread());
          throw new Exception("planted");
        };
    try (Watchdog.Guard guard = arm(Duration.ZERO, failing)) {
      ended.get(50, TimeUnit.SECONDS).join();
      guard.disarm();
    }
    guarded_pastTheDeadline_isClosed();
  }

  /** A thread that has ended because nothing was left to guard is no obstacle either. */
  @Test
  void thread_nothingGuarded_ends_andIsReplaced() throws Exception {
    CompletableFuture<Thread> closer = new CompletableFuture<>();
    try (Watchdog.Guard guard = arm(Duration.ZERO, () -> closer.complete(Thread.currentThread()))) {
      closer.get(50, TimeUnit.SECONDS);
      guard.disarm();
    }
    closer.join().join();
    guarded_pastTheDeadline_isClosed();
  }
}
