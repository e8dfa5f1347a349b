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
 * Two connections to a SQLite file, one for reading and one for writing, each for one thread at a
 * time. They are kept as long as the file under that name is the one that was opened: what is
 * written to a file that was moved away or replaced would be lost.
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

  /** Whether there was a file once: from then on, a missing one is not created again. */
  private volatile boolean opened;

  private volatile boolean closed;

  FileConnections(Path file) {
    this(file, SqliteDriver::connect);
  }

  /** With connections that do something else as well: for tests. */
  FileConnections(Path file, Opener opener) {
    this(file, opener, false);
  }

  private FileConnections(Path file, Opener opener, boolean immutable) {
    this.file = file.toAbsolutePath();
    this.opener = opener;
    this.immutable = immutable;
  }

  /**
   * Refuses names of which the driver would take a part for settings.
   *
   * @throws IllegalArgumentException if the name has a question mark
   */
  static void requireUsableName(Path file) {
    if (file.toAbsolutePath().toString().contains("?")) {
      throw new IllegalArgumentException(
          "embedded-kms: the name of a store's file has no question mark: " + file);
    }
  }

  @Override
  public Database.Lease take(
      Database.Purpose purpose, Deadline deadline, Database.Preparation preparation)
      throws SQLException {
    // The first one, which told what is needed, was taken for reading.
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
      // What is still marked was left behind by a thread that could not clean up.
      if (kept != null && (inUse || isReplaced())) {
        discard();
      }
      inUse = true;
      if (kept == null) {
        open(deadline);
      }
    }

    /** A file that is only read is read on, even if its name now belongs to another file. */
    private boolean isReplaced() {
      return !immutable && !Objects.equals(keptFile, fileKey());
    }

    private void open(Deadline deadline) throws SQLException {
      if (!opened && !immutable) {
        StoreFiles.create(file);
      } else if (!Files.exists(file)) {
        // The driver would make a new one.
        throw new SQLException("there is no file " + file);
      }
      checkFiles();
      long begun = System.nanoTime();
      Connection connection = opener.open(file);
      kept = connection;
      // The first one in a JVM loads the driver and its native library, which is no wait.
      deadline.extend(System.nanoTime() - begun);
      keptFile = fileKey();
      Objects.requireNonNull(preparation, "it is taken").prepare(connection);
      // Again, since SQLite has created the files beside it.
      checkFiles();
      opened = true;
    }

    @Override
    public Connection connection() {
      return Objects.requireNonNull(kept, "it is taken");
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
        // Still marked as in use: the next take() or close() tries again.
      } finally {
        lock.unlock();
      }
    }

    /** The reference is kept until it is closed, because it may hold the lock of the database. */
    private void discard() throws SQLException {
      Connection ended = kept;
      if (ended != null) {
        inUse = true;
        if (!ended.isClosed()) {
          Objects.requireNonNull(preparation, "it was taken").discard(ended);
          ended.close();
        }
        kept = null;
      }
      inUse = false;
    }

    void close(Deadline deadline) {
      try {
        lock.lock(deadline);
      } catch (StoreUnavailableException e) {
        // The thread that uses it closes it when giving it back.
        return;
      }
      try {
        discard();
      } catch (SQLException e) {
        // Nothing more can be done but to try again, at the next close().
      } finally {
        lock.unlock();
      }
    }
  }

  /** A file that is only read may belong to another user. */
  private void checkFiles() throws SQLException {
    if (!immutable) {
      StoreFiles.check(file);
    }
  }

  /**
   * SQLite then takes no locks, creates no files beside this one and never writes. So the file may
   * lie on a read-only mount, or be one that we may not write.
   */
  @Override
  public Database.Connections forReading() {
    return new FileConnections(file, SqliteDriver::connectImmutable, true);
  }

  @Override
  public boolean areImmutable() {
    return immutable;
  }

  /** An empty file is no store yet. */
  @Override
  public boolean isMissing() {
    try {
      return Files.size(file) == 0;
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      // Opening it reports what is wrong with it.
      return false;
    }
  }

  @Override
  public String place(Deadline deadline) {
    return file.toString();
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
}
