package io.github.embeddedkms.envelope;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that appears under its name only when it is complete: it is written beside its place,
 * brought to the disk and then renamed. Closed without {@link #commit}, nothing remains of it; what
 * a killed process leaves behind has another name, which begins with a dot and ends in {@code
 * .tmp}.
 *
 * <p>Only its owner can read and write it. Not safe for use by several threads.
 */
public final class AtomicFile extends OutputStream {

  private final Path file;
  private final Path temporary;
  private final FileChannel channel;
  private boolean committed;

  private AtomicFile(Path file, Path temporary) throws IOException {
    this.file = file;
    this.temporary = temporary;
    this.channel = FileChannel.open(temporary, StandardOpenOption.WRITE);
  }

  /**
   * Begins a file.
   *
   * @param file its name; a file of that name is replaced by {@link #commit}, and left alone before
   * @return a stream, not buffered, that writes the new file
   * @throws IOException if no file can be made in that directory
   */
  public static AtomicFile create(Path file) throws IOException {
    // In the same directory, so that it is renamed and not copied.
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null || Files.isDirectory(file)) {
      throw new IOException(file + " is a directory");
    }
    Path temporary = Files.createTempFile(directory, "." + file.getFileName() + ".", ".tmp");
    return new AtomicFile(file, temporary);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /**
   * Brings the file to the disk and gives it its name.
   *
   * @throws IOException if that fails; a file of that name is then as it was before
   */
  public void commit() throws IOException {
    channel.force(true);
    channel.close();
    try {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    }
    committed = true;
    syncDirectory();
  }

  /** The name is on the disk only when its directory is. */
  private void syncDirectory() throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null && !System.getProperty("os.name", "").startsWith("Windows")) {
      try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
        entries.force(true);
      }
    }
  }

  /** Removes what was written, unless it was committed. Closing again does nothing. */
  @Override
  public void close() throws IOException {
    channel.close();
    if (!committed) {
      Files.deleteIfExists(temporary);
    }
  }
}
