package io.github.embeddedkms.cli.terminal;

import java.io.IOException;

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
