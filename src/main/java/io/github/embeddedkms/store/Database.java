package io.github.embeddedkms.store;

import io.github.embeddedkms.bounded.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Runs work on connections, one transaction at a time. What the database refuses becomes a {@link
 * KeyStorageException}. After any failure the state of a connection is unknown: it is discarded,
 * never used again, and the next work begins with another one.
 *
 * <p>Safe for use by several threads. It has no lock of its own; what a thread waits for is a
 * connection, and what the work itself waits for.
 */
final class Database {

  /** What a connection is taken for. Reading does not wait for writing. */
  enum Purpose {
    READING,
    WRITING
  }

  /** Where connections come from. */
  interface Connections {

    /**
     * A connection, prepared, for one thread.
     *
     * @param deadline until when to wait for other threads of this storage; how long a pool of the
     *     user's waits is the pool's own
     */
    Lease take(Purpose purpose, Deadline deadline, Preparation preparation) throws SQLException;

    /** Whether there is certainly no store: nothing is asked of the database, nothing created. */
    default boolean isMissing() {
      return false;
    }

    /** The same ones, to a store that nobody changes. Nothing may have been taken yet. */
    default Connections forReading() {
      return this;
    }

    /** Whether what they lead to cannot change. */
    default boolean areImmutable() {
      return false;
    }

    /** Where the store is looked for, for messages: no credentials. May ask the database. */
    String place(Deadline deadline);

    /** How many threads wait for a connection, as far as that is known. */
    int waiting();

    /** Closes what is not in use; the rest is closed when it is given back. */
    void close(Deadline deadline);
  }

  /** A connection in use. */
  interface Lease {

    Connection connection();

    /**
     * Ends the use. A cleanup that fails is tried again when a connection is next taken or given
     * back.
     *
     * @param usable whether its last transaction has ended well, or none was begun
     */
    void giveBack(boolean usable);
  }

  /** Makes a new connection ready, and ends one whose state is unknown. */
  interface Preparation {

    void prepare(Connection connection) throws SQLException;

    void discard(Connection connection) throws SQLException;

    /** Whether the connection that was prepared must be the only one to its database. */
    boolean needsExclusiveConnection();
  }

  /** What is done on a connection. */
  interface Work<T> {
    T run(Session session) throws SQLException;
  }

  private final Connections connections;
  private final boolean readOnly;
  private final DriverCheck drivers;
  private final TableCheck tables;
  private final Watchdog watchdog = new Watchdog();
  private volatile @Nullable Dialect dialect;

  /**
   * Over connections.
   *
   * @param readOnly whether writing is refused
   * @param drivers looks at the driver of each connection
   * @param tables looks at the tables before they are used
   */
  Database(Connections connections, boolean readOnly, DriverCheck drivers, TableCheck tables) {
    this.connections = connections;
    this.readOnly = readOnly;
    this.drivers = drivers;
    this.tables = tables;
  }

  /**
   * Takes a connection and runs work on it, which begins and commits a transaction. If this throws
   * {@link StoreUnavailableException}, the work was undone, unless it was committing: then it is
   * done or undone, but never half.
   *
   * @throws UnsupportedOperationException if the work writes and this is for reading only. It is
   *     final: trying again does not help
   */
  <T> T run(Purpose purpose, Deadline deadline, Work<T> work) {
    if (readOnly && purpose == Purpose.WRITING) {
      throw new UnsupportedOperationException(
          "embedded-kms: the store was opened for reading only, and cannot be changed");
    }
    Lease lease;
    try {
      lease = connections.take(purpose, deadline, preparation(deadline));
    } catch (SQLException e) {
      throw failure(e);
    }
    boolean usable = false;
    try {
      Connection connection = lease.connection();
      Session session =
          new Session(connection, dialect(connection), purpose, deadline, watchdog, tables);
      try (session) {
        return work.run(session);
      } finally {
        // Also after a failure before a transaction was begun, or after it had ended well.
        usable = session.isUsable();
      }
    } catch (SQLException e) {
      throw failure(e);
    } finally {
      try {
        if (!usable) {
          tables.forget();
        }
      } finally {
        lease.giveBack(usable);
      }
    }
  }

  private Preparation preparation(Deadline deadline) {
    return new Preparation() {
      @Override
      public void prepare(Connection connection) throws SQLException {
        prepareConnection(dialect(connection), connection, deadline);
      }

      @Override
      public boolean needsExclusiveConnection() {
        return drivers.needsExclusiveConnection();
      }

      @Override
      public void discard(Connection connection) throws SQLException {
        Dialect known = dialect;
        if (known != null) {
          known.discard(connection);
        }
      }
    };
  }

  private void prepareConnection(Dialect known, Connection connection, Deadline deadline)
      throws SQLException {
    Watchdog.Guard guard = known.needsWatchdog() ? watchdog.guard(connection, deadline) : null;
    try {
      drivers.prepare(connection, known);
      known.prepare(connection, deadline);
    } finally {
      if (guard != null) {
        guard.close();
      }
    }
  }

  private Dialect dialect(Connection connection) throws SQLException {
    Dialect known = dialect;
    if (known == null) {
      known = Dialect.of(connection);
      dialect = known;
    }
    return known;
  }

  /** What went wrong, in words for users. */
  KeyStorageException failure(SQLException e) {
    Dialect known = dialect;
    return known == null
        ? new StoreUnavailableException("the store's database cannot be reached", e)
        : known.failure(e);
  }

  int waiting() {
    return connections.waiting();
  }

  void close(Deadline deadline) {
    connections.close(deadline);
  }
}
