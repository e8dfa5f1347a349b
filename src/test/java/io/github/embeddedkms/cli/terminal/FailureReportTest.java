package io.github.embeddedkms.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.store.StoreUnavailableException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Every kind of failure, with its lines and its exit code. */
class FailureReportTest {

  private static final String USAGE =
      """

      usage: embedded-kms <command> [parameters]
      To see help text, you can run:

        embedded-kms --help
        embedded-kms <command> --help

      embedded-kms: error:\s""";

  private static CommandLine command(int exitCodeOnInvalidInput) {
    CommandSpec spec =
        CommandSpec.create().name("seal").exitCodeOnInvalidInput(exitCodeOnInvalidInput);
    return new CommandLine(spec);
  }

  private record Case(Throwable failure, int exitCode, String lines) {}

  static Stream<Case> failures() {
    return Stream.of(
        new Case(
            CommandLineException.usage("wrong"),
            252,
            USAGE.split("embedded-kms: err", -1)[0] + "wrong\n\n"),
        new Case(CommandLineException.argument("wrong"), 252, USAGE + "wrong\n\n"),
        new Case(
            CommandLineException.invalidChoice("--output", List.of("a", "b", "c")),
            252,
            USAGE
                + "argument --output: Invalid choice, valid choices are:\n\n"
                + "a                                        | b                                       "
                + "\nc                                       \n\n"),
        new Case(
            CommandLineException.parameter("--tags", "wrong"),
            252,
            "\nError parsing parameter '--tags': wrong\n"),
        new Case(CommandLineException.invalid("one\ntwo"), 252, "\none\ntwo\n"),
        new Case(CommandLineException.value("wrong"), 255, "\nwrong\n"),
        new Case(
            CommandLineException.locale(),
            252,
            "embedded-kms: this locale cannot express the arguments; set LC_ALL=C.UTF-8\n"),
        new Case(
            CommandLineException.service("NotFoundException", "DescribeKey", "Alias \u001b\n is"),
            254,
            "\nAn error occurred (NotFoundException) when calling the DescribeKey operation:"
                + " Alias \\u001b\\u000a is\n"),
        new Case(CommandLineException.failure("no\nfile"), 255, "embedded-kms: no\\u000afile\n"),
        new Case(
            CommandLineException.failure(new IllegalArgumentException("embedded-kms: wrong")),
            255,
            "embedded-kms: wrong\n"),
        new Case(
            new IllegalStateException("embedded-kms: row \u001b]0;title\u0007\nsecond line"),
            255,
            "embedded-kms: row \\u001b]0;title\\u0007\\u000asecond line\n"),
        new Case(
            new StoreUnavailableException("the database is down", new SQLException("gone\u009b")),
            255,
            "embedded-kms: the database is down: gone\\u009b\n"),
        new Case(
            new UncheckedIOException("embedded-kms: cannot read a", new NoSuchFileException("a")),
            255,
            "embedded-kms: cannot read a: no such file\n"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void expectedFailure_isReportedAsItIs_byEveryCommand(Case failed) {
    for (int invalidInput : new int[] {2, 252}) {
      assertThat(FailureReport.of(failed.failure, command(invalidInput)))
          .isEqualTo(new FailureReport(failed.lines, failed.exitCode));
    }
  }

  @Test
  void parameter_ofOwnCommand_isOneLine_andEndsWith252() {
    CommandLine command = command(2);
    assertThat(FailureReport.of(new ParameterException(command, "Error: no --key"), command))
        .isEqualTo(new FailureReport("seal: no --key\nTry 'seal --help'.\n", 252));
  }

  @Test
  void parameter_ofOperation_isTheUsage_andEndsWith252() {
    CommandLine command = command(252);
    assertThat(FailureReport.of(new ParameterException(command, "Error: no --key"), command))
        .isEqualTo(new FailureReport(USAGE + "no --key\n\n", 252));
  }

  static Stream<Throwable> bugs() {
    return Stream.of(
        new NullPointerException(),
        new IllegalStateException("any other message"),
        new NotFoundException("without the operation"),
        new StackOverflowError(),
        new AssertionError("embedded-kms: an error is a bug, whatever its message says"));
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void bug_isAStackTrace_andEndsWith255(Throwable bug) {
    FailureReport report = FailureReport.of(bug, "GenerateDataKey");
    assertThat(report.exitCode()).isEqualTo(255);
    assertThat(report.lines())
        .startsWith("embedded-kms: GenerateDataKey failed\n" + bug + "\n\tat ");
  }

  @Test
  void print_writesTheLines_andReturnsTheExitCode() {
    StringWriter err = new StringWriter();
    assertThat(new FailureReport("a\nb\n", 7).print(new TerminalWriter(err))).isEqualTo(7);
    assertThat(err).hasToString("a\nb\n");
  }
}
