package io.github.embeddedkms.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The prepared statements of one connection. A connection that the storage itself keeps prepares
 * each statement once: SQLite's compiler takes longer than most of the statements of a change. A
 * connection from a pool closes its statements after each use, because the pool would do so anyway;
 * PostgreSQL's driver has its own cache.
 *
 * <p>Used by the thread that holds the connection.
 */
final class Statements {

  /** A use of a statement. Result sets are closed before it returns. */
  interface Use<T> {
    T run(PreparedStatement statement) throws SQLException;
  }

  private final Connection connection;

  /** The statements by their SQL, of which there are about twenty; null if none are kept. */
  private final @Nullable Map<String, PreparedStatement> kept;

  private Statements(Connection connection, @Nullable Map<String, PreparedStatement> kept) {
    this.connection = connection;
    this.kept = kept;
  }

  /** Returns the statements of a connection that is kept. Closing the connection closes them. */
  static Statements keptWith(Connection connection) {
    return new Statements(connection, new HashMap<>());
  }

  /** Returns statements that are closed after each use. */
  static Statements of(Connection connection) {
    return new Statements(connection, null);
  }

  Connection connection() {
    return connection;
  }

  /** Runs a statement. */
  <T> T run(String sql, Use<T> use) throws SQLException {
    if (kept == null) {
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        return use.run(statement);
      }
    }
    PreparedStatement statement = kept.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      kept.put(sql, statement);
    }
    try {
      return use.run(statement);
    } catch (SQLException | RuntimeException | Error e) {
      // Its state is unknown. It may be active, and an active statement prevents a rollback.
      kept.remove(sql);
      closeAfter(e, statement);
      throw e;
    }
  }

  private static void closeAfter(Throwable failure, PreparedStatement statement) {
    try {
      statement.close();
    } catch (SQLException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
