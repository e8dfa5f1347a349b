package io.github.embeddedkms.local;

import io.github.embeddedkms.store.KeyStorage;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time of a provider, with a precision of milliseconds, as the service's dates have.
 *
 * <p>What cannot be undone is decided by one clock: it computes the dates and is compared with
 * them. That is the clock that the provider was given, or else the storage's, which several
 * machines may share.
 */
final class KmsClock {

  private final InstantSource source;

  /** Null if the provider was given a clock, which decides everything. */
  private final @Nullable KeyStorage storage;

  private KmsClock(InstantSource source, @Nullable KeyStorage storage) {
    this.source = source;
    this.storage = storage;
  }

  /** The clock of a provider over a storage, which may have been given one. */
  static KmsClock of(@Nullable InstantSource given, KeyStorage storage) {
    return given == null ? new KmsClock(Clock.systemUTC(), storage) : new KmsClock(given, null);
  }

  /** The present, for dates that only inform. */
  Instant now() {
    return source.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** The present, for the dates of irreversible acts. */
  Instant decisive() {
    return storage == null ? now() : storage.time().orElseGet(this::now);
  }

  /** Whether irreversible acts wait until the time is confirmed. */
  boolean isHeldBack() {
    return storage != null && storage.isClockAhead();
  }

  /** Lets irreversible acts that were held back go on. */
  void confirm() {
    if (storage != null && storage.isClockAhead()) {
      storage.confirmTime();
    }
  }
}
