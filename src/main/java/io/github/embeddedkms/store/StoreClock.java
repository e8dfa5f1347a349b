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
   * @param millis the time, in milliseconds of the epoch
   * @param nanoTime when it was received: later than it was read, so what is computed from it is
   *     never ahead of the database
   */
  private record DatabaseTime(long millis, long nanoTime) {}

  private final long limitMillis;
  private final LongSupplier nanoTime;
  private final LongSupplier wallMillis;

  /** Null until a database with a clock has been asked. */
  private volatile @Nullable DatabaseTime last;

  /**
   * A clock that has not asked a database yet.
   *
   * @param limit how far this machine's clock may be ahead of the confirmed time
   * @param nanoTime that of {@link System#nanoTime}
   * @param wallMillis that of {@link System#currentTimeMillis}
   */
  StoreClock(Duration limit, LongSupplier nanoTime, LongSupplier wallMillis) {
    this.limitMillis = limit.toMillis();
    this.nanoTime = nanoTime;
    this.wallMillis = wallMillis;
  }

  /** Takes over the database's time, if it has one. To be called right after the head was read. */
  void readDatabaseTime(Tables tables) throws SQLException {
    OptionalLong time = tables.time();
    if (time.isPresent()) {
      last = new DatabaseTime(time.getAsLong(), nanoTime.getAsLong());
    }
  }

  /** Whether the time is that of the database, which every node shares. */
  boolean isOfDatabase() {
    return last != null;
  }

  /** The time in milliseconds of the epoch, unchecked. */
  long now() {
    DatabaseTime read = last;
    if (read == null) {
      return Math.max(0, wallMillis.getAsLong());
    }
    long nanos = Math.max(0, nanoTime.getAsLong() - read.nanoTime());
    return Math.max(0, read.millis() + TimeUnit.NANOSECONDS.toMillis(nanos));
  }

  /** What the next head confirms: a clock that is too far ahead moves nothing. */
  long confirmedAfter(Head before) {
    long now = now();
    return isAhead(now, before) ? before.confirmed() : Math.max(before.confirmed(), now);
  }

  /** Whether this machine's clock is further ahead of the confirmed time than the limit. */
  boolean isAhead(Head head) {
    return isAhead(now(), head);
  }

  /** The time by which irreversible acts are due: a clock that is too far ahead does not count. */
  Instant time(Head head) {
    long now = now();
    return Instant.ofEpochMilli(isAhead(now, head) ? head.confirmed() : now);
  }

  private boolean isAhead(long now, Head head) {
    // A store of schema 1 has confirmed nothing.
    return !isOfDatabase() && head.isExtended() && now - head.confirmed() > limitMillis;
  }
}
