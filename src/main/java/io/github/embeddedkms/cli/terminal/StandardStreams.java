package io.github.embeddedkms.cli.terminal;

import java.io.InputStream;

/**
 * The standard streams of the process. Implemented by the program, which picocli injects into its
 * commands.
 */
public interface StandardStreams {

  /**
   * Returns standard input, for commands that read bytes.
   *
   * @return the stream, which commands must not close
   */
  InputStream standardInput();

  /**
   * Returns standard output, for commands that write bytes. Text goes to the writer that every
   * command has.
   *
   * @return the stream, which commands must not close
   */
  StandardOutput standardOutput();

  /**
   * Returns the writer for standard error, which is also that of every command.
   *
   * @return the writer, which commands must not close
   */
  TerminalWriter standardError();
}
