package io.github.embeddedkms.cli.terminal;

import java.util.Comparator;
import java.util.List;

/**
 * The words that a mistyped word may mean: those of which enough is the same, in the measure that
 * the AWS CLI uses.
 *
 * <p>Source: Ratcliff and Metzener, "Pattern Matching: The Gestalt Approach", Dr. Dobb's Journal,
 * July 1988, which Python's {@code difflib} implements.
 */
final class CloseMatches {

  private static final double CUTOFF = 0.8;
  private static final int MAX_MATCHES = 3;

  /** Longer words are no typing mistakes, and the comparison takes quadratic time. */
  private static final int MAX_LENGTH = 100;

  private CloseMatches() {}

  /** Returns up to three of the choices, the closest first. */
  static List<String> of(String word, List<String> choices) {
    record Match(String choice, double ratio) {}
    return word.length() > MAX_LENGTH
        ? List.of()
        : choices.stream()
            .map(choice -> new Match(choice, ratio(choice, word)))
            .filter(match -> match.ratio >= CUTOFF)
            .sorted(
                Comparator.comparingDouble(Match::ratio).thenComparing(Match::choice).reversed())
            .limit(MAX_MATCHES)
            .map(Match::choice)
            .toList();
  }

  private static double ratio(String a, String b) {
    return 2.0 * common(a, b) / (a.length() + b.length());
  }

  /** The length of the longest common substring, and of those on both sides of it. */
  private static int common(String a, String b) {
    int length = 0;
    int startInA = 0;
    int startInB = 0;
    for (int i = 0; i < a.length(); i++) {
      for (int j = 0; j < b.length(); j++) {
        int same = 0;
        while (i + same < a.length()
            && j + same < b.length()
            && a.charAt(i + same) == b.charAt(j + same)) {
          same++;
        }
        if (same > length) {
          length = same;
          startInA = i;
          startInB = j;
        }
      }
    }
    return length == 0
        ? 0
        : length
            + common(a.substring(0, startInA), b.substring(0, startInB))
            + common(a.substring(startInA + length), b.substring(startInB + length));
  }
}
