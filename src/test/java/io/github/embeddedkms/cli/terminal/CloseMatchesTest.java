package io.github.embeddedkms.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expectations are those of Python's difflib.get_close_matches, with a cutoff of 0.8. */
class CloseMatchesTest {

  private static final List<String> CHOICES =
      List.of("decrypt", "encrypt", "re-encrypt", "enable-key", "disable-key", "list-keys");

  @ParameterizedTest
  @CsvSource({
    "decript, 'decrypt'",
    "encrypt, 'encrypt decrypt re-encrypt'",
    "encrpt, 'encrypt'",
    "reencrypt, 're-encrypt encrypt'",
    "enable-keys, 'enable-key'",
    "disable, ''",
    "list-key, 'list-keys'",
    "lists, ''",
    "x, ''",
    "'', ''"
  })
  void word_mistyped_meansTheClosestChoices(String word, String meant) {
    assertThat(String.join(" ", CloseMatches.of(word, CHOICES))).isEqualTo(meant);
  }
}
