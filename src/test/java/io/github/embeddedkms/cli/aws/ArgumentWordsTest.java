package io.github.embeddedkms.cli.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.operation.OperationType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.CommandSpec;

/** Every expectation was seen from version 2.9.19 of the AWS CLI. */
class ArgumentWordsTest {

  private static List<String> canonical(String command, String words) {
    OperationType operation = CommandNames.operation(command).orElseThrow();
    CommandSpec spec = OperationCommand.of(operation, OperationHelp.NONE);
    // A bar separates words, so that they can have spaces.
    return ArgumentWords.canonical(
        spec, words.isEmpty() ? List.of() : List.of(words.split("\\|", -1)));
  }

  static Stream<Arguments> commandLines() {
    return Stream.of(
        Arguments.of("create-key", "", "--"),
        // Values.
        Arguments.of("create-key", "--description|a", "--description=a|--"),
        Arguments.of("create-key", "--description=a", "--description=a|--"),
        Arguments.of("create-key", "--description=", "--description=|--"),
        Arguments.of("create-key", "--description|", "--description=|--"),
        Arguments.of("create-key", "--description=-foo", "--description=-foo|--"),
        Arguments.of("create-key", "--description=--foo", "--description=--foo|--"),
        Arguments.of("create-key", "--description=a=b", "--description=a=b|--"),
        Arguments.of("create-key", "--description|-foo bar", "--description=-foo bar|--"),
        Arguments.of("create-key", "--description|-1", "--description=-1|--"),
        Arguments.of("create-key", "--description|-.5", "--description=-.5|--"),
        Arguments.of("create-key", "--description|-", "--description=-|--"),
        // The options of all commands are found first.
        Arguments.of("create-key", "--description|--debug|a", "--debug|--description=a|--"),
        // Given twice.
        Arguments.of("create-key", "--description|a|--description=b", "--description=b|--"),
        Arguments.of("create-key", "--tags|a|b|--tags|c", "--tags=c|--"),
        Arguments.of("create-key", "--debug|--debug", "--debug|--"),
        Arguments.of(
            "create-key",
            "--multi-region|--no-multi-region|--multi-region",
            "--no-multi-region|--multi-region|--"),
        // Lists.
        Arguments.of("create-key", "--tags|--desc|a", "--tags=[]|--description=a|--"),
        Arguments.of(
            "create-key", "--tags|a|-b c|-1|--debug", "--debug|--tags=a|--tags=-b c|--tags=-1|--"),
        // Abbreviations.
        Arguments.of("create-key", "--desc|a", "--description=a|--"),
        Arguments.of("create-key", "--desc=-a", "--description=-a|--"),
        Arguments.of("create-key", "--des=--desc", "--description=--desc|--"),
        Arguments.of("describe-key", "--k|a", "--key-id=a|--"),
        Arguments.of(
            "list-keys",
            "--reg|a|--max|3|--endp|b",
            "--region=a|--endpoint-url=b|--max-items=3|--"),
        Arguments.of("list-keys", "--gen", "--generate-cli-skeleton=input|--"),
        Arguments.of("list-keys", "--gen|output", "--generate-cli-skeleton=output|--"),
        Arguments.of("list-keys", "--no-cli-p", "--no-cli-pager|--"),
        // Our own options never make these ambiguous: --store, --root-key-file, --read-only.
        Arguments.of("list-keys", "--r|a|--st|b", "--region=a|--starting-token=b|--"),
        Arguments.of("list-keys", "--stor|b", "--|--stor|b"),
        Arguments.of("list-keys", "--store|b", "--store=b|--"),
        // Unknown words.
        Arguments.of("create-key", "--foo", "--|--foo"),
        Arguments.of("create-key", "--foo=bar", "--|--foo=bar"),
        Arguments.of("create-key", "--foo|bar|baz", "--|--foo|baz|bar"),
        Arguments.of("create-key", "foo", "--|foo"),
        Arguments.of("create-key", "-x", "--|-x"),
        Arguments.of("create-key", "--tags|a|--foo", "--tags=a|--|--foo"),
        Arguments.of("create-key", "--|foo", "--|foo"),
        Arguments.of("create-key", "--|--debug", "--|--debug"));
  }

  @ParameterizedTest
  @MethodSource("commandLines")
  void words_areReadAsTheAwsCliReadsThem(String command, String words, String canonical) {
    assertThat(String.join("|", canonical(command, words))).isEqualTo(canonical);
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of(
            "create-key", "--description", "argument --description: expected one argument"),
        Arguments.of(
            "create-key", "--description|-foo", "argument --description: expected one argument"),
        Arguments.of(
            "create-key", "--description|--foo", "argument --description: expected one argument"),
        Arguments.of(
            "create-key", "--description|--|foo", "argument --description: expected one argument"),
        Arguments.of(
            "describe-key", "--key-id|a|--key-id", "argument --key-id: expected one argument"),
        Arguments.of("create-key", "--region", "argument --region: expected one argument"),
        Arguments.of(
            "create-key",
            "--multi-region=true",
            "argument --multi-region: ignored explicit argument 'true'"),
        Arguments.of(
            "create-key",
            "--no-multi=",
            "argument --no-multi-region: ignored explicit argument ''"),
        Arguments.of(
            "generate-data-key",
            "--key|a",
            "ambiguous option: --key could match --key-id, --key-spec"),
        Arguments.of(
            "create-key",
            "--cli-i=a",
            "ambiguous option: --cli-i=a could match --cli-input-json, --cli-input-yaml"),
        // Also where it is meant as a value.
        Arguments.of(
            "create-key",
            "--description|--cli-r|--description|--cli-auto|--no-cli",
            "ambiguous option: --no-cli could match --no-cli-pager, --no-cli-auto-prompt"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void words_wrong_areRefusedInTheWordsOfTheAwsCli(String command, String words, String message) {
    assertThatThrownBy(() -> canonical(command, words))
        .isInstanceOf(CommandLineException.class)
        .hasMessageEndingWith("\n\nembedded-kms: error: " + message + "\n\n")
        .extracting(e -> ((CommandLineException) e).exitCode())
        .isEqualTo(252);
  }

  @Test
  void operation_isFoundBehindOptionsOfAllCommands() {
    assertThat(
            OperationCommand.positionIn(
                List.of("--region", "list-keys", "--debug", "encrypt"), false))
        .isEqualTo(3);
    assertThat(
            OperationCommand.positionIn(List.of("--as", "arn:a", "--facts=a=b", "encrypt"), true))
        .isEqualTo(3);
    assertThat(OperationCommand.positionIn(List.of("--outpu=x", "--reg", "a"), false))
        .isEqualTo(-1);
  }
}
