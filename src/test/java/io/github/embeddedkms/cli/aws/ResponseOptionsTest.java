package io.github.embeddedkms.cli.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.cli.output.OutputFormat;
import io.github.embeddedkms.cli.terminal.CommandLineException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class ResponseOptionsTest {

  private static ResponseOptions read(Map<String, String> environment, String... words) {
    CommandSpec spec = CommandSpec.create();
    ResponseOptions.addTo(spec);
    return ResponseOptions.of(new CommandLine(spec).parseArgs(words), environment::get);
  }

  @Test
  void format_withoutOptionAndVariable_isJson() {
    assertThat(read(Map.of())).isEqualTo(new ResponseOptions(OutputFormat.JSON, null));
  }

  @ParameterizedTest
  @EnumSource(OutputFormat.class)
  void format_isThatOfTheOption_orElseOfTheVariable(OutputFormat format) {
    String word = format.toString();
    assertThat(read(Map.of("AWS_DEFAULT_OUTPUT", word)).format()).isEqualTo(format);
    assertThat(read(Map.of("AWS_DEFAULT_OUTPUT", "frob"), "--output", word).format())
        .isEqualTo(format);
  }

  @ParameterizedTest
  @ValueSource(strings = {"frob", "", "TABLE", "yaml_stream"})
  void variable_unknownFormat_isRefusedInTheWordsOfTheAwsCli(String word) {
    assertThatThrownBy(() -> read(Map.of("AWS_DEFAULT_OUTPUT", word)))
        .isInstanceOfSatisfying(
            CommandLineException.class, e -> assertThat(e.exitCode()).isEqualTo(255))
        .hasMessage("\nUnknown output type: " + word + "\n");
  }

  @Test
  void option_unknownFormat_isReportedBeforeTheQuery_andTheQueryBeforeTheVariable() {
    assertThatThrownBy(() -> read(Map.of(), "--output", "TABLE", "--query", "["))
        .hasMessageContaining("argument --output: Invalid choice");
    assertThatThrownBy(() -> read(Map.of("AWS_DEFAULT_OUTPUT", "frob"), "--query", "["))
        .hasMessageContaining("Bad value for --query [: ");
  }

  @Test
  void print_evaluatesTheQuery() {
    ResponseOptions options = read(Map.of(), "--query", "Keys[0]", "--output", "text");
    assertThat(options.print("T", Map.of("Keys", List.of("a\nb")), 80)).isEqualTo("a\nb\n");
  }
}
