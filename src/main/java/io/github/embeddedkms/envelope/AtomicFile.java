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
 * in the same directory, forced to the disk and then renamed. If it is closed without {@link
 * #commit}, it is deleted. A killed process leaves only a file with a temporary name, {@code
 * .embedded-kms-….tmp}.
 *
 * <p>Only the owner of the file can read and write it. A symbolic link is kept, and its target is
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
   * @param file the name of the file; {@link #commit} replaces an existing file of that name, which
   *     stays unchanged until then
   * @return a stream, not buffered, that writes the new file
   * @throws IOException if no file can be created in that directory, or the name belongs to
   *     something other than a regular file: a directory, a device, a pipe
   */
  public static AtomicFile create(Path file) throws IOException {
    Path place = Files.isSymbolicLink(file) ? file.toRealPath() : file.toAbsolutePath();
    if (Files.exists(place) && !Files.isRegularFile(place)) {
      throw new IOException(file + " is not a regular file");
    }
    return begin(place, true);
  }

  /**
   * Begins a file that never replaces another. If anything of that name exists when {@link #commit}
   * is called (a file, a directory or a symbolic link, even a dangling one), it is kept and the
   * commit fails.
   *
   * <p>The new name is a hard link until the temporary name is removed. On a file system without
   * hard links, the name is first claimed by an empty file, which a killed process may leave
   * behind.
   *
   * @param file the name of the file
   * @return a stream, not buffered, that writes the new file; its {@link #commit} throws {@link
   *     FileAlreadyExistsException} if the name has been taken meanwhile
   * @throws FileAlreadyExistsException if the name is already taken
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
    // In the same directory, so that the file can be renamed rather than copied.
    Path temporary = Files.createTempFile(directory(place), ".embedded-kms-", ".tmp");
    try {
      return new AtomicFile(
          place, temporary, FileChannel.open(temporary, StandardOpenOption.WRITE), replaces);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
  }

  /** Returns the parent of an absolute path. Only the root, which is not a file name, has none. */
  private static Path directory(Path place) throws IOException {
    Path directory = place.getParent();
    if (directory == null) {
      throw new IOException(place + " is not a file name");
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
   * @throws FileAlreadyExistsException if the file was begun by {@link #createNew} and the name has
   *     been taken meanwhile; the other file stays unchanged
   * @throws IOException if that fails; an existing file of that name is then unchanged, unless the
   *     disk fails at the very end: the new file then has its name, but may lose it in a crash
   */
  public void commit() throws IOException {
    channel.force(true);
    channel.close();
    if (WINDOWS) {
      rename(); // Windows cannot open directories
      return;
    }
    // The name is on the disk only when its directory is. The directory is opened before the
    // rename, because it may not be readable.
    try (FileChannel directory = FileChannel.open(directory(file), StandardOpenOption.READ)) {
      rename();
      directory.force(true);
    }
  }

  private void rename() throws IOException {
    if (replaces) {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } else if (WINDOWS) {
      // Windows refuses to replace. Elsewhere, this call would check for the file and replace it in
      // two steps.
      Files.move(temporary, file);
    } else {
      link();
    }
    committed = true;
  }

  /** Gives the file its new name in one step: a link never replaces another file, a rename does. */
  private void link() throws IOException {
    try {
      Files.createLink(file, temporary);
    } catch (FileAlreadyExistsException e) {
      // The message of the caught exception also contains the temporary name.
      throw new FileAlreadyExistsException(file.toString());
    } catch (IOException | UnsupportedOperationException e) {
      renameToClaimedName();
      return;
    }
    committed = true;
    removeSecondName();
  }

  /**
   * Removes the temporary name. The file is already complete under its own name, so a failure here
   * does not fail the commit.
   */
  private void removeSecondName() {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      // The temporary name stays, as it does after a killed process.
    }
  }

  /**
   * For file systems without hard links: claims the name with an empty file and then replaces that.
   */
  void renameToClaimedName() throws IOException {
    Files.createFile(file);
    try {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  /** Deletes the file, unless it was committed. Closing again does nothing. */
  @Override
  public void close() throws IOException {
    channel.close();
    if (!committed) {
      Files.deleteIfExists(temporary);
    }
  }
}
