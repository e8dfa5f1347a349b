package io.github.embeddedkms.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Locale;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;

/** Random patterns and texts against a table of all beginnings of both. */
class WildcardProperties {

  private static final int PIECE = 150;

  @Property(tries = 2_000)
  void matches_isWhatTheTableSays(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 300) int length,
      @ForAll boolean ignoreCase) {
    Random random = new Random(seed);
    String text = random(random, length);
    BitSet literals = new BitSet();
    String pattern = pattern(random, text, literals);
    boolean expected = matches(pattern, literals, text, ignoreCase);
    Wildcard wildcard = Wildcard.of(pattern, literals);
    assertThat(ignoreCase ? wildcard.matchesIgnoringCase(text) : wildcard.matches(text))
        .as(pattern + " " + literals + " " + text)
        .isEqualTo(expected);
    Statistics.collect(expected);
    Statistics.coverage(
        checker -> {
          checker.check(true).percentage(share -> share > 10);
          checker.check(false).percentage(share -> share > 10);
        });
  }

  /** Few letters, so that pieces nearly match at many places. */
  private static String random(Random random, int length) {
    return random
        .ints(length, 0, 12)
        .mapToObj(i -> "aaaaaaaaAb*?".substring(i, i + 1))
        .reduce("", String::concat);
  }

  /** Takes pieces of the text apart, and sometimes changes a character. */
  private static String pattern(Random random, String text, BitSet literals) {
    StringBuilder pattern = new StringBuilder();
    int t = 0;
    while (t < text.length()) {
      if (random.nextInt(3) == 0) {
        pattern.append('*');
        t += random.nextInt(1 + text.length() - t);
      }
      int end = Math.min(text.length(), t + 1 + random.nextInt(PIECE));
      for (; t < end; t++) {
        int kind = random.nextInt(200);
        literals.set(pattern.length(), kind > 20);
        pattern.append(kind < 20 ? '?' : kind == 20 ? 'b' : text.charAt(t));
      }
    }
    return random.nextBoolean() ? pattern.append('*').toString() : pattern.toString();
  }

  private static boolean matches(String pattern, BitSet literals, String text, boolean ignoreCase) {
    String p = ignoreCase ? pattern.toLowerCase(Locale.ROOT) : pattern;
    String t = ignoreCase ? text.toLowerCase(Locale.ROOT) : text;
    boolean[][] table = new boolean[p.length() + 1][t.length() + 1];
    table[0][0] = true;
    for (int i = 0; i < p.length(); i++) {
      boolean star = p.charAt(i) == '*' && !literals.get(i);
      boolean any = p.charAt(i) == '?' && !literals.get(i);
      table[i + 1][0] = star && table[i][0];
      for (int j = 0; j < t.length(); j++) {
        boolean one = any || (!star && p.charAt(i) == t.charAt(j));
        table[i + 1][j + 1] = star ? table[i][j + 1] || table[i + 1][j] : one && table[i][j];
      }
    }
    return table[p.length()][t.length()];
  }
}
