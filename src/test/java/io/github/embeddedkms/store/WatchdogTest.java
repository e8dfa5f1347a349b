package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

  /** While the one that fails is still guarded, and after it. */
  @ParameterizedTest
  @ValueSource(
      classes = {
        OutOfMemoryError.class,
        StackOverflowError.class,
        LinkageError.class,
        IllegalStateException.class,
        SQLException.class
      })
  void cancelFails_othersAreCancelledAllTheSame(Class<? extends Throwable> type) throws Exception {
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

  private Watchdog.Guard guard(Cancel cancel) {
    Connection connection =
        (Connection)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> false);
    Statement canceller =
        (Statement)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Statement.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("getConnection")) {
                    return connection;
                  }
                  cancel.run();
                  return null;
                });
    return watchdog.guard(canceller, Deadline.after(Duration.ofNanos(1)));
  }
}
