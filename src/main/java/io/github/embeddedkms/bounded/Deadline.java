package io.github.embeddedkms.bounded;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Limits how long one call may wait in total for other threads, other processes and a database.
 *
 * <p>Time is measured by the JVM's own clock, whatever clock a provider has, because the waits take
 * real time. One thread changes a deadline; other threads may read it.
 */
public final class Deadline {

  private final long timeoutNanos;
  private volatile long end;

  private Deadline(long timeoutNanos) {
    this.timeoutNanos = timeoutNanos;
    this.end = System.nanoTime() + timeoutNanos;
  }

  /**
   * Returns a deadline that starts now.
   *
   * @param timeout the time for the call, more than 0
   * @return a new deadline
   */
  public static Deadline after(Duration timeout) {
    return new Deadline(timeout.toNanos());
  }

  /** Starts the whole time again, for work that takes long but makes progress. */
  public void restart() {
    end = System.nanoTime() + timeoutNanos;
  }

  /**
   * Extends this deadline by the duration of a step that is bounded elsewhere.
   *
   * @param nanos how long the step took
   */
  public void extend(long nanos) {
    // Not atomic: only the thread of the call changes it.
    long before = end;
    end = before + nanos;
  }

  /**
   * Returns the remaining time.
   *
   * @return nanoseconds, 0 or more
   */
  public long remainingNanos() {
    return Math.max(0, end - System.nanoTime());
  }

  /**
   * Returns the remaining time, for settings of databases and sockets in which 0 means no limit.
   *
   * @return milliseconds, 1 or more
   */
  public int remainingMillis() {
    return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(remainingNanos()));
  }

  /**
   * Returns whether no time is left.
   *
   * @return true once the time has passed
   */
  public boolean hasPassed() {
    return remainingNanos() == 0;
  }

  /**
   * Returns whether most of the time is left.
   *
   * @return false once more than half of the time has been used
   */
  public boolean isYoung() {
    return remainingNanos() >= timeoutNanos / 2;
  }
}
