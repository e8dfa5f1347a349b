package io.github.embeddedkms.store;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Determines how old a node's copy of the store is. Two clocks are read, and the larger age counts:
 * the JVM's monotonic clock may stop while a virtual machine is paused, and the wall clock may be
 * set.
 *
 * <p>Safe for use by several threads.
 */
final class Staleness {

  /**
   * A time on both clocks.
   *
   * @param nanoTime the time of {@link System#nanoTime}
   * @param wallMillis the time of {@link System#currentTimeMillis}
   */
  record Instant(long nanoTime, long wallMillis) {}

  private final long maximumNanos;

  /**
   * Rounded up, so that a tick of the wall clock does not make the copy appear older than it is.
   */
  private final long maximumMillis;

  private final LongSupplier nanoTime;
  private final LongSupplier wallMillis;

  /**
   * The time at which the copy equaled the database; null before the first read and while it is
   * unknown.
   */
  private volatile @Nullable Instant refreshedAt;

  Staleness(Duration maximum, LongSupplier nanoTime, LongSupplier wallMillis) {
    this.maximumNanos = maximum.toNanos();
    this.maximumMillis = maximum.plusNanos(999_999).toMillis() + 1;
    this.nanoTime = nanoTime;
    this.wallMillis = wallMillis;
  }

  Instant now() {
    return new Instant(nanoTime.getAsLong(), wallMillis.getAsLong());
  }

  /** Records that the copy equals the database as of a time. */
  void markRefreshed(Instant at) {
    refreshedAt = at;
  }

  /** Records that the age of the copy is no longer known. */
  void expire() {
    refreshedAt = null;
  }

  boolean isStale() {
    // Read before the clocks. Otherwise a refresh by another thread in between would appear to be
    // in the future.
    Instant then = refreshedAt;
    return then == null
        || hasReached(nanoTime.getAsLong() - then.nanoTime(), maximumNanos)
        || hasReached(wallMillis.getAsLong() - then.wallMillis(), maximumMillis);
  }

  /**
   * Returns whether an age has reached the maximum. Ages are differences, since a clock may have
   * any origin and may wrap around.
   */
  private static boolean hasReached(long age, long maximum) {
    // If a clock was set back, the age of the copy is unknown.
    return age < 0 || age >= maximum;
  }
}
