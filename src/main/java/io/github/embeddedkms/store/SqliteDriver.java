package io.github.embeddedkms.store;

import io.github.embeddedkms.library.Library;
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
 * Loads SQLite's driver and connects. The driver unpacks a native library into a directory for
 * temporary files and loads it from there. If that fails, the driver's own exceptions do not say
 * what to do.
 */
final class SqliteDriver {

  private static final String CLASS = "org.sqlite.JDBC";

  /**
   * The property for the directory of the library; if it is not set, the JVM's temporary directory
   * is used.
   */
  private static final String FOLDER = "org.sqlite.tmpdir";

  private static final String NO_LIBRARY = "SQLite's driver cannot load its native library: ";

  private SqliteDriver() {}

  /**
   * Connects to a file, which the driver creates if it does not exist.
   *
   * @throws IllegalStateException if the driver is not on the class path
   * @throws StoreUnavailableException if the driver cannot load its native library
   * @throws SQLException if it cannot open the file
   */
  static Connection connect(Path file) throws SQLException {
    return connect("jdbc:sqlite:" + file);
  }

  /**
   * Connects for reading only to a file that no process changes.
   *
   * @throws KeyStorageException if changes to it are still in another file
   */
  static Connection connectImmutable(Path file) throws SQLException {
    try {
      Path database = file.toRealPath();
      StoreFiles.requireComplete(database);
      // A URI encodes characters of the file's name that would otherwise be read as settings or
      // escapes.
      return connect("jdbc:sqlite:file:" + database.toUri().getRawPath() + "?immutable=1&mode=ro");
    } catch (IOException e) {
      throw new SQLException("cannot read " + file, e);
    }
  }

  private static Connection connect(String url) throws SQLException {
    try {
      Properties properties = new Properties();
      // Otherwise a query of the last row id stays active after each INSERT.
      properties.setProperty("jdbc.get_generated_keys", "false");
      return driver().connect(url, properties);
    } catch (SQLException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (isLibraryMissing(cause)) {
          throw libraryMissing(cause);
        }
      }
      throw e;
    } catch (UnsatisfiedLinkError e) {
      // After loading has failed once, later calls of the driver fail with this error.
      throw libraryMissing(e);
    } catch (NoClassDefFoundError | ExceptionInInitializerError e) {
      throw new StoreUnavailableException(
          "SQLite's driver cannot be loaded: use org.xerial:sqlite-jdbc with all its"
              + " dependencies ("
              + e
              + ")",
          e);
    }
  }

  /**
   * Creates the driver by its class name: the driver manager is slow, because it would load every
   * other driver as well.
   */
  private static Driver driver() {
    try {
      return Class.forName(CLASS).asSubclass(Driver.class).getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw Library.SQLITE.missing("a store in a file", e);
    }
  }

  /**
   * Recognized by the message, because older versions of the driver have no special exception class
   * for it.
   */
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

  /** Returns why no library can be loaded from a directory; empty if one can. */
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
