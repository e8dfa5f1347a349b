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
 * The files of a SQLite store: the database, and those that SQLite keeps beside it while it is
 * open. Creates the database so that from the start no one but its owner may read it, and
 * {@linkplain FileTrust checks} the owners and modes of all of them.
 */
final class StoreFiles {

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  /** The write-ahead log, its index, and the journal of other modes. */
  private static final String LOG = "-wal";

  private static final String JOURNAL = "-journal";
  private static final List<String> SIDE_FILE_SUFFIXES = List.of(LOG, "-shm", JOURNAL);

  /** As many links as Linux follows. */
  private static final int MAX_LINKS = 40;

  private StoreFiles() {}

  /**
   * Creates the file of a new store, with nothing in it, if there is none. SQLite would create it
   * with the mode that the umask gives; also where the name is a link that leads nowhere yet.
   */
  static void create(Path file) throws SQLException {
    try {
      Path target = target(file);
      if (Files.getFileStore(directory(target)).supportsFileAttributeView("posix")) {
        // Fails if anything has this name by now, a link too.
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
   * Checks the files that are there. One that is open to all users is made its owner's alone, where
   * that is possible; access for a group was given on purpose and stays. To be called before SQLite
   * opens the store, whose other files get the mode that the database has then, and after.
   *
   * @throws KeyStorageException if all users may write a file and this process cannot change that,
   *     or if one of SQLite's own files is a link
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
      // SQLite would write into a file of someone's choice.
      throw new KeyStorageException(
          "the store's file " + file + " is a link, which SQLite never creates; remove it");
    }
    try {
      checkFile(file);
    } catch (NoSuchFileException e) {
      // It comes and goes as other processes open and close the store.
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
      // Some file systems have one mode for all files, which is not the user's to change. The
      // materials are sealed all the same.
    }
  }

  /**
   * Refuses to read a database alone while changes to it wait in another file, or while a change
   * was left half done.
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
