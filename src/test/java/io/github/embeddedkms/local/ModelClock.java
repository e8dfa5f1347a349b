package io.github.embeddedkms.local;

import java.time.Duration;
import java.time.Instant;

/** The time of all nodes of a model: that of deletions, and that by which copies grow old. */
final class ModelClock {

  private Instant now = Fixture.NOW;

  /** It runs over on the way, as the JVM's may. */
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
