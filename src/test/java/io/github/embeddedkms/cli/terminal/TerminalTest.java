package io.github.embeddedkms.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalTest {

  @Test
  void columns_ofASize_areItsSecondNumber() {
    assertThat(Terminal.columns("24 80\n")).isEqualTo(OptionalInt.of(80));
    assertThat(Terminal.columns("50 213\n")).isEqualTo(OptionalInt.of(213));
  }

  @ParameterizedTest
  // 0 is what a terminal without a size has.
  @ValueSource(strings = {"", "80\n", "24 x\n", "24 999999\n", "0 0\n", "stty: error\n"})
  void columns_ofAnythingElse_areUnknown(String size) {
    assertThat(Terminal.columns(size)).isEmpty();
  }
}
