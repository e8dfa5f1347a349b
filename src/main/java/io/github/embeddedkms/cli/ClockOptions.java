package io.github.embeddedkms.cli;

import io.github.embeddedkms.local.KmsClock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code serve} that let clients turn the clock. */
final class ClockOptions {

  private static final String MANUAL = "manual";

  @Option(
      names = "--clock",
      paramLabel = "manual",
      description =
          "let clients turn the clock, by POST /_embedded-kms/clock, so that a test need not wait:"
              + " for example {\"Advance\": \"P7D\"}, {\"Set\": \"2026-01-31T00:00:00Z\"} or"
              + " {\"Freeze\": true}. It runs with the system's clock until then")
  private @Nullable String clock;

  @Option(
      names = "--clock-on-store",
      description =
          "allow --clock manual with a store: keys that are due are then deleted for good, from the"
              + " store too")
  private boolean onStore;

  /**
   * Returns the clock that clients can turn.
   *
   * @param withStore whether the keys are in a store
   * @return a new clock; empty without {@code --clock}
   * @throws IllegalArgumentException if the options do not fit together; the message says why
   */
  Optional<KmsClock> clock(boolean withStore) {
    if (clock == null) {
      if (onStore) {
        throw new IllegalArgumentException("--clock-on-store needs --clock manual");
      }
      return Optional.empty();
    }
    if (!clock.equals(MANUAL)) {
      throw new IllegalArgumentException("--clock takes manual only, not '" + clock + "'");
    }
    if (withStore && !onStore) {
      throw new IllegalArgumentException(
          "--clock manual with a store would let clients have its keys deleted for good; add"
              + " --clock-on-store to allow it");
    }
    return Optional.of(KmsClock.running());
  }
}
