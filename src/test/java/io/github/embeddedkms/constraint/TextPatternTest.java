package io.github.embeddedkms.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Compares {@link TextPattern} with the regular expressions that it stands in for. */
class TextPatternTest {

  /** Those of the model, and others that only resemble one or more characters of a set. */
  private static final List<String> PATTERNS =
      List.of(
          "^\\p{ASCII}+$",
          "^[a-zA-Z0-9:/_-]+$",
          "[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+",
          "^[a-zA-Z0-9-_.]+$",
          "^[a-c]+[d-f]+$",
          "^[^a]+$",
          "^[a-z&&[^b]]+$",
          "^[a]b+$",
          "^[a]*$",
          "a|[b]+",
          "^(a|b)+$");

  @Test
  void matches_everyPattern_agreesWithTheRegularExpression() {
    for (String regex : PATTERNS) {
      TextPattern ours = TextPattern.of(regex);
      Pattern theirs = Pattern.compile(regex);
      assertThat(ours.matches("")).as(regex).isEqualTo(theirs.matcher("").matches());
      for (char c = 0; c < 0x180; c++) {
        for (String text : List.of("" + c, "a" + c, c + "a", "ab" + c + "d", "\n" + c)) {
          assertThat(ours.matches(text))
              .as("%s %s", regex, text)
              .isEqualTo(theirs.matcher(text).matches());
        }
      }
    }
  }
}
