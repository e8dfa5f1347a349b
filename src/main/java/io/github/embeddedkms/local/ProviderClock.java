package io.github.embeddedkms.local;

import io.github.embeddedkms.store.KeyStorage;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The clock of a provider. Its precision is one millisecond, like that of the service's dates.
 *
 * <p>One clock decides about irreversible actions: it sets their dates, and the dates are compared
 * with it. This is the clock of the provider's builder or, if none was set, the storage's clock,
 * which several machines may share.
 */
final class ProviderClock {

  private final InstantSource source;

  /** Null if the provider's builder has a clock, which then decides everything. */
  private final @Nullable KeyStorage storage;

  private ProviderClock(InstantSource source, @Nullable KeyStorage storage) {
    this.source = source;
    this.storage = storage;
  }

  /**
   * Creates the clock of a provider.
   *
   * @param given the clock of the provider's builder; null if none was set
   * @param storage the storage of the provider
   */
  static ProviderClock of(@Nullable InstantSource given, KeyStorage storage) {
    return given == null
        ? new ProviderClock(Clock.systemUTC(), storage)
        : new ProviderClock(given, null);
  }

  /** Returns the current time for dates that only inform. */
  Instant now() {
    return source.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** Returns the same in milliseconds since 1970, and allocates nothing. */
  long millis() {
    return source.millis();
  }

  /** Returns the current time for the dates of irreversible actions. */
  Instant decisive() {
    return storage == null ? now() : storage.time().orElseGet(this::now);
  }

  /**
   * Returns the current time for the dates of rotations, which all nodes of a store must agree on:
   * the clock of the provider's builder, else the database's clock, else the machine's. Unlike
   * {@link #decisive} it follows a machine's clock that is too far ahead, because a rotation loses
   * nothing, and because a store that is only read confirms no time.
   */
  Instant shared() {
    return storage == null ? now() : storage.uncheckedTime().orElseGet(this::now);
  }

  /**
   * Returns when a waiting period begins that starts now. The confirmed time of a store that was
   * not used for long is far behind: counted from it, the period would be over when the present is
   * confirmed. If it is the machine's clock that is wrong, the period is only longer.
   */
  Instant beginningOfWait() {
    Instant confirmed = decisive();
    Instant present = shared();
    return present.isAfter(confirmed) ? present : confirmed;
  }

  /** Returns whether irreversible actions wait until the time is confirmed. */
  boolean isHeldBack() {
    return storage != null && storage.isClockAhead();
  }

  /** Confirms the time, so that irreversible actions are no longer held back. */
  void confirm() {
    if (storage != null && storage.isClockAhead()) {
      storage.confirmTime();
    }
  }
}
