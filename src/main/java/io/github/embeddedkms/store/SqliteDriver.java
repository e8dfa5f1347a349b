package io.github.embeddedkms.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Properties;

/**
 * Loads SQLite's driver and connects. The driver unpacks a native library into a folder for
 * temporary files and runs it from there; where that fails, its own exceptions do not say what to
 * do.
 */
final class SqliteDriver {

  private static final String CLASS = "org.sqlite.JDBC";

  /** The folder for the library; the JVM's own is taken if this is not set. */
  private static final String FOLDER = "org.sqlite.tmpdir";

  private static final String NO_LIBRARY = "SQLite's driver cannot load its native library: ";

  private SqliteDriver() {}

  /**
   * Connects to a file, which the driver creates if there is none.
   *
   * @throws IllegalStateException if the driver is not on the class path
   * @throws StoreUnavailableException if the driver cannot load its native library
   * @throws SQLException if it cannot open the file
   */
  static Connection connect(Path file) throws SQLException {
    return connect("jdbc:sqlite:" + file);
  }

  /**
   * Connects to a file that nobody changes, for reading only.
   *
   * @throws KeyStorageException if changes to it wait in another file
   */
  static Connection connectImmutable(Path file) throws SQLException {
    try {
      Path database = file.toRealPath();
      StoreFiles.requireComplete(database);
      // A URI hides what would be a setting or an escape in a file's name.
      return connect("jdbc:sqlite:file:" + database.toUri().getRawPath() + "?immutable=1&mode=ro");
    } catch (IOException e) {
      throw new SQLException("cannot read " + file, e);
    }
  }

  private static Connection connect(String url) throws SQLException {
    try {
      return driver().connect(url, new Properties());
    } catch (SQLException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (isLibraryMissing(cause)) {
          throw libraryMissing(cause);
        }
      }
      throw e;
    } catch (UnsatisfiedLinkError e) {
      // Once loading has failed, the driver goes on without a library.
      throw libraryMissing(e);
    } catch (NoClassDefFoundError | ExceptionInInitializerError e) {
      throw new StoreUnavailableException(
          "SQLite's driver cannot be loaded: take org.xerial:sqlite-jdbc with all that it depends"
              + " on ("
              + e
              + ")",
          e);
    }
  }

  /** By its name: the driver manager would load every other driver as well, and takes its time. */
  private static Driver driver() {
    try {
      return Class.forName(CLASS).asSubclass(Driver.class).getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "embedded-kms: keys in a file need SQLite's driver, org.xerial:sqlite-jdbc", e);
    }
  }

  /** Older versions of the driver have no class of their own for this. */
  private static boolean isLibraryMissing(Throwable e) {
    return e instanceof UnsatisfiedLinkError
        || String.valueOf(e.getMessage()).startsWith("No native library");
  }

  private static StoreUnavailableException libraryMissing(Throwable cause) {
    String folder = System.getProperty(FOLDER, System.getProperty("java.io.tmpdir", ""));
    String problem = problemOf(folder);
    return new StoreUnavailableException(
        problem.isEmpty()
            ? NO_LIBRARY
                + "it has none for "
                + System.getProperty("os.name")
                + " on "
                + System.getProperty("os.arch")
                + "; build one, and start Java with -Dorg.sqlite.lib.path=DIR, its directory"
            : NO_LIBRARY
                + problem
                + "; start Java with -D"
                + FOLDER
                + "=DIR, a writable directory that is not mounted noexec",
        cause);
  }

  /** Why no library can be run from a folder; empty if one can. */
  private static String problemOf(String name) {
    try {
      Path folder = Path.of(name);
      if (!Files.isDirectory(folder)) {
        return "there is no directory " + name;
      }
      boolean posix = Files.getFileStore(folder).supportsFileAttributeView("posix");
      Path probe =
          posix
              ? Files.createTempFile(
                  folder,
                  "embedded-kms-",
                  ".tmp",
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rwx------")))
              : Files.createTempFile(folder, "embedded-kms-", ".tmp");
      try {
        return Files.isExecutable(probe) ? "" : name + " is mounted noexec";
      } finally {
        Files.delete(probe);
      }
    } catch (IOException | InvalidPathException e) {
      return "it cannot be written to " + name;
    }
  }
}
