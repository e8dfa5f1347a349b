package io.github.embeddedkms.cli.messages;

import io.github.embeddedkms.cli.terminal.CommandLineException;
import io.github.embeddedkms.cli.terminal.FileFailures;
import io.github.embeddedkms.cli.terminal.StandardOutput;
import io.github.embeddedkms.envelope.AtomicFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The destination of a command's result. A file appears under its name when it is complete, not
 * before. Standard output cannot wait for that: if it receives only a part, an error says so.
 *
 * <p>Errors name the destination.
 */
final class Output extends OutputStream {

  private final OutputStream out;
  private final String name;
  private final @Nullable AtomicFile file;
  private final PrintWriter err;
  private final Thread abandoning;
  private boolean begun;
  private boolean committed;

  private Output(OutputStream out, String name, @Nullable AtomicFile file, PrintWriter err) {
    this.out = out;
    this.name = name;
    this.file = file;
    this.err = err;
    this.abandoning = new Thread(this::abandon, "abandon");
  }

  /**
   * Begins a file.
   *
   * @param replaces whether another file may have the name; if not, none is ever replaced, not even
   *     one that appears before the commit
   */
  static Output toFile(Path file, boolean replaces, PrintWriter err) {
    try {
      AtomicFile atomic = replaces ? AtomicFile.create(file) : AtomicFile.createNew(file);
      Output output = new Output(atomic, file.toString(), atomic, err);
      // An interrupt from the keyboard ends the process without any finally.
      Runtime.getRuntime().addShutdownHook(output.abandoning);
      return output;
    } catch (IOException e) {
      throw unwritable(file.toString(), e);
    }
  }

  static Output toStandardOutput(StandardOutput out, PrintWriter err) {
    return new Output(out, "standard output", null, err);
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    begun |= length > 0;
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw unwritable(name, e);
    }
  }

  @Override
  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw unwritable(name, e);
    }
  }

  /** Completes the output: a file appears under its name. */
  void commit() {
    flush();
    if (file != null) {
      try {
        file.commit();
      } catch (FileAlreadyExistsException e) {
        throw unwritable(
            name,
            new IOException("the output file was created by another process in the meantime"));
      } catch (IOException e) {
        throw unwritable(name, e);
      }
    }
    committed = true;
  }

  /** Removes an incomplete result, or reports that it is incomplete. */
  @Override
  public void close() {
    if (file != null) {
      abandon();
      try {
        Runtime.getRuntime().removeShutdownHook(abandoning);
      } catch (IllegalStateException e) {
        // The shutdown has begun already.
      }
    } else if (begun && !committed) {
      err.println("embedded-kms: what was written to standard output is incomplete; discard it");
      err.flush();
    }
  }

  private void abandon() {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      err.println("embedded-kms: cannot remove the incomplete output for " + name);
      err.flush();
    }
  }

  private static CommandLineException unwritable(String name, IOException e) {
    // The file is new, so it is its directory that is missing.
    String reason = e instanceof NoSuchFileException ? "no such directory" : FileFailures.reason(e);
    return CommandLineException.failure("cannot write " + name + ": " + reason);
  }
}
