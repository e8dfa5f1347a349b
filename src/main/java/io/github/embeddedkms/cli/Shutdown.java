package io.github.embeddedkms.cli;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.FailureReport;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends a server that was asked to stop. Its resources are closed in order, but a database that
 * hangs must not keep the process running: after a deadline it ends without closing the rest.
 */
final class Shutdown {

  private final Duration deadline;
  private final Duration messageTimeout;
  private final PrintWriter err;

  /**
   * Creates a shutdown that has not begun.
   *
   * @param deadline how long closing may take
   * @param messageTimeout how long a message may take: the reader of standard error may hang too
   */
  Shutdown(Duration deadline, Duration messageTimeout, PrintWriter err) {
    this.deadline = deadline;
    this.messageTimeout = messageTimeout;
    this.err = err;
  }

  /**
   * Closes everything in order and waits for that, until the deadline. A failure does not keep the
   * rest from being closed; only the first one is reported.
   *
   * @return the exit code: 0 if all was closed, 255 if not, and then a message was printed
   */
  int close(List<Runnable> closings) {
    CompletableFuture<Void> closed = run("close", () -> closeAll(closings));
    try {
      closed.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
      return 0;
    } catch (TimeoutException e) {
      say(
          () ->
              err.println(
                  "embedded-kms: the store is still in use after "
                      + deadline.toSeconds()
                      + " seconds; ended without closing it. Changes that were confirmed are kept; check whether its database hangs"));
    } catch (ExecutionException e) {
      say(() -> FailureReport.of(Objects.requireNonNull(e.getCause()), "closing").print(err));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return CommandLineException.FAILURE;
  }

  private static void closeAll(List<Runnable> closings) {
    Throwable first = null;
    for (Runnable closing : closings) {
      try {
        closing.run();
      } catch (RuntimeException | Error e) {
        first = first == null ? e : first;
      }
    }
    if (first instanceof RuntimeException e) {
      throw e;
    }
    if (first instanceof Error e) {
      throw e;
    }
  }

  private void say(Runnable message) {
    try {
      run(
              "say",
              () -> {
                message.run();
                err.flush();
              })
          .get(messageTimeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // The message cannot be delivered.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** On a new thread: the threads of a pool may all be waiting for what hangs. */
  private static CompletableFuture<Void> run(String name, Runnable work) {
    return CompletableFuture.runAsync(
        work,
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          thread.start();
        });
  }
}
