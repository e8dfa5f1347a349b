package io.github.embeddedkms.local;

import java.time.Duration;
import java.time.Instant;

/** The clock of all nodes of a model, for deletions and for the age of copies. */
final class ModelClock {

  private Instant now = Fixture.NOW;

  /** It overflows during the test, as the JVM's can. */
  private long nanoTime = Long.MAX_VALUE - 2_000_000_000L;

  Instant now() {
    return now;
  }

  long nanoTime() {
    return nanoTime;
  }

  void turn(Duration duration) {
    now = now.plus(duration);
    nanoTime += duration.toNanos();
  }
}
