package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.bounded.Deadline;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class WatchdogTest {

  private final Watchdog watchdog = new Watchdog();

  @Test
  void guarded_pastTheDeadline_isCancelled() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    Watchdog.Guard guard = guard(cancelled::countDown);
    try (guard) {
      assertThat(cancelled.await(50, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Checked both while the failing one is still guarded and afterwards. */
  @ParameterizedTest
  @ValueSource(
      classes = {
        OutOfMemoryError.class,
        StackOverflowError.class,
        LinkageError.class,
        IllegalStateException.class,
        SQLException.class
      })
  void guarded_cancelOfAnotherFails_isStillCancelled(Class<? extends Throwable> type)
      throws Exception {
    Throwable planted = type.getConstructor(String.class).newInstance("planted");
    CountDownLatch failed = new CountDownLatch(1);
    Watchdog.Guard guard =
        guard(
            () -> {
              failed.countDown();
              throw planted;
            });
    try (guard) {
      assertThat(failed.await(50, TimeUnit.SECONDS)).isTrue();
      guarded_pastTheDeadline_isCancelled();
    }
    guarded_pastTheDeadline_isCancelled();
  }

  private interface Cancel {
    void run() throws Throwable;
  }

  /**
   * The other guards are past their deadlines: their cancellation shows that the watchdog has
   * checked all guards.
   */
  @Test
  void guarded_beforeTheDeadline_isNotCancelled() throws Exception {
    AtomicInteger cancelled = new AtomicInteger();
    Watchdog.Guard guard = guard(cancelled::incrementAndGet, Duration.ofHours(1));
    try (guard) {
      guarded_pastTheDeadline_isCancelled();
      guarded_pastTheDeadline_isCancelled();
    }
    assertThat(cancelled).hasValue(0);
  }

  @Test
  void guarded_closed_isNotCancelledAnyMore() throws Exception {
    AtomicInteger cancelled = new AtomicInteger();
    CountDownLatch once = new CountDownLatch(1);
    Watchdog.Guard guard =
        guard(
            () -> {
              cancelled.incrementAndGet();
              once.countDown();
            });
    assertThat(once.await(50, TimeUnit.SECONDS)).isTrue();
    guard.close();
    int before = cancelled.get();
    guarded_pastTheDeadline_isCancelled();
    guarded_pastTheDeadline_isCancelled();
    assertThat(cancelled).hasValue(before);
  }

  @Test
  void watchdog_nothingGuarded_endsItsThread() throws Exception {
    Set<Thread> before = watchdogs();
    guarded_pastTheDeadline_isCancelled();
    Set<Thread> mine = watchdogs();
    mine.removeAll(before);
    for (Thread thread : mine) {
      thread.join();
    }
    guarded_pastTheDeadline_isCancelled();
  }

  private static Set<Thread> watchdogs() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("embedded-kms-store-watchdog"))
        .collect(Collectors.toCollection(HashSet::new));
  }

  private Watchdog.Guard guard(Cancel cancel) throws SQLException {
    return guard(cancel, Duration.ofNanos(1));
  }

  private Watchdog.Guard guard(Cancel cancel, Duration timeout) throws SQLException {
    Statement[] canceller = new Statement[1];
    Connection connection =
        proxy(
            Connection.class,
            method -> method.getName().equals("createStatement") ? canceller[0] : false);
    canceller[0] =
        proxy(
            Statement.class,
            method -> {
              if (method.getName().equals("cancel")) {
                cancel.run();
              }
              return method.getName().equals("getConnection") ? connection : null;
            });
    return watchdog.guard(connection, Deadline.after(timeout));
  }

  private interface Handler {
    Object to(Method method) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Handler answer) {
    return type.cast(
        Proxy.newProxyInstance(
            WatchdogTest.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answer.to(method)));
  }
}
