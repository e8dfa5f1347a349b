package io.github.embeddedkms.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Runs work in transactions. What the database refuses becomes a {@link KeyStorageException}; a
 * connection that failed is not used again, so that the next work begins with a new one.
 *
 * <p>Not safe for use by several threads.
 */
final class Database implements AutoCloseable {

  /** Where connections come from, and where they go after use. */
  interface Connections extends AutoCloseable {

    /** A connection, prepared when it is new. */
    Connection take(Preparation preparation) throws SQLException;

    /** Takes a connection back; one that has failed is closed, not kept. */
    void giveBack(Connection connection, boolean failed) throws SQLException;

    @Override
    void close();
  }

  /** What is done with a new connection before anything else. */
  interface Preparation {
    void prepare(Connection connection) throws SQLException;
  }

  /** What is done with the tables. */
  interface Work<T> {
    T run(Tables tables) throws SQLException;
  }

  /** Begins a transaction. */
  private interface Begin {
    void on(Dialect dialect, Connection connection) throws SQLException;
  }

  private final Connections connections;
  private final Duration lockTimeout;
  private @Nullable Dialect dialect;

  Database(Connections connections, Duration lockTimeout) {
    this.connections = connections;
    this.lockTimeout = lockTimeout;
  }

  /** Reads one snapshot. */
  <T> T read(Work<T> work) {
    return run(Dialect::beginReading, work);
  }

  /**
   * Reads and writes. If this throws {@link StoreUnavailableException}, the work was undone, unless
   * the connection was lost at the very end: then it is done or undone, but never half.
   */
  <T> T write(Work<T> work) {
    return run((dialect, connection) -> dialect.beginWriting(connection, lockTimeout), work);
  }

  private <T> T run(Begin begin, Work<T> work) {
    Connection connection;
    try {
      connection = connections.take(this::prepare);
    } catch (SQLException e) {
      throw failure(e);
    }
    boolean failed = true;
    try {
      T result = inTransaction(dialect(connection), connection, begin, work);
      failed = false;
      return result;
    } catch (SQLException e) {
      throw failure(e);
    } finally {
      giveBack(connection, failed);
    }
  }

  private static <T> T inTransaction(
      Dialect dialect, Connection connection, Begin begin, Work<T> work) throws SQLException {
    try {
      begin.on(dialect, connection);
      T result = work.run(new Tables(connection, dialect));
      dialect.commit(connection);
      return result;
    } catch (SQLException | RuntimeException | Error e) {
      try {
        dialect.rollBack(connection);
      } catch (SQLException undone) {
        // The connection is broken, or the transaction has ended: then there is nothing to undo.
        e.addSuppressed(undone);
      }
      throw e;
    }
  }

  private void giveBack(Connection connection, boolean failed) {
    try {
      connections.giveBack(connection, failed);
    } catch (SQLException e) {
      // The work is done or has thrown; that its connection ended badly changes neither.
    }
  }

  private void prepare(Connection connection) throws SQLException {
    dialect(connection).prepare(connection, lockTimeout);
  }

  private Dialect dialect(Connection connection) throws SQLException {
    Dialect known = dialect;
    if (known == null) {
      known = Dialect.of(connection);
      dialect = known;
    }
    return known;
  }

  private KeyStorageException failure(SQLException e) {
    Dialect known = dialect;
    return known == null
        ? new StoreUnavailableException("the store's database cannot be reached", e)
        : known.failure(e);
  }

  @Override
  public void close() {
    connections.close();
  }
}
