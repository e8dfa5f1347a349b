package io.github.embeddedkms.authorization;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A pattern in which {@code *} matches any characters, also none, and {@code ?} matches one.
 *
 * <p>What is before the first {@code *} and after the last is compared in place. Each piece between
 * two is searched once, at the first place that it can have, and no decision is ever taken back. An
 * attacker cannot make the time exponential, as with {@code java.util.regex}, or quadratic: see
 * {@link PieceSearch}.
 *
 * <p>Immutable.
 */
final class Wildcard {

  private static final int ARN_COLONS = 5;

  /** Up to this length, a piece is compared at each place, which needs no preparation. */
  private static final int SHORT = 16;

  private final String pattern;

  /** The positions of characters that mean only themselves; null if there are none. */
  private final @Nullable BitSet literals;

  /** The position of the first star; the length of the pattern if it has none. */
  private final int firstStar;

  private Wildcard(String pattern, @Nullable BitSet literals) {
    this.pattern = pattern;
    this.literals = literals;
    this.firstStar = star(0, pattern.length());
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

  boolean matches(CharSequence text) {
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
    return matchesArn(text, false);
  }

  /** Matches an ARN in the same way, without regard to the case of ASCII letters. */
  boolean matchesArnIgnoringCase(String text) {
    return matchesArn(text, true);
  }

  private boolean matchesArn(String text, boolean ignoreCase) {
    if (!text.startsWith("arn:")) {
      return false;
    }
    int p = 0;
    int t = 0;
    for (int part = 0; part < ARN_COLONS; part++) {
      int end = colon(p);
      int textEnd = text.indexOf(':', t);
      if (end < 0 || textEnd < 0 || !matches(p, end, text, t, textEnd, ignoreCase)) {
        return false;
      }
      p = end + 1;
      t = textEnd + 1;
    }
    return matches(p, pattern.length(), text, t, text.length(), ignoreCase);
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
      int from, int end, CharSequence text, int textFrom, int textEnd, boolean ignoreCase) {
    int star = from <= firstStar ? Math.min(firstStar, end) : star(from, end);
    int size = star - from;
    boolean fits = star < end ? size <= textEnd - textFrom : size == textEnd - textFrom;
    if (!fits || !matchesAt(from, star, text, textFrom, ignoreCase)) {
      return false;
    }
    int p = star + 1;
    int t = textFrom + size;
    // Without any star, everything is compared already.
    while (p <= end) {
      star = star(p, end);
      size = star - p;
      if (star == end) {
        return size <= textEnd - t && matchesAt(p, end, text, textEnd - size, ignoreCase);
      }
      int found = find(p, star, text, t, textEnd, ignoreCase);
      if (found < 0) {
        return false;
      }
      p = star + 1;
      t = found + size;
    }
    return true;
  }

  /** Returns the position of the next star; {@code end} if there is none. */
  private int star(int from, int end) {
    int star = from;
    while (star < end && !isWildcard(star, '*')) {
      star++;
    }
    return star;
  }

  /** Returns the first place at which a piece without stars matches, -1 if there is none. */
  private int find(
      int from, int end, CharSequence text, int textFrom, int textEnd, boolean ignoreCase) {
    if (end - from > SHORT && end - from <= textEnd - textFrom) {
      return search(from, end, ignoreCase).find(text, textFrom, textEnd);
    }
    for (int t = textFrom; t <= textEnd - (end - from); t++) {
      if (matchesAt(from, end, text, t, ignoreCase)) {
        return t;
      }
    }
    return -1;
  }

  private PieceSearch search(int from, int end, boolean ignoreCase) {
    PieceSearch search = new PieceSearch(end - from);
    for (int p = from; p < end; p++) {
      char c = pattern.charAt(p);
      if (isWildcard(p, '?')) {
        search.acceptAny(p - from);
      } else {
        search.accept(p - from, c);
        if (ignoreCase) {
          search.accept(p - from, lower(c));
          search.accept(p - from, upper(c));
        }
      }
    }
    return search;
  }

  /** Compares a piece without stars with as many characters of a text. */
  private boolean matchesAt(
      int from, int end, CharSequence text, int textFrom, boolean ignoreCase) {
    for (int p = from; p < end; p++) {
      if (!isWildcard(p, '?')
          && !isSame(pattern.charAt(p), text.charAt(textFrom + p - from), ignoreCase)) {
        return false;
      }
    }
    return true;
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

  private static char upper(char c) {
    return c >= 'a' && c <= 'z' ? (char) (c - ('a' - 'A')) : c;
  }
}
