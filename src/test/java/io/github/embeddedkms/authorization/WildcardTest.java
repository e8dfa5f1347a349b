package io.github.embeddedkms.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WildcardTest {

  @ParameterizedTest
  @CsvSource({
    "'',''",
    "*,''",
    "*,a:b/c",
    "a,a",
    "a*,a",
    "*a,a",
    "a*c,abbc",
    "a*c,a/:c",
    "a?c,abc",
    "*?,a",
    "a*b*c,aXbXbXc",
    "*ab,aab",
    "**,a",
    "kms:*,kms:",
    "*?*?*,ab"
  })
  void matches_textOfThePattern_isFound(String pattern, String text) {
    assertThat(Wildcard.of(pattern).matches(text)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "'',a",
    "a,''",
    "a,A",
    "a,ab",
    "?,''",
    "?,ab",
    "a*c,abd",
    "*?,''",
    "a*b*c,acb",
    "*ab,aba",
    "*?*?*,a"
  })
  void matches_otherText_isNotFound(String pattern, String text) {
    assertThat(Wildcard.of(pattern).matches(text)).isFalse();
  }

  @Test
  void matches_characterOfCodeZeroAfterThePattern_isNotFound() {
    assertThat(Wildcard.of("a").matches("a\0")).isFalse();
    assertThat(Wildcard.of("").matches("\0")).isFalse();
  }

  @Test
  void matchesIgnoringCase_asciiLetters_areEqual() {
    assertThat(Wildcard.of("KMS:decr*").matchesIgnoringCase("kms:Decrypt")).isTrue();
    assertThat(Wildcard.of("kms:Decrypt").matchesIgnoringCase("kms:Encrypt")).isFalse();
    // Not the sign for kelvin, whose lower case is an ASCII letter.
    assertThat(Wildcard.of("kms:*").matchesIgnoringCase("\u212Ams:*")).isFalse();
  }

  @Test
  void literals_wildcardCharacters_doNotAct() {
    BitSet first = new BitSet();
    first.set(0);
    assertThat(Wildcard.of("*b*", first).matches("*bc")).isTrue();
    assertThat(Wildcard.of("*b*", first).matches("abc")).isFalse();
    assertThat(Wildcard.of("?", first).matches("a")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "arn:aws:logs:*:1:*,arn:aws:logs:eu:1:group:a:b,true",
    "arn:aws:logs:*:1:*,arn:aws:logs:eu:2:group,false",
    "arn:*:*:*:*:*,arn:aws:iam::1:user/a,true",
    // A wildcard does not match beyond its part.
    "arn:aws:logs:*,arn:aws:logs:eu:1:group,false",
    "arn:aws:logs:*:group,arn:aws:logs:eu:1:group,false",
    "arn:aws:*:1:a:b:c,arn:aws:s:r:1:a:b:c,false",
    "*,arn:aws:logs:eu:1:group,false",
    "a:b:c:d:e:f,a:b:c:d:e:f,false",
    "arn:aws:logs:eu:1:g?oup,arn:aws:logs:eu:1:group,true",
    "arn:aws:logs:eu:1:group,arn:aws:logs:eu:1:Group,false",
    "arn:aws:logs:eu:1:group,arn:aws:logs:eu,false"
  })
  void matchesArn_partByPart(String pattern, String text, boolean expected) {
    assertThat(Wildcard.of(pattern).matchesArn(text)).isEqualTo(expected);
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES)
  void matches_tenThousandStars_finishes() {
    String text = "a".repeat(10_000);
    assertThat(Wildcard.of("*a".repeat(10_000) + "b").matches(text)).isFalse();
    assertThat(Wildcard.of("*?".repeat(10_000)).matches(text)).isTrue();
    assertThat(Wildcard.of("*".repeat(10_000) + "b").matches(text)).isFalse();
    assertThat(Wildcard.of("*" + "a".repeat(5_000) + "b").matches(text)).isFalse();
  }

  /** A text that counts how often one of its characters is read. */
  private static final class Counted implements CharSequence {
    private final String text;
    private long reads;

    Counted(String text) {
      this.text = text;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      reads++;
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      throw new UnsupportedOperationException();
    }
  }

  private static long readsPerCharacter(String pattern, String text) {
    Counted counted = new Counted(text);
    Wildcard.of(pattern).matches(counted);
    return counted.reads / text.length();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 63, 64, 65, 1000, 16_000})
  void matches_manyNearMatches_readsEachCharacterAFewTimes(int length) {
    String a = "a".repeat(length);
    String text = "a".repeat(100_000);
    for (String pattern :
        List.of(
            "*" + a + "b*",
            "*" + a + "b",
            "*b" + a + "*",
            "*?" + a + "b*",
            "*" + "?".repeat(length) + "b*",
            "*" + "a?".repeat(length) + "b*",
            "*a*a*" + a + "b*" + a + "*")) {
      assertThat(readsPerCharacter(pattern, text)).isLessThanOrEqualTo(18);
    }
    assertThat(readsPerCharacter("*" + (a + "*").repeat(100_000 / length / 2) + "b*", text))
        .isLessThanOrEqualTo(18);
  }
}
