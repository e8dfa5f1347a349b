package io.github.embeddedkms.store;

import io.github.embeddedkms.crypto.SystemRandom;
import io.github.embeddedkms.model.SecretBytes;
import java.io.IOException;
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
import java.util.Arrays;
import java.util.Collections;
import java.util.Set;

/** A root key in a file: 32 raw bytes that only the owner may read. */
final class RootKeyFile {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("---rw-rw-");

  private RootKeyFile() {}

  /** The key, to be closed. */
  static SecretBytes read(Path file) {
    // One byte more than a key, to see that none follows.
    ByteBuffer content = ByteBuffer.allocate(RootKey.KEY_BYTES + 1);
    try {
      // Links are followed: secrets of Kubernetes are links. Pipes would wait for a writer.
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw refused(file, "is no regular file");
      }
      if (isPosix(file) && !Collections.disjoint(Files.getPosixFilePermissions(file), OTHERS)) {
        throw refused(file, "may be read or written by group or others; set its mode to 0600");
      }
      try (SeekableByteChannel channel = Files.newByteChannel(file)) {
        while (content.hasRemaining() && channel.read(content) >= 0) {
          // A read may give fewer bytes than there are.
        }
      }
      if (content.position() != RootKey.KEY_BYTES) {
        throw refused(file, "does not have exactly 32 bytes");
      }
      return SecretBytes.filledBy(RootKey.KEY_BYTES, key -> content.flip().get(key));
    } catch (IOException e) {
      throw new UncheckedIOException("embedded-kms: cannot read the root key file " + file, e);
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
    // The mode is given at creation: set afterwards, there would be a moment to read the file in.
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
      // Until its directory is on the disk too, a crash may take the file away.
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
