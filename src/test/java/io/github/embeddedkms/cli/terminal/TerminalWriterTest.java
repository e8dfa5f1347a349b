package io.github.embeddedkms.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.cli.output.OutputFormat;
import io.github.embeddedkms.json.JsonTree;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalWriterTest {

  private final StringWriter printed = new StringWriter();
  private final TerminalWriter writer = new TerminalWriter(printed);

  /** The characters that a terminal interprets or does not show, as ranges. */
  private static final int[][] UNSAFE = {
    {0x00, 0x1F},
    {0x7F, 0x9F},
    {0xAD, 0xAD},
    {0x34F, 0x34F},
    {0x115F, 0x1160},
    {0x17B4, 0x17B5},
    {0x180B, 0x180F},
    {0x2065, 0x2065},
    {0x3164, 0x3164},
    {0xFE00, 0xFE0F},
    {0xFFA0, 0xFFA0},
    {0xFFF0, 0xFFF8},
    {0xE0000, 0xE0FFF},
    {0x61C, 0x61C},
    {0x180E, 0x180E},
    {0x200B, 0x200F},
    {0x2028, 0x202E},
    {0x2060, 0x2064},
    {0x2066, 0x206F},
    {0xD800, 0xDFFF},
    {0xFEFF, 0xFEFF},
    {0xFFF9, 0xFFFB},
    {0xE0001, 0xE0001},
    {0xE0020, 0xE007F},
  };

  private static boolean isUnsafe(int character) {
    for (int[] range : UNSAFE) {
      if (character >= range[0] && character <= range[1]) {
        return true;
      }
    }
    return false;
  }

  private String printed() {
    writer.flush();
    return printed.toString();
  }

  @Test
  void print_anyCharacter_isNotUnsafe_exceptLineFeedAndTab() {
    for (int character = 0; character <= Character.MAX_CODE_POINT; character++) {
      writer.write(Character.toChars(character));
      // No surrogate may pair with the next one.
      writer.write(' ');
    }
    assertThat(printed().codePoints())
        .noneMatch(character -> isUnsafe(character) && character != '\n' && character != '\t');
  }

  @Test
  void print_letterOrSymbol_isUnchanged() {
    String text =
        "a\\u0062 \u00fc \u6f22 \ud83d\ude00 \u0661 \u05d0 \ud83c\udde8\ud83c\udded e\u0301";
    writer.print(text);
    assertThat(printed()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, \\u0000",
    "7, \\u0007",
    "8, \\u0008",
    "13, \\u000d",
    "27, \\u001b",
    "127, \\u007f",
    "155, \\u009b",
    "8238, \\u202e",
    "8203, \\u200b",
    "8232, \\u2028",
    "65279, \\ufeff",
    "55296, \\ud800",
    "57343, \\udfff",
    "917569, \\udb40\\udc41",
  })
  void print_unsafe_isVisible(int character, String escape) {
    writer.print("<" + Character.toString(character) + ">");
    assertThat(printed()).isEqualTo("<" + escape + ">");
  }

  @Test
  void print_pairInTwoParts_isOneCharacter() {
    writer.write('\ud83d');
    writer.write('\ude00');
    assertThat(printed()).isEqualTo("\ud83d\ude00");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83d\ud83d\ude00", "\ud83d\n", "\ude00\ud83d"})
  void print_halfOfAPair_isEscaped(String text) {
    text.chars().forEach(writer::write);
    assertThat(printed())
        .isEqualTo(
            Map.of(
                    "\ud83d\ud83d\ude00", "\\ud83d\ud83d\ude00",
                    "\ud83d\n", "\\ud83d\n",
                    "\ude00\ud83d", "\\ude00\\ud83d")
                .get(text));
  }

  @Test
  void println_endsLinesAlike_andStackTracesStayReadable() {
    writer.println("one");
    new IllegalStateException("two\u001b[2J").printStackTrace(writer);
    assertThat(printed())
        .startsWith("one\njava.lang.IllegalStateException: two\\u001b[2J\n\tat ")
        .endsWith("\n");
  }

  @Test
  void returnCarriage_isNotEscaped() {
    writer.print("10 %");
    writer.returnCarriage();
    writer.print("20 %");
    assertThat(printed()).isEqualTo("10 %\r20 %");
  }

  @Test
  void withoutEscapes_escapeSequenceOfTheProgram_isUnchanged() {
    writer.withoutEscapes().print("\u001b[1mbold\u001b[0m");
    assertThat(printed()).isEqualTo("\u001b[1mbold\u001b[0m");
  }

  /** Every character, as a value and as a name, with all its neighbors. */
  private static Map<String, Object> everything() {
    String all =
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    return Map.of("Value", all, "List", List.of(Map.of(all, "name")));
  }

  @Test
  void json_anyCharacter_isReadBackAsItWas() {
    writer.print(OutputFormat.JSON.print("", everything(), 80));
    assertThat(JsonTree.read(printed())).isEqualTo(everything());
  }

  @ParameterizedTest
  // The lines of the others depend on the width of a value: OutputProperties has their rules.
  @EnumSource(names = {"JSON", "TEXT"})
  void formats_anyCharacterInAValue_addsNoLineAndNoColumn(OutputFormat format) {
    Map<String, Object> plain = Map.of("Value", "a", "List", List.of(Map.of("name", "b")));
    String expected = format.print("", plain, 80);
    String all = format.print("", everything(), 80);
    writer.print(all);
    assertThat(separators(printed())).isEqualTo(separators(expected));
    assertThat(printed().codePoints())
        .noneMatch(character -> isUnsafe(character) && character != '\n' && character != '\t');
  }

  private static String separators(String text) {
    return text.replaceAll("[^\n\t]", "");
  }
}
