package io.github.embeddedkms.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.json.JsonTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Responses and queries as version 2 of the AWS CLI prints them, in all formats. {@code
 * record-output.py}, next to the records, made them with the AWS CLI's own formatters.
 */
class RecordedOutputTest {

  private record Recorded(String title, Object document, String query, Map<?, ?> printed) {

    static Recorded of(Object json) {
      Map<?, ?> members = (Map<?, ?>) json;
      return new Recorded(
          (String) members.get("title"),
          members.get("document"),
          (String) members.get("query"),
          (Map<?, ?>) members.get("printed"));
    }

    void assertPrintedAs(OutputFormat format) {
      Object expected = printed.get(format.toString());
      if (expected instanceof Map<?, ?> failed) {
        assertThatThrownBy(() -> print(format))
            .isInstanceOfSatisfying(
                CommandLineException.class, e -> assertThat(e.exitCode()).isEqualTo(255))
            .hasMessage("\n" + failed.get("error") + "\n");
      } else {
        assertThat(print(format)).isEqualTo(expected);
      }
    }

    private String print(OutputFormat format) {
      Object value = query == null ? document : Query.parse(query).apply(document);
      return format.print(title, value, OutputFormat.DEFAULT_WIDTH);
    }
  }

  @TestFactory
  Stream<DynamicTest> formats_responsesAndQueries_printWhatTheAwsCliPrints() throws IOException {
    List<Recorded> recorded = read().stream().map(Recorded::of).toList();
    assertThat(recorded).hasSizeGreaterThan(70);
    return recorded.stream()
        .flatMap(
            each ->
                Stream.of(OutputFormat.values())
                    .filter(format -> each.printed().containsKey(format.toString()))
                    .map(
                        format ->
                            DynamicTest.dynamicTest(
                                each.title() + " " + each.query() + " " + format,
                                () -> each.assertPrintedAs(format))));
  }

  private static List<?> read() throws IOException {
    try (InputStream json =
        RecordedOutputTest.class.getResourceAsStream("/cli/recorded-output.json")) {
      String text = new String(json.readAllBytes(), StandardCharsets.UTF_8);
      return (List<?>) ((Map<?, ?>) JsonTree.read(text)).get("recorded");
    }
  }
}
