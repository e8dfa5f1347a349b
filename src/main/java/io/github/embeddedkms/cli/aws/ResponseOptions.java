package io.github.embeddedkms.cli.aws;

import io.github.embeddedkms.cli.output.OutputFormat;
import io.github.embeddedkms.cli.output.Query;
import io.github.embeddedkms.cli.terminal.CommandLineException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options that say how a response is printed: its format, and a query that chooses a part of
 * it.
 *
 * @param format the format
 * @param query the query; null to print the whole response
 */
record ResponseOptions(OutputFormat format, @Nullable Query query) {

  private static final String OUTPUT = "--output";
  private static final String QUERY = "--query";

  /** Chooses the format where the option is not given. */
  private static final String VARIABLE = "AWS_DEFAULT_OUTPUT";

  /** Adds the options to a command. */
  static void addTo(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder(OUTPUT)
            .arity("1")
            .type(String.class)
            .paramLabel(String.join("|", OutputFormat.WORDS))
            .description("how to print the response (default: $" + VARIABLE + ", or json)")
            .build());
    spec.addOption(
        OptionSpec.builder(QUERY)
            .arity("1")
            .type(String.class)
            .paramLabel("JMESPATH")
            .description("print only this part of the response, KeyMetadata.Arn for example")
            .build());
  }

  /**
   * Reads the options, in the AWS CLI's order.
   *
   * @param parsed the parsed command line
   * @param environment returns a variable of the environment, or null
   * @throws CommandLineException if there is no such format, or the query is malformed
   */
  static ResponseOptions of(ParseResult parsed, Function<String, @Nullable String> environment) {
    String output = parsed.matchedOptionValue(OUTPUT, null);
    if (output != null && OutputFormat.of(output).isEmpty()) {
      throw CommandLineException.invalidChoice(OUTPUT, OutputFormat.WORDS);
    }
    String query = parsed.matchedOptionValue(QUERY, null);
    Query parsedQuery = query == null ? null : Query.parse(query);
    return new ResponseOptions(
        format(output == null ? environment.apply(VARIABLE) : output), parsedQuery);
  }

  private static OutputFormat format(@Nullable String word) {
    if (word == null) {
      return OutputFormat.JSON;
    }
    return OutputFormat.of(word)
        .orElseThrow(() -> CommandLineException.value("Unknown output type: " + word));
  }

  /**
   * Formats a response, or a page of one.
   *
   * @param title the title of a table
   * @param response the members of the response
   * @param width the number of columns of the terminal
   * @return the lines to print
   */
  String print(String title, @Nullable Object response, int width) {
    return format.print(title, query == null ? response : query.apply(response), width);
  }
}
