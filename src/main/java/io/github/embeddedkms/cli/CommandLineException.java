package io.github.embeddedkms.cli;

import java.util.List;
import java.util.Locale;

/**
 * A command that ends without having done its work. Its text is for standard error, its exit code
 * the AWS CLI's for the same failure.
 *
 * <p>Source: AWS CLI User Guide, "Command line return codes".
 */
final class CommandLineException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The command line is wrong. */
  static final int USAGE = 252;

  /** The service returned an error. */
  static final int SERVICE_ERROR = 254;

  /** Anything else. */
  static final int FAILURE = 255;

  private static final String USAGE_TEXT =
      """
      usage: embedded-kms <command> [parameters]
      To see help text, you can run:

        embedded-kms --help
        embedded-kms <command> --help

      """;

  private final int exitCode;

  private CommandLineException(int exitCode, String text) {
    super(text);
    this.exitCode = exitCode;
  }

  int exitCode() {
    return exitCode;
  }

  /** The command line cannot be parsed. */
  static CommandLineException usage(String reason) {
    return new CommandLineException(USAGE, "\n" + USAGE_TEXT + reason + "\n\n");
  }

  /** One argument is missing or wrong. */
  static CommandLineException argument(String reason) {
    return usage("embedded-kms: error: " + reason);
  }

  /** A word is not one of the choices, which are shown two to a line. */
  static CommandLineException invalidChoice(String argument, List<String> choices) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < choices.size(); i++) {
      lines.append(i == 0 ? "" : i % 2 == 1 ? " | " : "\n");
      lines.append(String.format(Locale.ROOT, "%-40s", choices.get(i)));
    }
    return argument("argument " + argument + ": Invalid choice, valid choices are:\n\n" + lines);
  }

  /** The value of an option cannot be read. */
  static CommandLineException parameter(String option, String reason) {
    return new CommandLineException(
        USAGE, "\nError parsing parameter '" + option + "': " + reason + "\n");
  }

  /** The command line is well-formed, but its content is invalid. */
  static CommandLineException invalid(String text) {
    return new CommandLineException(USAGE, "\n" + text + "\n");
  }

  /** A value is not what its type asks for, in the one case that has another exit code. */
  static CommandLineException value(String text) {
    return new CommandLineException(FAILURE, "\n" + text + "\n");
  }

  /** The service's error. */
  static CommandLineException service(String code, String operation, String message) {
    return new CommandLineException(
        SERVICE_ERROR,
        "\nAn error occurred ("
            + code
            + ") when calling the "
            + operation
            + " operation: "
            + message
            + "\n");
  }

  /** An exception of this library, whose message says what is wrong. */
  static CommandLineException failure(RuntimeException e) {
    return failure(reason(e));
  }

  /** A message of this library without its beginning, to follow another one. */
  static String reason(RuntimeException e) {
    return String.valueOf(e.getMessage()).replaceFirst("^embedded-kms: ", "");
  }

  /** Something on this machine keeps the command from working. */
  static CommandLineException failure(String reason) {
    return new CommandLineException(FAILURE, "embedded-kms: " + reason + "\n");
  }
}
