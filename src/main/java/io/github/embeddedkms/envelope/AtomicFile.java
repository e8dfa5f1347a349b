package io.github.embeddedkms.envelope;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that appears under its name only when it is complete: it is written under a temporary name
 * in the same directory, forced to the disk and then renamed. Closed without {@link #commit},
 * nothing remains of it; a killed process leaves only a file with a temporary name, {@code
 * .embedded-kms-….tmp}.
 *
 * <p>Only its owner can read and write it. A symbolic link stays, and the file that it leads to is
 * replaced. Not safe for use by several threads.
 */
public final class AtomicFile extends OutputStream {

  private static final boolean WINDOWS = System.getProperty("os.name", "").startsWith("Windows");

  private final Path file;
  private final Path temporary;
  private final FileChannel channel;
  private final boolean replaces;
  private boolean committed;

  private AtomicFile(Path file, Path temporary, FileChannel channel, boolean replaces) {
    this.file = file;
    this.temporary = temporary;
    this.channel = channel;
    this.replaces = replaces;
  }

  /**
   * Begins a file.
   *
   * @param file its name; a file of that name is replaced by {@link #commit}, and left alone before
   * @return a stream, not buffered, that writes the new file
   * @throws IOException if no file can be created in that directory, or the name is taken by
   *     something that is not a file: a directory, a device, a pipe
   */
  public static AtomicFile create(Path file) throws IOException {
    Path place = Files.isSymbolicLink(file) ? file.toRealPath() : file.toAbsolutePath();
    if (Files.exists(place) && !Files.isRegularFile(place)) {
      throw new IOException(file + " is no regular file");
    }
    return begin(place, true);
  }

  /**
   * Begins a file that never replaces another: if anything of that name is there when {@link
   * #commit} is called, a file, a directory or a symbolic link, even a dangling one, it stays and
   * the commit fails.
   *
   * <p>The new name is a hard link until the temporary one is removed. On a file system without
   * hard links the name is first taken by an empty file, which a killed process may leave behind.
   *
   * @param file its name
   * @return a stream, not buffered, that writes the new file; its {@link #commit} throws {@link
   *     FileAlreadyExistsException} if the name has been taken meanwhile
   * @throws FileAlreadyExistsException if the name is taken already
   * @throws IOException if no file can be created in that directory
   */
  public static AtomicFile createNew(Path file) throws IOException {
    Path place = file.toAbsolutePath();
    if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    return begin(place, false);
  }

  private static AtomicFile begin(Path place, boolean replaces) throws IOException {
    // In the same directory, so that it is renamed and not copied.
    Path temporary = Files.createTempFile(directory(place), ".embedded-kms-", ".tmp");
    try {
      return new AtomicFile(
          place, temporary, FileChannel.open(temporary, StandardOpenOption.WRITE), replaces);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
  }

  /** An absolute file has one, unless it has no name. */
  private static Path directory(Path place) throws IOException {
    Path directory = place.getParent();
    if (directory == null) {
      throw new IOException(place + " is no name of a file");
    }
    return directory;
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
   * Forces the file to the disk and gives it its name.
   *
   * @throws FileAlreadyExistsException if it was begun by {@link #createNew} and the name has been
   *     taken meanwhile; what has the name stays as it is
   * @throws IOException if that fails; a file of that name is then as it was before, unless the
   *     disk fails at the very end, when the file has its name but may lose it in a crash
   */
  public void commit() throws IOException {
    channel.force(true);
    channel.close();
    if (WINDOWS) {
      rename(); // directories cannot be opened there
      return;
    }
    // The name is on the disk only when its directory is. Opened before: it may not be readable.
    try (FileChannel directory = FileChannel.open(directory(file), StandardOpenOption.READ)) {
      rename();
      directory.force(true);
    }
  }

  private void rename() throws IOException {
    if (replaces) {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } else if (WINDOWS) {
      // The system refuses to replace. Elsewhere, this would look first and then replace.
      Files.move(temporary, file);
    } else {
      link();
    }
    committed = true;
  }

  /** Takes a new name in one step: of rename and link, only the latter never replaces. */
  private void link() throws IOException {
    try {
      Files.createLink(file, temporary);
    } catch (FileAlreadyExistsException e) {
      // Its message contains the temporary name as well.
      throw new FileAlreadyExistsException(file.toString());
    } catch (IOException | UnsupportedOperationException e) {
      renameToClaimedName();
      return;
    }
    committed = true;
    removeSecondName();
  }

  /** The file is complete under its name, so this cannot fail the commit any more. */
  private void removeSecondName() {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      // The second name stays, as after a killed process.
    }
  }

  /** Where there are no hard links: the name is taken first, and then what has it is replaced. */
  void renameToClaimedName() throws IOException {
    Files.createFile(file);
    try {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(file);
      throw e;
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
