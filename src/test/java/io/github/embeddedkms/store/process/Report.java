package io.github.embeddedkms.store.process;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The report of a process that is going to be killed, line by line. Nothing is buffered on this
 * side of the pipe, so that no reported line is lost.
 */
public final class Report {

  private static final FileOutputStream PIPE = new FileOutputStream(FileDescriptor.out);

  private Report() {}

  /** From now on, a thread that fails ends the process; the report then ends with the reason. */
  public static void endWithFailures() {
    Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> fail(failure));
  }

  /** Ends the process, and ends the report with the reason. */
  public static void fail(Throwable failure) {
    StringBuilder reason = new StringBuilder("failed");
    for (Throwable next = failure; next != null; next = next.getCause()) {
      reason.append(" because of ").append(next).append(' ');
      reason.append(Arrays.toString(next.getStackTrace()));
    }
    say(reason.toString().replace('\n', ' '));
    Runtime.getRuntime().halt(1);
  }

  /** Makes a change between its announcement and its acknowledgement. */
  public static void change(String change, Runnable action) {
    say("try " + change);
    action.run();
    say("done " + change);
  }

  public static synchronized void say(String line) {
    try {
      // One write, so that a line is reported completely or not at all.
      PIPE.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
