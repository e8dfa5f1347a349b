package io.github.embeddedkms.cli.terminal;

import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a program prints, in UTF-8. Print writers ignore write errors; this class remembers them. A
 * reader that closes the pipe is not an error, a full disk is.
 */
public final class StandardOutput extends OutputStream {

  private final OutputStream out;
  private final BooleanSupplier terminal;
  private @Nullable IOException failure;

  /** Creates the standard output of the process. */
  public StandardOutput() {
    this(new FileOutputStream(FileDescriptor.out), Terminal::isStandardOutput);
  }

  /**
   * Creates an output for a test.
   *
   * @param out receives the bytes
   * @param terminal whether a terminal shows them
   */
  public StandardOutput(OutputStream out, BooleanSupplier terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * Says whether a terminal shows what is written.
   *
   * @return false for a file or a pipe
   */
  public boolean isTerminal() {
    return terminal.getAsBoolean();
  }

  /**
   * Returns a writer for text, which is written in UTF-8 when the writer is flushed.
   *
   * @return a new writer
   */
  public TerminalWriter writer() {
    return new TerminalWriter(
        new BufferedWriter(new OutputStreamWriter(this, StandardCharsets.UTF_8)));
  }

  /**
   * Says why the output is incomplete.
   *
   * @return the reason; null if everything was written, or if the reader closed the pipe
   */
  public @Nullable String failure() {
    if (failure == null) {
      return null;
    }
    String reason = String.valueOf(failure.getMessage());
    // The system's own words: "Broken pipe", "The pipe is being closed". They may be in another
    // language.
    return reason.contains("pipe") || reason.equals(ofBrokenPipe()) ? null : reason;
  }

  /** Breaks a pipe, and returns what the system says to that; null if it accepts it. */
  private static @Nullable String ofBrokenPipe() {
    try {
      Pipe pipe = Pipe.open();
      try (Pipe.SinkChannel sink = pipe.sink()) {
        pipe.source().close();
        sink.write(ByteBuffer.allocate(1));
        return null;
      }
    } catch (IOException e) {
      return e.getMessage();
    }
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
