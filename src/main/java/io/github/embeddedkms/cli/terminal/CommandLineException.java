package io.github.embeddedkms.cli.terminal;

import java.util.List;
import java.util.Locale;

/**
 * A command that ends without having done its work. Its message is for standard error; its exit
 * code is the one that the AWS CLI has for the same failure.
 *
 * <p>Source: AWS CLI User Guide, "Command line return codes".
 */
public final class CommandLineException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The exit code for a wrong command line. */
  public static final int USAGE = 252;

  /**
   * The exit code for an environment in which the command cannot run: no credentials for example.
   */
  public static final int CONFIGURATION = 253;

  /** The exit code for an error that the service returned. */
  public static final int SERVICE_ERROR = 254;

  /** The exit code for any other failure. */
  public static final int FAILURE = 255;

  private static final String USAGE_TEXT =
      """
      usage: embedded-kms <command> [parameters]
      To see help text, you can run:

        embedded-kms --help
        embedded-kms <command> --help

      """;

  private final int exitCode;

  private CommandLineException(int exitCode, String lines) {
    super(lines);
    this.exitCode = exitCode;
  }

  /**
   * Returns the exit code.
   *
   * @return {@link #USAGE}, {@link #CONFIGURATION}, {@link #SERVICE_ERROR} or {@link #FAILURE}
   */
  public int exitCode() {
    return exitCode;
  }

  /**
   * The command line cannot be parsed.
   *
   * @param reason what is wrong with it
   * @return the exception
   */
  public static CommandLineException usage(String reason) {
    return new CommandLineException(USAGE, "\n" + USAGE_TEXT + reason + "\n\n");
  }

  /**
   * One argument is missing or wrong.
   *
   * @param reason what is wrong with it
   * @return the exception
   */
  public static CommandLineException argument(String reason) {
    return usage("embedded-kms: error: " + reason);
  }

  /**
   * A word is not one of the choices, which are shown two to a line.
   *
   * @param argument the option or the position of the word
   * @param choices what it may be
   * @return the exception
   */
  public static CommandLineException invalidChoice(String argument, List<String> choices) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < choices.size(); i++) {
      lines.append(i == 0 ? "" : i % 2 == 1 ? " | " : "\n");
      lines.append(String.format(Locale.ROOT, "%-40s", choices.get(i)));
    }
    return argument("argument " + argument + ": Invalid choice, valid choices are:\n\n" + lines);
  }

  /**
   * The same, with the choices that the word may mean.
   *
   * @param argument the option or the position of the word
   * @param word the word
   * @param choices what it may be
   * @return the exception
   */
  public static CommandLineException invalidChoice(
      String argument, String word, List<String> choices) {
    CommandLineException plain = invalidChoice(argument, choices);
    List<String> meant = CloseMatches.of(word, choices);
    if (meant.isEmpty()) {
      return plain;
    }
    return new CommandLineException(
        USAGE,
        String.valueOf(plain.getMessage()).replaceFirst("\n\n$", "")
            + "\n\n\nInvalid choice: '"
            + word
            + "', maybe you meant:\n\n  * "
            + String.join("\n  * ", meant)
            + "\n\n");
  }

  /**
   * The value of an option cannot be read.
   *
   * @param option the name of the option
   * @param reason what is wrong with its value
   * @return the exception
   */
  public static CommandLineException parameter(String option, String reason) {
    return new CommandLineException(
        USAGE, "\nError parsing parameter '" + option + "': " + reason + "\n");
  }

  /**
   * The command line is well-formed, but its content is invalid.
   *
   * @param lines what is wrong with it
   * @return the exception
   */
  public static CommandLineException invalid(String lines) {
    return new CommandLineException(USAGE, "\n" + lines + "\n");
  }

  /**
   * A value is not of the type of its parameter, in the one case in which the AWS CLI has another
   * exit code.
   *
   * @param reason what is wrong with it
   * @return the exception
   */
  public static CommandLineException value(String reason) {
    return new CommandLineException(FAILURE, "\n" + reason + "\n");
  }

  /**
   * The JVM has replaced characters of the arguments that its locale does not have.
   *
   * @return the exception
   */
  public static CommandLineException locale() {
    return new CommandLineException(
        USAGE, "embedded-kms: this locale cannot express the arguments; set LC_ALL=C.UTF-8\n");
  }

  /**
   * The service returned an error.
   *
   * @param code the error code as on the wire
   * @param operation the name of the operation
   * @param message the message; empty if the error has none
   * @return the exception
   */
  public static CommandLineException service(String code, String operation, String message) {
    return new CommandLineException(
        SERVICE_ERROR,
        "\nAn error occurred ("
            + Escaping.escape(code)
            + ") when calling the "
            + operation
            + " operation: "
            + Escaping.escape(message)
            + "\n");
  }

  /**
   * A variable of the environment is missing or wrong.
   *
   * @param reason what to set, or what is wrong with it
   * @return the exception
   */
  public static CommandLineException configuration(String reason) {
    return new CommandLineException(
        CONFIGURATION, "embedded-kms: " + Escaping.escape(reason) + "\n");
  }

  /**
   * An exception of this library, whose message says what is wrong.
   *
   * @param e the exception
   * @return the exception of the command
   */
  public static CommandLineException failure(RuntimeException e) {
    return failure(reason(e));
  }

  /**
   * Something on this machine keeps the command from working.
   *
   * @param reason what it is
   * @return the exception
   */
  public static CommandLineException failure(String reason) {
    return new CommandLineException(FAILURE, "embedded-kms: " + Escaping.escape(reason) + "\n");
  }

  /**
   * Returns a message of this library without its prefix, to follow other words.
   *
   * @param e an exception of this library
   * @return the message
   */
  public static String reason(RuntimeException e) {
    return String.valueOf(e.getMessage()).replaceFirst("^embedded-kms: ", "");
  }
}
