package io.github.embeddedkms.bounded;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long one call may wait, for other threads, other processes and a database together.
 *
 * <p>Measured by the JVM's own clock, whatever clock a provider has, because the waits are real.
 * Changed by one thread; other threads may read it.
 */
public final class Deadline {

  private final long timeoutNanos;
  private volatile long end;

  private Deadline(long timeoutNanos) {
    this.timeoutNanos = timeoutNanos;
    this.end = System.nanoTime() + timeoutNanos;
  }

  /**
   * Starts now.
   *
   * @param timeout the time for the call, more than 0
   * @return a new deadline
   */
  public static Deadline after(Duration timeout) {
    return new Deadline(timeout.toNanos());
  }

  /** Restores the whole time, for work that takes long but makes progress. */
  public void restart() {
    end = System.nanoTime() + timeoutNanos;
  }

  /**
   * Leaves out a step whose duration is bounded elsewhere.
   *
   * @param nanos how long the step took
   */
  public void extend(long nanos) {
    // Only the thread of the call changes it.
    long before = end;
    end = before + nanos;
  }

  /**
   * What is left.
   *
   * @return nanoseconds, 0 or more
   */
  public long remainingNanos() {
    return Math.max(0, end - System.nanoTime());
  }

  /**
   * What is left, for settings of databases and sockets, which take 0 as no limit.
   *
   * @return milliseconds, 1 or more
   */
  public int remainingMillis() {
    return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(remainingNanos()));
  }

  /**
   * Whether no time is left.
   *
   * @return true from the end on
   */
  public boolean hasPassed() {
    return remainingNanos() == 0;
  }

  /**
   * Whether most of the time is left.
   *
   * @return false once more than half of the time has been used
   */
  public boolean isYoung() {
    return remainingNanos() >= timeoutNanos / 2;
  }
}
