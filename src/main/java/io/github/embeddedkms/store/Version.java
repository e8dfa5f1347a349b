package io.github.embeddedkms.store;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of a driver or a database: 1 to 4 numbers, compared one by one. What follows them,
 * such as {@code .jre7} or {@code beta1}, is not compared.
 *
 * @param numbers the numbers, the most significant first
 */
record Version(List<Integer> numbers) implements Comparable<Version> {

  private static final Pattern NUMBERS = Pattern.compile("\\d{1,9}(\\.\\d{1,9}){0,3}");

  Version {
    numbers = List.copyOf(numbers);
  }

  /**
   * Parses the version at the start of a string. Empty if there is none: drivers without a version
   * report "unknown".
   */
  static Optional<Version> parse(String text) {
    Matcher matcher = NUMBERS.matcher(text);
    if (!matcher.lookingAt()) {
      return Optional.empty();
    }
    return Optional.of(
        new Version(
            Pattern.compile("\\.").splitAsStream(matcher.group()).map(Integer::valueOf).toList()));
  }

  /** Creates a version from its numbers. */
  static Version of(Integer... numbers) {
    return new Version(List.of(numbers));
  }

  boolean isBefore(Version other) {
    return compareTo(other) < 0;
  }

  /** Returns whether both are patches of one release: their first two numbers are the same. */
  boolean isSameReleaseAs(Version other) {
    return number(0) == other.number(0) && number(1) == other.number(1);
  }

  private int number(int i) {
    return i < numbers.size() ? numbers.get(i) : 0;
  }

  @Override
  public int compareTo(Version other) {
    int length = Math.max(numbers.size(), other.numbers.size());
    for (int i = 0; i < length; i++) {
      int order = Integer.compare(number(i), other.number(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  @Override
  public String toString() {
    return String.join(".", numbers.stream().map(String::valueOf).toList());
  }
}
