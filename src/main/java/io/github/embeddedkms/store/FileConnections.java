package io.github.embeddedkms.store;

import io.github.embeddedkms.bounded.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Two connections to a SQLite file, one for reading and one for writing, each used by one thread at
 * a time. They are kept as long as the file of that name is the one that was opened: changes
 * written to a file that has been moved away or replaced would be lost.
 */
final class FileConnections implements Database.Connections {

  /** Opens a connection to a file. */
  interface Opener {
    Connection open(Path file) throws SQLException;
  }

  private final Path file;
  private final Opener opener;
  private final boolean immutable;
  private final Slot reading = new Slot();
  private final Slot writing = new Slot();

  /** Whether the file was opened before: from then on, a missing file is not created again. */
  private volatile boolean opened;

  private volatile boolean closed;

  FileConnections(Path file) {
    this(file, SqliteDriver::connect);
  }

  /** For tests: with connections that have additional behavior. */
  FileConnections(Path file, Opener opener) {
    this(file, opener, false);
  }

  private FileConnections(Path file, Opener opener, boolean immutable) {
    this.file = file.toAbsolutePath();
    this.opener = opener;
    this.immutable = immutable;
  }

  /**
   * Refuses file names of which the driver would interpret a part as settings, and the empty name,
   * which would be the working directory.
   *
   * @throws IllegalArgumentException if the name is empty or contains a question mark
   */
  static void requireUsableName(Path file) {
    if (file.toString().isEmpty()) {
      throw new IllegalArgumentException(
          "embedded-kms: the name of a store's file must not be empty");
    }
    if (file.toAbsolutePath().toString().contains("?")) {
      throw new IllegalArgumentException(
          "embedded-kms: the name of a store's file must not contain a question mark: " + file);
    }
  }

  @Override
  public Database.Lease take(
      Database.Purpose purpose, Deadline deadline, Database.Preparation preparation)
      throws SQLException {
    // The first connection, which determined whether it must be the only one, was for reading.
    Slot slot =
        purpose == Database.Purpose.READING || preparation.needsExclusiveConnection()
            ? reading
            : writing;
    return slot.take(deadline, preparation);
  }

  @Override
  public int waiting() {
    return reading.lock.waiting() + writing.lock.waiting();
  }

  @Override
  public void close(Deadline deadline) {
    closed = true;
    reading.close(deadline);
    writing.close(deadline);
  }

  /** One connection, and the right to use it. */
  private final class Slot implements Database.Lease {

    private final StoreLock lock = new StoreLock();

    // Guarded by the lock.
    private @Nullable Connection kept;
    private @Nullable Statements statements;
    private @Nullable Object keptFile;
    private Database.@Nullable Preparation preparation;
    private boolean inUse;

    Database.Lease take(Deadline deadline, Database.Preparation newPreparation)
        throws SQLException {
      lock.lock(deadline);
      boolean taken = false;
      try {
        if (closed) {
          throw new IllegalStateException("the key storage is closed");
        }
        preparation = newPreparation;
        makeUsable(deadline);
        taken = true;
        return this;
      } finally {
        if (!taken) {
          lock.unlock();
        }
      }
    }

    private void makeUsable(Deadline deadline) throws SQLException {
      // A connection that is still marked as in use was left behind by a thread whose cleanup
      // failed.
      if (kept != null && (inUse || isReplaced())) {
        discard();
      }
      inUse = true;
      if (kept == null) {
        open(deadline);
      }
    }

    /**
     * A file that was opened for reading only stays in use, even if its name now belongs to another
     * file.
     */
    private boolean isReplaced() {
      return !immutable && !Objects.equals(keptFile, fileKey());
    }

    private void open(Deadline deadline) throws SQLException {
      StoreFiles.requireRegular(file);
      if (!opened && !immutable) {
        StoreFiles.create(file);
      } else if (!Files.exists(file)) {
        // The driver would create a new file.
        throw new SQLException("there is no file " + file);
      }
      long begun = System.nanoTime();
      // A file that is opened for reading only is not checked: it may belong to another user.
      if (!immutable) {
        StoreFiles.check(file);
      }
      Connection connection = opener.open(file);
      kept = connection;
      statements = Statements.keptWith(connection);
      // The first connection of a JVM loads the driver and its native library, which does not count
      // as waiting.
      deadline.extend(System.nanoTime() - begun);
      keptFile = fileKey();
      try {
        Objects.requireNonNull(preparation, "set when taken").prepare(connection);
      } catch (SQLException e) {
        StoreFiles.throwIfNotDatabase(file, e);
        throw e;
      }
      if (!immutable) {
        StoreFiles.checkOpened(file);
      }
      opened = true;
    }

    @Override
    public Statements statements() {
      return Objects.requireNonNull(statements, "set when taken");
    }

    @Override
    public void giveBack(boolean usable) {
      try {
        if (usable && !closed) {
          inUse = false;
        } else {
          discard();
        }
      } catch (SQLException e) {
        // The connection stays marked as in use, so the next take() or close() tries again.
      } finally {
        lock.unlock();
      }
    }

    /**
     * The reference is kept until the connection is closed, because it may hold the database's
     * lock.
     */
    private void discard() throws SQLException {
      Connection ended = kept;
      if (ended != null) {
        inUse = true;
        if (!ended.isClosed()) {
          Objects.requireNonNull(preparation, "set when taken").discard(ended);
          ended.close();
        }
        kept = null;
        statements = null;
      }
      inUse = false;
    }

    void close(Deadline deadline) {
      try {
        lock.lock(deadline);
      } catch (StoreUnavailableException e) {
        // The thread that is using the connection closes it when giving it back.
        return;
      }
      try {
        discard();
      } catch (SQLException e) {
        // Nothing more can be done here; the next close() tries again.
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Returns connections with which SQLite takes no locks, creates no files next to this one and
   * never writes. The file may therefore be on a read-only mount, or one that this process may not
   * write.
   */
  @Override
  public Database.Connections forReading() {
    return new FileConnections(file, SqliteDriver::connectImmutable, true);
  }

  @Override
  public boolean areImmutable() {
    return immutable;
  }

  /** An empty file does not contain a store yet. */
  @Override
  public boolean isMissing() {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.isRegularFile() && attributes.size() == 0;
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      // Opening the file will report the problem.
      return false;
    }
  }

  @Override
  public String place(Deadline deadline) {
    return file.toString();
  }

  /**
   * Returns an object that distinguishes two files of the same name; null if the file is missing or
   * the file system does not provide one.
   */
  private @Nullable Object fileKey() {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (IOException e) {
      // The file is missing now, so it is not the one that was opened.
      return null;
    }
  }
}
