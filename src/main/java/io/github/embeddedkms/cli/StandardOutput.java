package io.github.embeddedkms.cli;

import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a program prints, in UTF-8. Print writers ignore write errors; this class remembers them. A
 * reader that closes the pipe is not an error, a full disk is.
 */
final class StandardOutput extends OutputStream {

  private final OutputStream out;
  private final BooleanSupplier terminal;
  private @Nullable IOException failure;

  StandardOutput() {
    this(new FileOutputStream(FileDescriptor.out), Terminal::isStandardOutput);
  }

  /**
   * Of a test.
   *
   * @param terminal whether a terminal shows it
   */
  StandardOutput(OutputStream out, BooleanSupplier terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** Whether a terminal shows it. */
  boolean isTerminal() {
    return terminal.getAsBoolean();
  }

  PrintWriter writer() {
    return new PrintWriter(
        new BufferedWriter(new OutputStreamWriter(this, StandardCharsets.UTF_8)), false);
  }

  /** Why not everything was written; null if it was, or if the reader closed the pipe. */
  @Nullable String failure() {
    String reason = failure == null ? null : String.valueOf(failure.getMessage());
    // The system's own words: "Broken pipe", "The pipe is being closed".
    return reason == null || reason.contains("pipe") ? null : reason;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }
}
