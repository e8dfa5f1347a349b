package io.github.embeddedkms.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.Escaping;
import io.github.embeddedkms.cli.terminal.TerminalWriter;
import io.github.embeddedkms.json.JsonTree;
import java.io.StringWriter;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Any JSON value in any format, as it reaches the terminal. Without edge cases: those of so many
 * choices would leave no other ones.
 */
class OutputProperties {

  @Provide
  Arbitrary<Object> documents() {
    Arbitrary<String> strings =
        Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(12),
            Arbitraries.strings().ascii().ofMaxLength(120),
            Arbitraries.strings()
                .withChars(" \n\t'\":#-[]{},&*!|>%@`~?.0123456789abnoyesTruefalse")
                .ofMaxLength(90),
            Arbitraries.of(
                "null", "true", "yes", "~", "1_0", "0x1", "2026-11-29", "", "-", "=", "<<"));
    Arbitrary<Object> scalars =
        Arbitraries.oneOf(
            strings.filter(OutputProperties::isWellFormed).asGeneric(),
            Arbitraries.integers().asGeneric(),
            Arbitraries.of(true, false).asGeneric(),
            Arbitraries.just(null));
    Arbitrary<String> names =
        Arbitraries.oneOf(
            Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(5),
            strings.filter(OutputProperties::isWellFormed));
    return Arbitraries.recursive(
        () -> scalars,
        inner ->
            Arbitraries.oneOf(
                inner.list().ofMaxSize(4).asGeneric(),
                Arbitraries.maps(names, inner).ofMaxSize(4).asGeneric()),
        0,
        3);
  }

  /** JSON in UTF-8, which responses are, has no half of a surrogate pair. */
  private static boolean isWellFormed(String string) {
    return string.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF);
  }

  private static String onTerminal(String lines) {
    StringWriter written = new StringWriter();
    TerminalWriter terminal = new TerminalWriter(written);
    terminal.print(lines);
    terminal.flush();
    return written.toString();
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void yaml_anyValue_isReadBackAsItWas(@ForAll("documents") Object document) {
    if (Map.of().equals(document)) {
      return; // nothing is printed
    }
    String yaml = onTerminal(OutputFormat.YAML.print("T", document, 80));
    assertThat(load(yaml)).isEqualTo(document);
    String stream = onTerminal(OutputFormat.YAML_STREAM.print("T", document, 80));
    assertThat(load(stream)).isEqualTo(Collections.singletonList(document));
    // One page after the other is one list.
    assertThat((List<?>) load(stream + stream)).hasSize(2);
  }

  private static Object load(String yaml) {
    return new Load(LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build())
        .loadFromString(yaml);
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void json_anyValue_isReadBackAsItWas(@ForAll("documents") Object document) {
    if (!Map.of().equals(document)) {
      assertThat(JsonTree.read(onTerminal(OutputFormat.JSON.print("T", document, 80))))
          .isEqualTo(document);
    }
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void text_listOrObject_hasOneLineForEachRow(@ForAll("documents") Object document) {
    String lines = OutputFormat.TEXT.print("T", document, 80);
    assertThat(lines.isEmpty() || lines.endsWith("\n")).isTrue();
    if (!PythonValue.isScalar(document)) {
      assertThat(lines.codePoints()).noneMatch(c -> c != '\n' && c != '\t' && Escaping.isUnsafe(c));
      // No value adds a tab: with one column for each scalar there are fewer tabs than scalars.
      assertThat(lines.codePoints().filter(c -> c == '\t').count())
          .isLessThanOrEqualTo(columns(document));
    }
  }

  /** An upper bound of the columns of a value: scalars, names, and gaps in lists of objects. */
  private static long columns(Object value) {
    if (value instanceof Map<?, ?> object) {
      return object.values().stream().mapToLong(OutputProperties::columns).sum() + 1;
    }
    if (value instanceof List<?> list) {
      long all =
          list.stream().filter(Map.class::isInstance).mapToLong(e -> ((Map<?, ?>) e).size()).sum();
      return list.stream().mapToLong(OutputProperties::columns).sum() + all * list.size() + 1;
    }
    return 2;
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void table_anyValue_hasLinesOfOneWidth(@ForAll("documents") Object document) {
    String table;
    try {
      table = OutputFormat.TABLE.print("Title", document, 80);
    } catch (CommandLineException e) {
      assertThat(e.exitCode()).isEqualTo(255);
      assertThat(e.getMessage()).matches("\n(Row should have|--output table cannot print).*\n");
      return;
    }
    if (!table.isEmpty()) {
      assertThat(table).endsWith("\n");
      assertThat(table.lines().map(DisplayWidth::of).distinct()).hasSize(1);
      assertThat(table.lines()).allMatch(line -> "-|+".indexOf(line.charAt(0)) >= 0);
      assertThat(table.codePoints()).noneMatch(c -> c != '\n' && Escaping.isUnsafe(c));
    }
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void off_anyValue_printsNothing(@ForAll("documents") Object document) {
    assertThat(OutputFormat.OFF.print("T", document, 80)).isEmpty();
  }

  @Provide
  Arbitrary<String> expressions() {
    return Arbitraries.oneOf(
            Arbitraries.of(
                "a",
                "b",
                ".",
                "[",
                "]",
                "[]",
                "[?",
                "*",
                "@",
                "&",
                "|",
                "||",
                "&&",
                "!",
                "(",
                ")",
                "{",
                "}",
                ":",
                ",",
                "==",
                "<",
                "1",
                "-1",
                "'x'",
                "`1`",
                "`{\"a\":1}`",
                "\"a\"",
                "\\",
                "'",
                "`",
                "\"",
                "length(",
                "sort_by(",
                "join(",
                "sum(",
                "99999999999",
                "-",
                "`-`",
                "\"\\u12\"",
                "`\"\\x\"`",
                " "),
            Arbitraries.strings().ofLength(1))
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void query_anyCharacters_isAQueryOrRefused(
      @ForAll("expressions") String expression, @ForAll("documents") Object document) {
    assertThatCode(
            () -> {
              try {
                JsonTree.write(Query.parse(expression).apply(document), "");
              } catch (CommandLineException e) {
                assertThat(e.exitCode()).isIn(252, 255);
              }
            })
        .doesNotThrowAnyException();
  }
}
