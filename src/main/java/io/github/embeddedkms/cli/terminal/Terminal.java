package io.github.embeddedkms.cli.terminal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether a stream is shown on a terminal. The JDK says so only for standard input and output
 * together, so the shell is asked, which every system but Windows has.
 *
 * <p>Source: POSIX.1-2024, "test", operator {@code -t}.
 */
public final class Terminal {

  private Terminal() {}

  static boolean isStandardOutput() {
    return isTerminal(1);
  }

  /**
   * Says whether standard error is shown on a terminal.
   *
   * @return false for a file or a pipe, and where there is no shell
   */
  public static boolean isStandardError() {
    return isTerminal(2);
  }

  /**
   * Returns the width of the terminal that the process belongs to.
   *
   * @return the number of columns; empty if there is no terminal or it has no width
   */
  public static OptionalInt columns() {
    try {
      Process size = new ProcessBuilder("/bin/sh", "-c", "stty size </dev/tty 2>/dev/null").start();
      try (InputStream out = size.getInputStream()) {
        return columns(new String(out.readAllBytes(), StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      return OptionalInt.empty(); // no shell
    }
  }

  /** Reads the rows and columns that {@code stty size} prints. */
  static OptionalInt columns(String size) {
    Matcher columns = Pattern.compile("\\d{1,5} ([1-9]\\d{0,4})\n").matcher(size);
    return columns.matches()
        ? OptionalInt.of(Integer.parseInt(columns.group(1)))
        : OptionalInt.empty();
  }

  private static boolean isTerminal(int descriptor) {
    try {
      // It takes over the descriptors of this process, reads nothing and prints nothing.
      return new ProcessBuilder("/bin/sh", "-c", "test -t " + descriptor)
              .inheritIO()
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // no shell
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
