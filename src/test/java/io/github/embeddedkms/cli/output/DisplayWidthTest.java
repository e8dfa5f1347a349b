package io.github.embeddedkms.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisplayWidthTest {

  @ParameterizedTest
  // As the AWS CLI counts: ambiguous characters, ü and Ω for example, are wide, ä is not.
  @CsvSource({
    "'', 0",
    "abc, 3",
    "ä, 1",
    "ü, 2",
    "日本語, 6",
    "Ω, 2",
    "\uD83D\uDD11, 2",
    "é, 2",
    "ａ, 2"
  })
  void width_countsWideCharactersTwice(String text, int columns) {
    assertThat(DisplayWidth.of(text)).isEqualTo(columns);
  }
}
