package io.github.embeddedkms.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/**
 * The files of a SQLite store: the database, and the files that SQLite keeps next to it while it is
 * open. Creates the database with a mode that lets only its owner read it, and {@linkplain
 * FileTrust checks} the owners and modes of all files.
 */
final class StoreFiles {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  /** The write-ahead log. */
  private static final String LOG = "-wal";

  /** The journal of SQLite's other journal modes. */
  private static final String JOURNAL = "-journal";

  /** The write-ahead log, its index, and the journal. */
  private static final List<String> SIDE_FILE_SUFFIXES = List.of(LOG, "-shm", JOURNAL);

  /** The number of links that Linux follows. */
  private static final int MAX_LINKS = 40;

  private StoreFiles() {}

  /**
   * Creates the file of a new store, empty, if it does not exist, also if its name is a link to a
   * file that does not exist yet. SQLite would create it with the mode of the umask.
   */
  static void create(Path file) throws SQLException {
    try {
      Path target = target(file);
      if (Files.getFileStore(directory(target)).supportsFileAttributeView("posix")) {
        // Fails if a file or a link of this name already exists.
        Files.createFile(target, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      }
    } catch (FileAlreadyExistsException e) {
      // The usual case.
    } catch (IOException e) {
      throw new SQLException("cannot create " + file, e);
    }
  }

  private static Path target(Path file) throws IOException {
    Path target = file.toAbsolutePath();
    for (int links = 0; Files.isSymbolicLink(target); links++) {
      if (links == MAX_LINKS) {
        throw new FileSystemException(file.toString(), null, "too many links");
      }
      target = target.resolveSibling(Files.readSymbolicLink(target));
    }
    return target;
  }

  /**
   * Checks the existing files. A file that is open to all users gets mode 0600, where possible;
   * access for a group is assumed to be deliberate, and stays. Must be called before SQLite opens
   * the store, because SQLite gives its other files the mode that the database has then, and again
   * afterwards.
   *
   * @throws KeyStorageException if a file is writable by all users and this process cannot change
   *     that, or if one of SQLite's other files is a link
   */
  static void check(Path file) throws SQLException {
    try {
      if (Files.exists(file) && FileFacts.areKnown(file)) {
        Path database = file.toRealPath();
        checkFile(database);
        for (String suffix : SIDE_FILE_SUFFIXES) {
          checkSideFile(sideFile(database, suffix));
        }
      }
    } catch (IOException e) {
      throw new SQLException("cannot check the owners and modes of " + file, e);
    }
  }

  private static void checkSideFile(Path file) throws IOException {
    if (Files.isSymbolicLink(file)) {
      // SQLite would write to a file that an attacker has chosen.
      throw new KeyStorageException(
          "the store's file " + file + " is a link, which SQLite never creates; remove it");
    }
    try {
      checkFile(file);
    } catch (NoSuchFileException e) {
      // These files come and go as other processes open and close the store.
    }
  }

  private static void checkFile(Path file) throws IOException {
    FileTrust.Verdict verdict = FileTrust.of(FileTrust.Purpose.STORE, FileFacts.of(file));
    switch (verdict.action()) {
      case ACCEPT -> {}
      case TIGHTEN -> tighten(file);
      case REFUSE ->
          throw new KeyStorageException("the store's file " + file + " " + verdict.reason());
    }
  }

  private static void tighten(Path file) {
    try {
      Files.setPosixFilePermissions(file, OWNER_ONLY);
    } catch (IOException e) {
      // Some file systems have one mode for all files, which the user cannot change. The materials
      // are sealed anyway.
    }
  }

  /**
   * Refuses to read only the database file while changes to it are still in another file, or a
   * change was left half done.
   *
   * @param database an absolute path without links
   */
  static void requireComplete(Path database) throws IOException {
    for (String suffix : List.of(LOG, JOURNAL)) {
      Path changes = sideFile(database, suffix);
      if (Files.exists(changes) && Files.size(changes) > 0) {
        throw new KeyStorageException(
            "the store cannot be opened for reading only: changes to it wait in "
                + changes
                + "; open it for writing once, or read a copy made by VACUUM INTO");
      }
    }
  }

  private static Path sideFile(Path database, String suffix) {
    return database.resolveSibling(database.getFileName() + suffix);
  }

  private static Path directory(Path file) {
    Path parent = file.getParent();
    return parent == null ? file : parent;
  }
}
