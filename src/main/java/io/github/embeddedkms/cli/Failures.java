package io.github.embeddedkms.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Prints failures that are not service errors, for the person running the program. */
final class Failures {

  private static final String OURS = "embedded-kms: ";

  private Failures() {}

  /** An expected failure is one line. Anything else is a bug, and gets a stack trace. */
  static void print(PrintWriter err, String operation, Throwable failure) {
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
        ? ": " + ParameterFile.reason((Exception) cause)
        : "";
  }
}
