package io.github.embeddedkms.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Collects the facts about a file on which {@link FileTrust} decides.
 *
 * <p>Works only where files have Unix owners and modes: call {@link #areKnown} first.
 */
final class FileFacts {

  private static final int ROOT_UID = 0;
  private static final int TYPE = 0170000;
  private static final int FIFO = 0010000;
  private static final int STICKY = 01000;
  private static final int WRITTEN_BY_OTHERS = 0002;

  /** The names under which Unix shows descriptors of this process. */
  private static final Pattern DESCRIPTOR =
      Pattern.compile("/dev/fd/(\\d+)|/proc/self/fd/(\\d+)|/dev/(stdin)");

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private FileFacts() {}

  /**
   * Returns whether the file system of a path has Unix owners and modes; FAT, for example, does
   * not.
   */
  static boolean areKnown(Path path) throws IOException {
    return path.getFileSystem().supportedFileAttributeViews().contains("unix")
        && Files.getFileStore(path).supportsFileAttributeView("posix");
  }

  /**
   * Returns the facts about a file or directory.
   *
   * @param file an absolute path without links
   */
  static FileTrust.Facts of(Path file) throws IOException {
    Mount mount = Mount.of(file);
    FileTrust.Place place = FileTrust.Place.WRITABLE;
    if (mount.isForSecrets(file)) {
      place = FileTrust.Place.SECRET_MOUNT;
    } else if (mount.readOnly()) {
      place = FileTrust.Place.READ_ONLY;
    }
    return of(file, place);
  }

  /** Returns the facts about a pipe: see {@link #isInheritedPipe}. */
  static FileTrust.Facts ofPipe(Path file) throws IOException {
    return of(file, FileTrust.Place.PIPE);
  }

  private static FileTrust.Facts of(Path file, FileTrust.Place place) throws IOException {
    int uid = (int) Files.getAttribute(file, "unix:uid");
    return new FileTrust.Facts(
        owner(file, uid), FileTrust.Mode.of(mode(file)), place, runsAsRoot());
  }

  private static FileTrust.Owner owner(Path file, int uid) throws IOException {
    OptionalInt us = effectiveUid();
    boolean ours =
        us.isPresent()
            ? us.getAsInt() == uid
            : Files.getOwner(file).getName().equals(System.getProperty("user.name"));
    if (ours) {
      return FileTrust.Owner.US;
    }
    return uid == ROOT_UID ? FileTrust.Owner.ROOT : FileTrust.Owner.ANOTHER;
  }

  private static boolean runsAsRoot() throws IOException {
    OptionalInt us = effectiveUid();
    return us.isPresent()
        ? us.getAsInt() == ROOT_UID
        : "root".equals(System.getProperty("user.name"));
  }

  /**
   * Returns the effective user id of this process. The user's name would not be enough: in
   * containers many users have no name. The owner of {@code /proc/self} is not reliable either: it
   * is root for some programs that were given privileges.
   */
  private static OptionalInt effectiveUid() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return OptionalInt.empty();
    }
    // Uid: real, effective, saved, file system
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("Uid:"))
        .mapToInt(line -> Integer.parseUnsignedInt(line.split("\\s+", 4)[2]))
        .findFirst();
  }

  /**
   * Returns whether a file is an anonymous pipe that this process was started with. A named pipe in
   * a directory does not count: anyone with write access to the directory could have created it.
   */
  static boolean isInheritedPipe(Path file) throws IOException {
    var descriptor = DESCRIPTOR.matcher(file.toString());
    if (!descriptor.matches()
        || !file.getFileSystem().supportedFileAttributeViews().contains("unix")
        || (mode(file) & TYPE) != FIFO) {
      return false;
    }
    if (!Files.isDirectory(DESCRIPTORS)) {
      return true;
    }
    String number = descriptor.group(3) != null ? "0" : file.getFileName().toString();
    return Files.readSymbolicLink(DESCRIPTORS.resolve(number)).toString().startsWith("pipe:");
  }

  /**
   * Returns whether all users can replace the files of a directory that the user of this process is
   * responsible for. The top directory of a mount is not counted: the platform that mounted it has
   * set its mode.
   *
   * @param directory an absolute path without links
   */
  static boolean isOpenToAll(Path directory) throws IOException {
    return (mode(directory) & (WRITTEN_BY_OTHERS | STICKY)) == WRITTEN_BY_OTHERS
        && of(directory).owner() == FileTrust.Owner.US
        && !Mount.of(directory).point().equals(directory);
  }

  private static int mode(Path file) throws IOException {
    return (int) Files.getAttribute(file, "unix:mode");
  }
}
