package io.github.embeddedkms.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.StoreUnavailableException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ShutdownTest {

  private final StringWriter err = new StringWriter();
  private final List<String> closed = new CopyOnWriteArrayList<>();
  private final CountDownLatch released = new CountDownLatch(1);

  @AfterEach
  void release() {
    released.countDown();
  }

  private int close(Duration deadline, Runnable... closings) {
    return new Shutdown(deadline, Duration.ofMinutes(1), new PrintWriter(err))
        .close(List.of(closings));
  }

  private void hang() {
    try {
      released.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void everythingCloses_inOrder_endsWithZeroInSilence() {
    int exitCode =
        close(Duration.ofMinutes(1), () -> closed.add("endpoint"), () -> closed.add("provider"));
    assertThat(exitCode).isZero();
    assertThat(closed).containsExactly("endpoint", "provider");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void closingHangs_endsAfterTheDeadline_andSaysSo() throws Exception {
    CountDownLatch endpointClosed = new CountDownLatch(1);
    int exitCode = close(Duration.ofSeconds(1), endpointClosed::countDown, this::hang);
    assertThat(exitCode).isEqualTo(255);
    endpointClosed.await();
    assertThat(err)
        .hasToString(
            "embedded-kms: the store is still in use after 1 seconds; ended without closing it."
                + " Changes that were confirmed are kept; check whether its database hangs"
                + System.lineSeparator());
  }

  @Test
  void closingFails_endsWithAFailure_inOneLine() {
    int exitCode =
        close(
            Duration.ofMinutes(1),
            () -> {
              throw new StoreUnavailableException(
                  "the store's database cannot be used", new SQLException("gone"));
            });
    assertThat(exitCode).isEqualTo(255);
    assertThat(err)
        .hasToString(
            "embedded-kms: the store's database cannot be used: gone" + System.lineSeparator());
  }

  @Test
  void closingsFail_theRestIsClosed_andTheFirstFailureIsReported() {
    int exitCode =
        close(
            Duration.ofMinutes(1),
            () -> {
              throw new IllegalStateException("embedded-kms: the first");
            },
            () -> closed.add("provider"),
            () -> {
              throw new IllegalStateException("embedded-kms: the second");
            },
            () -> {
              throw new AssertionError("the third");
            },
            () -> closed.add("last"));
    assertThat(exitCode).isEqualTo(255);
    assertThat(closed).containsExactly("provider", "last");
    assertThat(err).hasToString("embedded-kms: the first" + System.lineSeparator());
  }

  @Test
  void closingEndsWithAnError_theRestIsClosed() {
    int exitCode =
        close(
            Duration.ofMinutes(1),
            () -> {
              throw new StackOverflowError("of the test");
            },
            () -> closed.add("provider"));
    assertThat(exitCode).isEqualTo(255);
    assertThat(closed).containsExactly("provider");
    assertThat(err.toString()).startsWith("embedded-kms: closing failed");
  }

  @Test
  void standardErrorHangsAsWell_endsAllTheSame() {
    Writer hanging =
        new Writer() {
          @Override
          public void write(char[] characters, int offset, int length) {
            hang();
          }

          @Override
          public void flush() {}

          @Override
          public void close() throws IOException {}
        };
    Shutdown shutdown =
        new Shutdown(Duration.ofMillis(10), Duration.ofMillis(10), new PrintWriter(hanging));
    assertThat(shutdown.close(List.of(this::hang))).isEqualTo(255);
  }
}
