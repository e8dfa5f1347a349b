package io.github.embeddedkms.store;

import io.github.embeddedkms.bounded.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Runs work on connections, one transaction at a time, and translates the database's errors into
 * {@link KeyStorageException}. After any failure the state of a connection is unknown: it is
 * discarded and never used again, and the next work starts with another connection.
 *
 * <p>Safe for use by several threads. This class has no lock: a thread waits only for a connection,
 * and for whatever the work itself waits for.
 */
final class Database {

  /** The purpose of a connection. Reading does not wait for writing. */
  enum Purpose {
    READING,
    WRITING
  }

  /** A source of connections. */
  interface Connections {

    /**
     * Takes a prepared connection for one thread.
     *
     * @param deadline until when to wait for other threads of this storage; the wait for a user's
     *     pool is bounded by the pool itself
     */
    Lease take(Purpose purpose, Deadline deadline, Preparation preparation) throws SQLException;

    /**
     * Returns whether there is certainly no store. Sends nothing to the database and creates
     * nothing.
     */
    default boolean isMissing() {
      return false;
    }

    /**
     * Returns the same connections, but to a store that no process changes. No connection may have
     * been taken yet.
     */
    default Connections forReading() {
      return this;
    }

    /** Returns whether the database behind these connections cannot change. */
    default boolean areImmutable() {
      return false;
    }

    /**
     * Describes the location of the store for messages, without credentials. May query the
     * database.
     */
    String place(Deadline deadline);

    /** Returns how many threads are waiting for a connection, as far as that is known. */
    int waiting();

    /**
     * Closes the connections that are not in use; the others are closed when they are given back.
     */
    void close(Deadline deadline);
  }

  /** A connection in use. */
  interface Lease {

    /** Returns the statements of the connection, which lead to the connection itself. */
    Statements statements();

    /**
     * Gives the connection back. A cleanup that fails is repeated when a connection is next taken
     * or given back.
     *
     * @param usable whether its last transaction ended successfully, or none was begun
     */
    void giveBack(boolean usable);
  }

  /** Prepares a new connection, and ends one whose state is unknown. */
  interface Preparation {

    void prepare(Connection connection) throws SQLException;

    void discard(Connection connection) throws SQLException;

    /** Returns whether the connection that was prepared must be the only one to its database. */
    boolean needsExclusiveConnection();
  }

  /** Work to be done on a connection. */
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
   * Creates a database over a source of connections.
   *
   * @param readOnly whether writing is refused
   * @param drivers checks the driver of each connection
   * @param tables checks the tables before they are used
   */
  Database(Connections connections, boolean readOnly, DriverCheck drivers, TableCheck tables) {
    this.connections = connections;
    this.readOnly = readOnly;
    this.drivers = drivers;
    this.tables = tables;
  }

  /**
   * Takes a connection and runs work on it, which begins and commits a transaction. If this throws
   * {@link StoreUnavailableException}, the work was rolled back, unless it was committing: then it
   * was either committed or rolled back, never partly.
   *
   * @throws UnsupportedOperationException if the work writes and this database was opened for
   *     reading only. Retrying does not help
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
      Statements statements = lease.statements();
      Dialect known = dialect(statements.connection());
      Session session = new Session(statements, known, purpose, deadline, watchdog, tables);
      try (session) {
        return work.run(session);
      } finally {
        // True also if the failure came before a transaction was begun, or after it had ended
        // successfully.
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

  /** Translates an error of the database into one with a message for users. */
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
