package io.github.embeddedkms.cli.messages;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.FileFailures;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file to read, or standard input. Errors name it. */
final class Input extends FilterInputStream {

  /** Means standard input or output when given in place of a file. */
  static final String STANDARD = "-";

  /** The size of a source whose size is not known before its end. */
  static final long UNKNOWN = -1;

  private final String name;
  private final @Nullable Path file;
  private final long size;

  private Input(InputStream in, String name, @Nullable Path file, long size) {
    super(in);
    this.name = name;
    this.file = file;
    this.size = size;
  }

  /**
   * Opens it.
   *
   * @param name of a file; null or {@code -} for standard input
   */
  static Input open(@Nullable String name, InputStream standardInput) {
    if (name == null || name.equals(STANDARD)) {
      return new Input(standardInput, "standard input", null, UNKNOWN);
    }
    try {
      Path file = Path.of(name);
      if (Files.isDirectory(file)) {
        throw new IOException("is a directory");
      }
      InputStream in = Files.newInputStream(file);
      // The size of a device or a named pipe is meaningless.
      return new Input(in, name, file, Files.isRegularFile(file) ? Files.size(file) : UNKNOWN);
    } catch (IOException | InvalidPathException e) {
      throw unreadable(name, e);
    }
  }

  /** Which file this is; null if it is none. */
  @Nullable Path file() {
    return file;
  }

  /** How many bytes there are to read, or {@link #UNKNOWN}. */
  long size() {
    return size;
  }

  @Override
  public int read() {
    byte[] single = new byte[1];
    return read(single, 0, 1) < 0 ? -1 : single[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    try {
      return in.read(bytes, offset, length);
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  @Override
  public void close() {
    if (file == null) {
      return; // standard input is the process's
    }
    try {
      in.close();
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  private static CommandLineException unreadable(String name, Exception e) {
    return CommandLineException.failure("cannot read " + name + ": " + FileFailures.reason(e));
  }
}
