package io.github.embeddedkms.cli.terminal;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * How a failure ends a command. This is the one mapping from failures to messages and exit codes:
 *
 * <ul>
 *   <li>{@link CommandLineException}: its own message and exit code.
 *   <li>{@link ParameterException}: 252, with the usage for operations, as in the AWS CLI; with one
 *       line for all other commands.
 *   <li>Any other exception whose message begins {@code embedded-kms:}: one line and 255.
 *   <li>Anything else is a bug: a stack trace and 255.
 * </ul>
 *
 * @param lines for standard error, each with its line end
 * @param exitCode the exit code of the process
 */
public record FailureReport(String lines, int exitCode) {

  private static final String OURS = "embedded-kms: ";

  /**
   * Reports the failure of a command.
   *
   * @param failure anything that was thrown
   * @param command the command that failed
   * @return the report
   */
  public static FailureReport of(Throwable failure, CommandLine command) {
    if (failure instanceof ParameterException wrong) {
      return ofParameters(wrong);
    }
    return of(failure, command.getCommandName());
  }

  /**
   * Reports the failure of one step of a command.
   *
   * @param failure anything that was thrown
   * @param step what failed, an operation of the service for example
   * @return the report
   */
  public static FailureReport of(Throwable failure, String step) {
    String message = failure.getMessage();
    if (failure instanceof CommandLineException expected && message != null) {
      return new FailureReport(message, expected.exitCode());
    }
    if (message != null && message.startsWith(OURS) && !(failure instanceof Error)) {
      // The message may quote a row or a server, which must not add lines.
      String line = Escaping.escape(message + reason(failure.getCause()));
      return new FailureReport(line + "\n", CommandLineException.FAILURE);
    }
    return new FailureReport(
        OURS + step + " failed\n" + stackTrace(failure), CommandLineException.FAILURE);
  }

  /** The exceptions of files and databases are more specific than ours. */
  private static String reason(@Nullable Throwable cause) {
    return cause instanceof IOException || cause instanceof SQLException
        ? ": " + FileFailures.reason((Exception) cause)
        : "";
  }

  private static String stackTrace(Throwable failure) {
    StringWriter lines = new StringWriter();
    failure.printStackTrace(new TerminalWriter(lines));
    return lines.toString();
  }

  private static FailureReport ofParameters(ParameterException wrong) {
    CommandLine command = wrong.getCommandLine();
    // Only operations set this code.
    if (command.getCommandSpec().exitCodeOnInvalidInput() == CommandLineException.USAGE) {
      return of(CommandLineException.argument(message(wrong)), command);
    }
    // One line that says what is wrong, and where to read on; not a page of options.
    String name = command.getCommandSpec().qualifiedName();
    return new FailureReport(
        name + ": " + message(wrong) + "\nTry '" + name + " --help'.\n",
        CommandLineException.USAGE);
  }

  /** Some of picocli's messages begin with a prefix. */
  private static String message(ParameterException wrong) {
    return String.valueOf(wrong.getMessage()).replaceFirst("^Error: ", "");
  }

  /**
   * Prints the lines.
   *
   * @param err standard error
   * @return the exit code
   */
  public int print(PrintWriter err) {
    err.print(lines);
    err.flush();
    return exitCode;
  }
}
