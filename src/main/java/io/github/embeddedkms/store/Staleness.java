package io.github.embeddedkms.store;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How old a node's copy of the store is. Two clocks are asked, and the one that says more counts:
 * the JVM's own does not go on while a virtual machine is paused, and the wall clock may be set.
 *
 * <p>Safe for use by several threads.
 */
final class Staleness {

  /**
   * A time on both clocks.
   *
   * @param nanoTime that of {@link System#nanoTime}
   * @param wallMillis that of {@link System#currentTimeMillis}
   */
  record Instant(long nanoTime, long wallMillis) {}

  private final long maximumNanos;

  /** Rounded up: a wall clock that just ticked does not make the copy older than it is. */
  private final long maximumMillis;

  private final LongSupplier nanoTime;
  private final LongSupplier wallMillis;

  /** When the copy was as the database; null until it was read. */
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

  /** The copy is as the database was at a time. */
  void markRefreshed(Instant at) {
    refreshedAt = at;
  }

  /** It is not known any more how old the copy is. */
  void expire() {
    refreshedAt = null;
  }

  boolean isStale() {
    // Read before the clocks, or what another thread renews in between looked like the future.
    Instant then = refreshedAt;
    return then == null
        || hasReached(nanoTime.getAsLong() - then.nanoTime(), maximumNanos)
        || hasReached(wallMillis.getAsLong() - then.wallMillis(), maximumMillis);
  }

  /** The difference counts, since the clock may start anywhere and wrap around. */
  private static boolean hasReached(long age, long maximum) {
    // If a clock went back, it is not known how old the copy is.
    return age < 0 || age >= maximum;
  }
}
