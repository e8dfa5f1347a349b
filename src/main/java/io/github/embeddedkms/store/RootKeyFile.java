package io.github.embeddedkms.store;

import io.github.embeddedkms.crypto.SystemRandom;
import io.github.embeddedkms.model.SecretBytes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Reads and creates root key files: 32 raw bytes that other users can neither read nor replace. */
final class RootKeyFile {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  /** As long as the longest wait of this library, since the command may prompt its user. */
  private static final Duration PIPE_TIMEOUT = Duration.ofSeconds(60);

  private RootKeyFile() {}

  /** Reads the key, which the caller closes. */
  static SecretBytes read(Path file) {
    return read(file, PIPE_TIMEOUT);
  }

  /** For tests: with another timeout for pipes. */
  static SecretBytes read(Path file, Duration pipeTimeout) {
    try {
      return FileFacts.isInheritedPipe(file) ? readPipe(file, pipeTimeout) : readFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException("embedded-kms: cannot read the root key file " + file, e);
    }
  }

  private static SecretBytes readFile(Path file) throws IOException {
    // Links are followed, since Kubernetes secrets are links. The file that they lead to now is the
    // one that is checked and read. Other kinds of files are refused: reading a named pipe would
    // wait for a writer.
    Path real = file.toRealPath();
    if (!Files.isRegularFile(real)) {
      throw refused(file, "is not a regular file");
    }
    if (FileFacts.areKnown(real)) {
      requireTrust(file, FileFacts.of(real));
      requireProtected(file, directory(real));
      requireProtected(file, directory(file).toRealPath());
    }
    return readKey(file, real);
  }

  private static void requireTrust(Path file, FileTrust.Facts facts) {
    FileTrust.Verdict verdict = FileTrust.of(FileTrust.Purpose.ROOT_KEY, facts);
    if (verdict.action() == FileTrust.Action.REFUSE) {
      throw refused(file, verdict.reason());
    }
  }

  private static void requireProtected(Path file, Path directory) throws IOException {
    if (FileFacts.isOpenToAll(directory)) {
      throw refused(
          file, "can be replaced by all users; run chmod o-w on the directory " + directory);
    }
  }

  /** Reads in a separate thread: the command at the other end may neither write nor end. */
  private static SecretBytes readPipe(Path pipe, Duration timeout) throws IOException {
    requireTrust(pipe, FileFacts.ofPipe(pipe));
    FutureTask<SecretBytes> reading = new FutureTask<>(() -> readKey(pipe, pipe));
    Thread reader = new Thread(reading, "embedded-kms root key");
    reader.setDaemon(true);
    reader.start();
    try {
      return reading.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw refused(pipe, "gave no key within " + timeout.toSeconds() + " seconds");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading a pipe");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IllegalArgumentException refusal) {
        throw refusal;
      }
      throw new IOException("cannot read the pipe", e.getCause());
    } finally {
      // The interrupt closes the channel that the thread is waiting for.
      reading.cancel(true);
    }
  }

  private static SecretBytes readKey(Path named, Path file) throws IOException {
    // One byte more than a key, to detect a file that is too long.
    ByteBuffer content = ByteBuffer.allocate(RootKey.KEY_BYTES + 1);
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      while (content.hasRemaining() && channel.read(content) >= 0) {
        // A read may return fewer bytes than are available.
      }
      if (content.position() != RootKey.KEY_BYTES) {
        throw refused(named, "does not have exactly 32 bytes");
      }
      return SecretBytes.filledBy(RootKey.KEY_BYTES, key -> content.flip().get(key));
    } finally {
      Arrays.fill(content.array(), (byte) 0);
    }
  }

  static void create(Path file) {
    byte[] key = new byte[RootKey.KEY_BYTES];
    try {
      SystemRandom.create().nextBytes(key);
      write(file, key);
    } catch (IOException e) {
      throw new UncheckedIOException("embedded-kms: cannot create the root key file " + file, e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static void write(Path file, byte[] key) throws IOException {
    boolean posix = isPosix(directory(file));
    // The mode is set at creation. If it were set afterwards, others could read the file in
    // between.
    FileAttribute<?>[] attributes =
        posix
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
            : new FileAttribute<?>[0];
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(file, options, attributes)) {
      ByteBuffer content = ByteBuffer.wrap(key);
      while (content.hasRemaining()) {
        channel.write(content);
      }
      channel.force(true);
    }
    if (posix) {
      // Until the directory is on disk as well, a crash may lose the file.
      try (FileChannel channel = FileChannel.open(directory(file), StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static boolean isPosix(Path path) {
    return Files.getFileAttributeView(path, PosixFileAttributeView.class) != null;
  }

  private static Path directory(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file : parent;
  }

  private static IllegalArgumentException refused(Path file, String why) {
    return new IllegalArgumentException("embedded-kms: the root key file " + file + " " + why);
  }
}
