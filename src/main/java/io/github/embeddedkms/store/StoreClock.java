package io.github.embeddedkms.store;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The time of a store. It is the database's own if the database has a clock that all nodes share
 * (PostgreSQL); otherwise it is that of this machine (SQLite), which is checked against the latest
 * time that the store has confirmed.
 *
 * <p>Safe for use by several threads.
 */
final class StoreClock {

  /**
   * A time that the database has returned.
   *
   * @param millis the time, in milliseconds since 1970-01-01T00:00Z
   * @param nanoTime when it was received. This is later than when the database read its clock, so
   *     times computed from it are never ahead of the database
   */
  private record DatabaseTime(long millis, long nanoTime) {}

  private final long limitMillis;
  private final LongSupplier nanoTime;
  private final LongSupplier wallMillis;

  /** The last time that was read; null until a database with a clock has been queried. */
  private volatile @Nullable DatabaseTime last;

  /**
   * Creates a clock that has not read the time of a database yet.
   *
   * @param limit how far this machine's clock may be ahead of the confirmed time
   * @param nanoTime returns the time of {@link System#nanoTime}
   * @param wallMillis returns the time of {@link System#currentTimeMillis}
   */
  StoreClock(Duration limit, LongSupplier nanoTime, LongSupplier wallMillis) {
    this.limitMillis = limit.toMillis();
    this.nanoTime = nanoTime;
    this.wallMillis = wallMillis;
  }

  /** Reads the database's time, if it has a clock. Must be called right after the head was read. */
  void readDatabaseTime(Tables tables) throws SQLException {
    OptionalLong time = tables.time();
    if (time.isPresent()) {
      last = new DatabaseTime(time.getAsLong(), nanoTime.getAsLong());
    }
  }

  /** Returns whether the time is that of the database, which all nodes share. */
  boolean isOfDatabase() {
    return last != null;
  }

  /** Returns the unchecked time in milliseconds since 1970-01-01T00:00Z. */
  long now() {
    DatabaseTime read = last;
    if (read == null) {
      return Math.max(0, wallMillis.getAsLong());
    }
    long nanos = Math.max(0, nanoTime.getAsLong() - read.nanoTime());
    return Math.max(0, read.millis() + TimeUnit.NANOSECONDS.toMillis(nanos));
  }

  /**
   * Returns the time that the next head confirms. A clock that is too far ahead does not change it.
   */
  long confirmedAfter(Head before) {
    long now = now();
    return isAhead(now, before) ? before.confirmed() : Math.max(before.confirmed(), now);
  }

  /** Returns whether this machine's clock is further ahead of the confirmed time than the limit. */
  boolean isAhead(Head head) {
    return isAhead(now(), head);
  }

  /**
   * Returns the time that decides when irreversible actions are due. A clock that is too far ahead
   * is ignored.
   */
  Instant time(Head head) {
    long now = now();
    return Instant.ofEpochMilli(isAhead(now, head) ? head.confirmed() : now);
  }

  private boolean isAhead(long now, Head head) {
    // A store of schema 1 has confirmed nothing.
    return !isOfDatabase() && head.isExtended() && now - head.confirmed() > limitMillis;
  }
}
