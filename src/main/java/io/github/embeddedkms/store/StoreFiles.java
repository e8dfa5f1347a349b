package io.github.embeddedkms.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
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

  /** SQLite's code for a database that begins with its header, and is damaged after it. */
  private static final int CORRUPT = 11;

  /** SQLite's code for a file that does not begin with its header. */
  private static final int NOT_A_DATABASE = 26;

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
   * Refuses a directory, a device or a pipe, which cannot be a store.
   *
   * @throws KeyStorageException if the file exists and is not a regular file
   */
  static void requireRegular(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (!attributes.isRegularFile()) {
        throw new KeyStorageException(
            "the store's file "
                + file
                + (attributes.isDirectory() ? " is a directory" : " is not a regular file"));
      }
    } catch (IOException e) {
      // The file is missing, or opening it will report the problem.
    }
  }

  /**
   * Checks the existing files before SQLite opens the store, because SQLite gives its other files
   * the mode that the database has then. A file that is open to all users gets mode 0600, where
   * possible; access for a group is assumed to be deliberate, and stays. Since the name may be
   * mistyped, nothing is changed unless the file is a SQLite database or empty.
   *
   * @throws KeyStorageException if a file is writable by all users and this process cannot change
   *     that, if one of SQLite's other files is a link or not a regular file, or if one of them
   *     would be changed and the file is neither a SQLite database nor empty
   */
  static void check(Path file) throws SQLException {
    check(file, StoreFiles::requireDatabase);
  }

  /** Checks the files again after SQLite has read the database and created its other files. */
  static void checkOpened(Path file) throws SQLException {
    check(file, permitted -> {});
  }

  /** A check whether a file may be changed. */
  private interface Permission {
    void require(Path file) throws IOException, SQLException;
  }

  private static void check(Path file, Permission permission) throws SQLException {
    try {
      if (Files.exists(file) && FileFacts.areKnown(file)) {
        Path database = file.toRealPath();
        List<Path> openToAll = openToAll(database);
        if (!openToAll.isEmpty()) {
          permission.require(file);
          openToAll.forEach(StoreFiles::tighten);
        }
      }
    } catch (IOException e) {
      throw new SQLException("cannot check the owners and modes of " + file, e);
    }
  }

  /** Returns the files whose mode must be changed. */
  private static List<Path> openToAll(Path database) throws IOException {
    List<Path> found = new ArrayList<>();
    if (isOpenToAll(database)) {
      found.add(database);
    }
    for (String suffix : SIDE_FILE_SUFFIXES) {
      Path file = sideFile(database, suffix);
      if (isSideFileOpenToAll(file)) {
        found.add(file);
      }
    }
    return found;
  }

  private static boolean isSideFileOpenToAll(Path file) throws IOException {
    if (Files.isSymbolicLink(file)) {
      // SQLite would write to a file that an attacker has chosen.
      throw new KeyStorageException(
          "the store's file " + file + " is a link, which SQLite never creates; remove it");
    }
    requireRegular(file);
    try {
      return isOpenToAll(file);
    } catch (NoSuchFileException e) {
      // These files come and go as other processes open and close the store.
      return false;
    }
  }

  private static boolean isOpenToAll(Path file) throws IOException {
    FileTrust.Verdict verdict = FileTrust.of(FileTrust.Purpose.STORE, FileFacts.of(file));
    return switch (verdict.action()) {
      case ACCEPT -> false;
      case TIGHTEN -> true;
      case REFUSE ->
          throw new KeyStorageException("the store's file " + file + " " + verdict.reason());
    };
  }

  /**
   * Refuses a file that is neither empty nor begins with SQLite's header. SQLite itself reads it: a
   * process that closes a file loses all its POSIX locks on it, including those of other open
   * connections, about which only SQLite knows.
   *
   * <p>Source: SQLite, "How To Corrupt An SQLite Database File", section 2.2.
   */
  private static void requireDatabase(Path file) throws IOException, SQLException {
    if (Files.size(file) == 0) {
      return;
    }
    // With these settings, which need a URI for a name, SQLite takes no locks and creates no files.
    Path uri = Path.of("file:" + file.toUri().getRawPath() + "?immutable=1&mode=ro");
    try (Connection connection = SqliteDriver.connect(uri)) {
      Dialect.execute(connection, "PRAGMA schema_version");
    } catch (SQLException e) {
      throwIfNotDatabase(file, e);
      // A database whose last pages are still in the log is reported as damaged here.
      if ((e.getErrorCode() & 0xFF) != CORRUPT) {
        throw e;
      }
    }
  }

  /**
   * Refuses a file of which SQLite says that it does not begin with its header.
   *
   * @param e the error of SQLite
   */
  static void throwIfNotDatabase(Path file, SQLException e) {
    if ((e.getErrorCode() & 0xFF) == NOT_A_DATABASE) {
      throw new AlteredStoreException(
          "the store's file " + file + " is damaged or not a SQLite database", e);
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
