package io.github.embeddedkms;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock that can be set, advanced and stopped: what a face needs of a service's clock to let its
 * clients turn it. {@code KmsClock} is the one that this library has.
 *
 * <p>Implementations are safe for use by several threads.
 */
public interface AdjustableClock extends InstantSource {

  /**
   * Sets the time. A running clock runs on from there; a frozen one stays frozen.
   *
   * @param instant the new time, before or after the current one
   * @throws IllegalArgumentException if the clock cannot show this time; the message begins {@code
   *     embedded-kms:}
   */
  void set(Instant instant);

  /**
   * Moves the time forward. A running clock runs on from there; a frozen one stays frozen.
   *
   * @param duration how far; zero or more
   * @throws IllegalArgumentException if the duration is negative, or the clock cannot show the
   *     resulting time; the message begins {@code embedded-kms:}
   */
  void advance(Duration duration);

  /** Stops the clock at the current time. Does nothing if it is frozen already. */
  void freeze();

  /** Lets the clock run on from the time that it shows. Does nothing if it runs already. */
  void resume();

  /**
   * Returns whether the clock is frozen.
   *
   * @return false if it runs
   */
  boolean isFrozen();
}
