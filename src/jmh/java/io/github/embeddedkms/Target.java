package io.github.embeddedkms;

import java.util.Locale;

/**
 * A target of performance.
 *
 * @param name what is compared with what
 * @param comparison how
 * @param bound the least or greatest value that meets the target, if there is one; times are
 *     seconds
 * @param subject what is measured; null if it is measured by hand
 * @param peer its floor or peer; null if the bound is a time
 */
record Target(String name, Comparison comparison, double bound, Subject subject, Subject peer) {

  /** What can be measured. */
  interface Subject {

    /**
     * Measures once, in a process of its own.
     *
     * @param options how long
     * @return seconds for one operation
     */
    double seconds(TargetOptions options) throws Exception;
  }

  /** How subject and peer are compared. */
  enum Comparison {
    /** The subject takes so many times the peer's time at most. */
    TIMES_AT_MOST,
    /** The subject is so many times as fast as the peer at least. */
    SPEED_AT_LEAST,
    /** The subject takes so many seconds longer than the peer at most. */
    EXTRA_AT_MOST,
    /** The subject takes so many seconds at most. */
    TIME_AT_MOST,
    /** How many seconds longer than the peer the subject takes; there is no target. */
    EXTRA;

    double of(double subject, double peer) {
      return switch (this) {
        case TIMES_AT_MOST -> subject / peer;
        case SPEED_AT_LEAST -> peer / subject;
        case EXTRA_AT_MOST, EXTRA -> subject - peer;
        case TIME_AT_MOST -> subject;
      };
    }

    String show(double value) {
      return switch (this) {
        case TIMES_AT_MOST, SPEED_AT_LEAST -> String.format(Locale.ROOT, "%.2f", value);
        case EXTRA_AT_MOST, TIME_AT_MOST, EXTRA -> time(value);
      };
    }
  }

  static Target timesAtMost(String name, double bound, Subject subject, Subject peer) {
    return new Target(name, Comparison.TIMES_AT_MOST, bound, subject, peer);
  }

  static Target speedAtLeast(String name, double bound, Subject subject, Subject peer) {
    return new Target(name, Comparison.SPEED_AT_LEAST, bound, subject, peer);
  }

  static Target extraAtMost(String name, double seconds, Subject subject, Subject peer) {
    return new Target(name, Comparison.EXTRA_AT_MOST, seconds, subject, peer);
  }

  static Target timeAtMost(String name, double seconds, Subject subject) {
    return new Target(name, Comparison.TIME_AT_MOST, seconds, subject, null);
  }

  /** A time that is only stated. */
  static Target extra(String name, Subject subject, Subject peer) {
    return new Target(name, Comparison.EXTRA, 0, subject, peer);
  }

  /** A target that needs a program which this command does not start. */
  static Target measuredByHand(String name, double speed) {
    return new Target(name, Comparison.SPEED_AT_LEAST, speed, null, null);
  }

  /** Whether a value meets the target. */
  String verdict(double value) {
    return switch (comparison) {
      case EXTRA -> "stated";
      case SPEED_AT_LEAST -> value >= bound ? "met" : "missed";
      default -> value <= bound ? "met" : "missed";
    };
  }

  /** The bound with its relation, as {@code ≤ 1.50}. */
  String shownBound() {
    if (comparison == Comparison.EXTRA) {
      return "none";
    }
    return (comparison == Comparison.SPEED_AT_LEAST ? "≥ " : "≤ ") + comparison.show(bound);
  }

  /** Three digits and a unit. */
  static String time(double seconds) {
    double size = Math.abs(seconds);
    if (size >= 1) {
      return String.format(Locale.ROOT, "%.2f s", seconds);
    }
    String unit = "ms";
    double scaled = seconds * 1e3;
    if (size < 1e-6) {
      unit = "ns";
      scaled = seconds * 1e9;
    } else if (size < 1e-3) {
      unit = "µs";
      scaled = seconds * 1e6;
    }
    double digits = Math.abs(scaled);
    return String.format(
        Locale.ROOT, digits < 10 ? "%.2f %s" : digits < 100 ? "%.1f %s" : "%.0f %s", scaled, unit);
  }
}
