package io.github.embeddedkms.local;

import io.github.embeddedkms.AdjustableClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The clock of a provider under test. It runs with the system's clock until a test sets, advances
 * or freezes it:
 *
 * <pre>{@code
 * KmsClock clock = KmsClock.frozenAt(Instant.parse("2026-01-01T00:00:00Z"));
 * LocalKeyProvider kms = LocalKeyProvider.builder().clock(clock).build();
 * ...
 * clock.advance(Duration.ofDays(7));
 * }</pre>
 *
 * <p><b>Forward.</b> The next call of any kind carries out everything that has become due, in the
 * order of the due times, also for keys that no call names; {@link LocalKeyProvider#purge()} does
 * nothing else.
 *
 * <p><b>Back.</b> What was carried out stays so: a deleted key does not come back. Dates that are
 * stored stay the same, so that what is not due yet becomes due when the clock passes its date
 * again. New dates are those of the clock: a key can have a creation date before that of an older
 * key.
 *
 * <p>The clock decides about the timestamps of signatures only if it is also set in an endpoint's
 * builder. Safe for use by several threads.
 */
public final class KmsClock implements AdjustableClock {

  /** The first time that a clock can show. */
  public static final Instant MIN = Instant.EPOCH;

  /** The last time that a clock can be turned to: 9999-12-31T23:59:59.999999999Z. */
  public static final Instant MAX =
      // Not parsed: that would load the formatters of dates into every JVM that runs a test.
      Instant.ofEpochSecond(253_402_300_799L, 999_999_999);

  private static final State SYSTEM = new State(Duration.ZERO, null);

  /**
   * What the clock shows.
   *
   * @param offset by how much it is ahead of the system's clock, while it runs
   * @param frozenAt the time at which it is frozen; null while it runs
   */
  private record State(Duration offset, @Nullable Instant frozenAt) {

    Instant at(Instant systemTime) {
      return frozenAt == null ? systemTime.plus(offset) : frozenAt;
    }
  }

  private final InstantSource system;

  /** Changed by one thread at a time, so that no change is lost. */
  private volatile State state = SYSTEM;

  KmsClock(InstantSource system) {
    this.system = system;
  }

  /**
   * Creates a clock that shows the system's time, and runs.
   *
   * @return a new clock
   */
  public static KmsClock running() {
    return new KmsClock(Clock.systemUTC());
  }

  /**
   * Creates a clock that stands still.
   *
   * @param instant the time that it shows, from {@link #MIN} to {@link #MAX}
   * @return a new clock
   * @throws IllegalArgumentException if the time is outside these bounds
   */
  public static KmsClock frozenAt(Instant instant) {
    KmsClock clock = running();
    clock.freeze();
    clock.set(instant);
    return clock;
  }

  /** Returns the time that the clock shows. */
  @Override
  public Instant instant() {
    State current = state;
    return current.at(system.instant());
  }

  /**
   * {@inheritDoc}
   *
   * @param instant the new time, from {@link #MIN} to {@link #MAX}
   */
  @Override
  public synchronized void set(Instant instant) {
    if (instant.isBefore(MIN) || instant.isAfter(MAX)) {
      throw outOfRange(instant.toString());
    }
    state =
        state.frozenAt == null
            ? new State(Duration.between(system.instant(), instant), null)
            : new State(Duration.ZERO, instant);
  }

  /**
   * {@inheritDoc}
   *
   * @param duration zero or more; the result is at most {@link #MAX}
   */
  @Override
  public synchronized void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          "embedded-kms: a clock cannot be advanced by " + duration + "; set an earlier time");
    }
    Instant shown = instant();
    if (duration.compareTo(Duration.between(shown, MAX)) > 0) {
      throw outOfRange(shown + " plus " + duration);
    }
    state =
        state.frozenAt == null
            ? new State(state.offset.plus(duration), null)
            : new State(Duration.ZERO, shown.plus(duration));
  }

  private static IllegalArgumentException outOfRange(String time) {
    return new IllegalArgumentException(
        "embedded-kms: a clock shows times from " + MIN + " to " + MAX + ", not " + time);
  }

  @Override
  public synchronized void freeze() {
    if (state.frozenAt == null) {
      state = new State(Duration.ZERO, instant());
    }
  }

  @Override
  public synchronized void resume() {
    Instant shown = state.frozenAt;
    if (shown != null) {
      state = new State(Duration.between(system.instant(), shown), null);
    }
  }

  @Override
  public boolean isFrozen() {
    return state.frozenAt != null;
  }

  /** Makes this a clock that shows the system's time and runs, as {@link #running()} created it. */
  public synchronized void reset() {
    state = SYSTEM;
  }

  /** Returns a string with the time that the clock shows, and whether it is frozen. */
  @Override
  public String toString() {
    State current = state;
    return "KmsClock["
        + current.at(system.instant())
        + (current.frozenAt == null ? ", running]" : ", frozen]");
  }
}
