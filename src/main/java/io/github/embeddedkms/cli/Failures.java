package io.github.embeddedkms.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Failures that are no answer of the service, for whoever runs the program. */
final class Failures {

  private static final String OURS = "embedded-kms: ";

  private Failures() {}

  /** What was foreseen is one line; anything else is a bug, and worth a stack trace. */
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

  /** Files and databases say more than we do. */
  private static String reason(@Nullable Throwable cause) {
    return cause instanceof IOException || cause instanceof SQLException
        ? ": " + ParameterFile.reason((Exception) cause)
        : "";
  }
}
