package io.github.embeddedkms.store;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long one call may wait for the store: for other threads, for other nodes and for the database
 * together. Reading many rows may take longer than that as long as it gets on: each batch of rows
 * {@linkplain #progress() renews} the deadline.
 *
 * <p>Measured by the JVM's own clock, whatever clock the provider has: it bounds real waits. Used
 * by one thread, and read by the {@link Watchdog}.
 */
final class Deadline {

  private final long timeoutNanos;
  private volatile long end;

  private Deadline(long timeoutNanos) {
    this.timeoutNanos = timeoutNanos;
    this.end = System.nanoTime() + timeoutNanos;
  }

  static Deadline after(Duration timeout) {
    return new Deadline(timeout.toNanos());
  }

  /** The work got on: whatever comes next has the whole time again. */
  void progress() {
    end = System.nanoTime() + timeoutNanos;
  }

  /** What is left, 0 or more. */
  long remainingNanos() {
    return Math.max(0, end - System.nanoTime());
  }

  /** What is left, at least 1: databases and sockets take 0 as no limit. */
  int remainingMillis() {
    return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(remainingNanos()));
  }

  boolean hasPassed() {
    return remainingNanos() == 0;
  }

  /**
   * Ends a call that has used up its time, or whose thread was interrupted, before it begins
   * another step.
   *
   * @throws StoreUnavailableException if it may not go on
   */
  void requireTime() {
    if (hasPassed()) {
      throw StoreUnavailableException.noAnswer(null);
    }
  }

  /**
   * Waits between two attempts.
   *
   * @throws StoreUnavailableException if the thread is interrupted; it stays interrupted
   */
  void sleep(long millis) {
    try {
      TimeUnit.NANOSECONDS.sleep(Math.min(remainingNanos(), TimeUnit.MILLISECONDS.toNanos(millis)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StoreUnavailableException.interrupted();
    }
  }
}
