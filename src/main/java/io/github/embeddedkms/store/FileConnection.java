package io.github.embeddedkms.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a SQLite file, kept as long as the file under that name is the one that was
 * opened: a file that was moved away or replaced would take changes that nobody finds again.
 */
final class FileConnection implements Database.Connections {

  private final Path file;
  private @Nullable Connection kept;
  private @Nullable Object fileKey;

  FileConnection(Path file) {
    this.file = file.toAbsolutePath();
    if (this.file.toString().contains("?")) {
      // The driver would take what follows for settings.
      throw new IllegalArgumentException(
          "embedded-kms: the name of a store's file has no question mark: " + file);
    }
  }

  @Override
  public Connection take(Database.Preparation preparation) throws SQLException {
    Connection connection = kept;
    if (connection != null && Objects.equals(fileKey, fileKey())) {
      return connection;
    }
    close();
    if (fileKey == null) {
      create();
    } else if (!Files.exists(file)) {
      // The driver would make a new one.
      throw new SQLException("there is no file " + file);
    }
    connection = driver().connect("jdbc:sqlite:" + file, new Properties());
    try {
      preparation.prepare(connection);
    } catch (SQLException | RuntimeException | Error e) {
      connection.close();
      throw e;
    }
    kept = connection;
    fileKey = fileKey();
    return connection;
  }

  @Override
  public void giveBack(Connection connection, boolean failed) {
    if (failed) {
      close();
    }
  }

  @Override
  public void close() {
    Connection connection = kept;
    kept = null;
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        // Nothing is open that could be lost: every transaction has ended by now.
      }
    }
  }

  /** By its name: the driver manager would load every other driver as well, and takes its time. */
  private static Driver driver() {
    try {
      return Class.forName("org.sqlite.JDBC")
          .asSubclass(Driver.class)
          .getConstructor()
          .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "embedded-kms: keys in a file need SQLite's driver, org.xerial:sqlite-jdbc", e);
    }
  }

  /** What tells two files of one name apart; null where the file system has nothing of the kind. */
  private @Nullable Object fileKey() {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (IOException e) {
      // Not there any more: not the one that was opened.
      return null;
    }
  }

  /**
   * Nobody but its owner may read it, from the start; SQLite gives its other files the same mode.
   */
  private void create() throws SQLException {
    try {
      if (Files.getFileStore(directory()).supportsFileAttributeView("posix")) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
    } catch (FileAlreadyExistsException e) {
      // The usual case.
    } catch (IOException e) {
      throw new SQLException("cannot create " + file, e);
    }
  }

  private Path directory() {
    return Objects.requireNonNull(file.getParent(), "a file is in a directory");
  }
}
