package io.github.embeddedkms.cli;

import io.github.embeddedkms.cli.terminal.FailureReport;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * Prints the failures of a server for the person running it; clients get an internal error. The
 * provider reports those of its storage, which the endpoint sees as service errors. Other failures
 * are reported by both, and are printed once.
 *
 * <p>Safe for use by several threads.
 */
final class FailureLog {

  /** The last failure of a provider: the endpoint reports it in the same thread, if at all. */
  private static final ThreadLocal<@Nullable Throwable> PRINTED = new ThreadLocal<>();

  private final PrintWriter err;

  FailureLog(PrintWriter err) {
    this.err = err;
  }

  void ofProvider(String operation, Throwable failure) {
    PRINTED.set(failure);
    print(operation, failure);
  }

  void ofEndpoint(String operation, Throwable failure) {
    if (failure != PRINTED.get()) {
      print(operation, failure);
    }
    PRINTED.remove();
  }

  private void print(String operation, Throwable failure) {
    FailureReport.of(failure, operation).print(err);
  }
}
