package io.github.embeddedkms.constraint;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pattern of a string member. Nearly all patterns of the service are one or more characters of
 * one set. Such a set is looked up in a table instead of being matched, which takes longer than
 * everything else that is checked.
 *
 * <p>Safe for use by several threads.
 */
final class TextPattern {

  /** One or more characters of a set: {@code ^[a-z]+$}, for example, or {@code ^\p{ASCII}+$}. */
  private static final Pattern ONE_OR_MORE =
      Pattern.compile("\\^?(\\[[^\\[\\]]+\\]|\\\\p\\{\\w+\\})\\+\\$?");

  private static final int ASCII = 128;

  private final Pattern pattern;

  /** Which strings of one ASCII character match; all false if the pattern has another form. */
  private final boolean[] allowed = new boolean[ASCII];

  private TextPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * Compiles a pattern.
   *
   * @param regex a regular expression for whole strings
   */
  static TextPattern of(String regex) {
    TextPattern compiled = new TextPattern(Pattern.compile(regex));
    Matcher oneOrMore = ONE_OR_MORE.matcher(regex);
    if (oneOrMore.matches()) {
      Pattern set = Pattern.compile(oneOrMore.group(1));
      for (int i = 0; i < ASCII; i++) {
        compiled.allowed[i] = set.matcher(String.valueOf((char) i)).matches();
      }
    }
    return compiled;
  }

  /** Returns whether a whole string matches. */
  boolean matches(String text) {
    return isOfAllowed(text) || pattern.matcher(text).matches();
  }

  /** Returns true only for strings that match: the pattern decides about all others. */
  private boolean isOfAllowed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ASCII || !allowed[c]) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
