package io.github.embeddedkms.authorization;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A pattern in which {@code *} matches any characters, also none, and {@code ?} matches one.
 *
 * <p>Two pointers match it. Only the last {@code *} is ever tried again, so a pattern of an
 * attacker cannot make the time exponential, as it could with {@code java.util.regex}: the time is
 * at most the length of the text times the longest run between two stars.
 *
 * <p>Immutable.
 */
final class Wildcard {

  private static final int ARN_COLONS = 5;

  private final String pattern;

  /** The positions of characters that mean only themselves; null if there are none. */
  private final @Nullable BitSet literals;

  private Wildcard(String pattern, @Nullable BitSet literals) {
    this.pattern = pattern;
    this.literals = literals;
  }

  static Wildcard of(String pattern) {
    return new Wildcard(pattern, null);
  }

  /** Returns a pattern some of whose characters are no wildcards. */
  static Wildcard of(String pattern, BitSet literals) {
    return new Wildcard(pattern, literals);
  }

  /** Returns the pattern as a string, in which no character is a wildcard. */
  String text() {
    return pattern;
  }

  boolean matches(String text) {
    return matches(0, pattern.length(), text, 0, text.length(), false);
  }

  /** Matches without regard to the case of ASCII letters. */
  boolean matchesIgnoringCase(String text) {
    return matches(0, pattern.length(), text, 0, text.length(), true);
  }

  /**
   * Matches each of the six parts of an ARN separately, so that a wildcard does not match beyond
   * the colon after its part. The sixth part can contain colons.
   */
  boolean matchesArn(String text) {
    if (!text.startsWith("arn:")) {
      return false;
    }
    int p = 0;
    int t = 0;
    for (int part = 0; part < ARN_COLONS; part++) {
      int end = colon(p);
      int textEnd = text.indexOf(':', t);
      if (end < 0 || textEnd < 0 || !matches(p, end, text, t, textEnd, false)) {
        return false;
      }
      p = end + 1;
      t = textEnd + 1;
    }
    return matches(p, pattern.length(), text, t, text.length(), false);
  }

  /** Returns the next colon of the pattern itself, not of the value of a variable. */
  private int colon(int from) {
    int colon = pattern.indexOf(':', from);
    while (colon >= 0 && isLiteral(colon)) {
      colon = pattern.indexOf(':', colon + 1);
    }
    return colon;
  }

  private boolean matches(
      int from, int end, String text, int textFrom, int textEnd, boolean ignoreCase) {
    int p = from;
    int t = textFrom;
    int star = -1;
    int resume = t;
    while (t < textEnd) {
      if (p < end && isWildcard(p, '*')) {
        star = p++;
        resume = t;
      } else if (p < end
          && (isWildcard(p, '?') || isSame(pattern.charAt(p), text.charAt(t), ignoreCase))) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (p < end && isWildcard(p, '*')) {
      p++;
    }
    return p == end;
  }

  private boolean isWildcard(int position, char wildcard) {
    return pattern.charAt(position) == wildcard && !isLiteral(position);
  }

  private boolean isLiteral(int position) {
    return literals != null && literals.get(position);
  }

  private static boolean isSame(char a, char b, boolean ignoreCase) {
    return a == b || (ignoreCase && lower(a) == lower(b));
  }

  private static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
  }
}
