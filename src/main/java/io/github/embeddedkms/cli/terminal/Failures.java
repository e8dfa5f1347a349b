package io.github.embeddedkms.cli.terminal;

import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Prints failures that are not service errors, for the person running the program. */
public final class Failures {

  private static final String OURS = "embedded-kms: ";

  private Failures() {}

  /**
   * Prints a failure. An expected one is one line. Anything else is a bug and gets a stack trace.
   *
   * @param err standard error
   * @param operation what failed
   * @param failure why
   */
  public static void print(PrintWriter err, String operation, Throwable failure) {
    String message = failure.getMessage();
    if (message != null && message.startsWith(OURS) && !(failure instanceof Error)) {
      err.println(message + reason(failure.getCause()));
    } else {
      err.println(OURS + operation + " failed");
      failure.printStackTrace(err);
    }
    err.flush();
  }

  /** The exceptions of files and databases are more specific than ours. */
  private static String reason(@Nullable Throwable cause) {
    return cause instanceof IOException || cause instanceof SQLException
        ? ": " + FileFailures.reason((Exception) cause)
        : "";
  }
}
