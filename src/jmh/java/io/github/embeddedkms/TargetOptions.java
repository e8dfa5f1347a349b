package io.github.embeddedkms;

import java.time.Duration;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The options of {@link Targets}: {@code [PATTERN] [--forks COUNT] [--time MILLISECONDS]
 * [--quick]}.
 *
 * @param rows a regular expression, found in the names of the rows to measure; all by default
 * @param forks how many times subject and peer are measured in turn, each in a new JVM; 5 by
 *     default. The result is the ratio of the medians.
 * @param time how long a measured iteration of a benchmark is; null for what its annotations say
 * @param quick whether the iterations of the warm-up are as short. Otherwise they are as long as
 *     the annotations say, because code that is not compiled yet says nothing about a target.
 */
record TargetOptions(Pattern rows, int forks, Duration time, boolean quick) {

  static TargetOptions parse(String... arguments) {
    StringBuilder rows = new StringBuilder();
    int forks = 5;
    Duration time = null;
    boolean quick = false;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--forks" -> forks = number(arguments, ++i);
        case "--time" -> time = Duration.ofMillis(number(arguments, ++i));
        case "--quick" -> {
          // To try a row: the result says little.
          forks = 1;
          time = Duration.ofMillis(200);
          quick = true;
        }
        default -> {
          if (arguments[i].startsWith("--")) {
            throw new IllegalArgumentException(
                arguments[i] + " is not an option; there are --forks, --time and --quick");
          }
          // Maven's exec plugin splits the arguments at spaces.
          rows.append(rows.isEmpty() ? "" : " ").append(arguments[i]);
        }
      }
    }
    return new TargetOptions(pattern(rows.toString()), forks, time, quick);
  }

  private static int number(String[] arguments, int index) {
    try {
      int number = index < arguments.length ? Integer.parseInt(arguments[index]) : 0;
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw new IllegalArgumentException(arguments[index - 1] + " needs a number from 1");
  }

  private static Pattern pattern(String rows) {
    try {
      return Pattern.compile(rows, Pattern.CASE_INSENSITIVE);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "not a regular expression: " + rows + ": " + e.getDescription(), e);
    }
  }
}
