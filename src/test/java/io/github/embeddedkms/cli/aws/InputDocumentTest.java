package io.github.embeddedkms.cli.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputDocumentTest {

  @Test
  void yaml_hasTheTypesOfJson() {
    Map<String, Object> values =
        InputDocument.YAML.read(
            "{a: 1, b: 99999999999, c: 0.5, d: true, e: null, f: 'x', g: [2026-01-01, no, ~]}");
    assertThat(values)
        .containsEntry("a", 1)
        .containsEntry("b", new BigDecimal("99999999999"))
        .containsEntry("c", new BigDecimal("0.5"))
        .containsEntry("d", true)
        .containsEntry("e", null)
        .containsEntry("f", "x")
        .containsEntry("g", Arrays.asList("2026-01-01", "no", null));
  }

  /** The reader of each wipes it. */
  @Test
  void yaml_bytesReferredToTwice_areTwoArrays() {
    Map<String, Object> values = InputDocument.YAML.read("{a: &x !!binary aGk=, b: *x}");
    Arrays.fill((byte[]) values.get("a"), (byte) 0);
    assertThat(values.get("b")).isEqualTo(new byte[] {'h', 'i'});
  }

  @Test
  void yaml_listsOfReferencesToLists_areNotMultiplied() {
    StringBuilder document = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 30; i++) {
      document.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThatThrownBy(() -> InputDocument.YAML.read(document.toString()))
        .isInstanceOf(CommandLineException.class)
        .hasMessageContaining("Invalid YAML received.");
    assertThat(InputDocument.YAML.read("{a: &a [x], b: [*a, *a]}"))
        .containsEntry("b", List.of(List.of("x"), List.of("x")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a: b: c",
        "{",
        "a: .nan",
        "a: &a [*a]",
        "!!set {a: }",
        "a: !!set {b: }",
        "a: !x b",
        "a: 1\n---\nb: 2",
        "a: \u0000",
        "{a: 1, a: 2}",
        "!!java.net.URL [a]"
      })
  void yaml_otherThanAnObject_isRefused(String text) {
    assertThatThrownBy(() -> InputDocument.YAML.read(text))
        .isInstanceOf(CommandLineException.class)
        .hasMessageContaining("Error parsing parameter '--cli-input-yaml': Invalid ");
  }

  @ParameterizedTest
  @ValueSource(ints = {101, 100_000})
  void nesting_tooDeep_isRefused(int depth) {
    String deep = "[".repeat(depth - 1) + "]".repeat(depth - 1);
    for (String text : new String[] {"a: " + deep, "a: " + "[".repeat(depth)}) {
      assertThatThrownBy(() -> InputDocument.YAML.read(text))
          .isInstanceOf(CommandLineException.class)
          .hasMessageContaining("Invalid YAML received.");
    }
  }
}
