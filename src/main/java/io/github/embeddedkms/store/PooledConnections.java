package io.github.embeddedkms.store;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Connections of somebody else's, as they were before once they are given back. */
final class PooledConnections implements Database.Connections {

  private final DataSource source;
  private boolean autoCommit;

  PooledConnections(DataSource source) {
    this.source = source;
  }

  @Override
  public Connection take(Database.Preparation preparation) throws SQLException {
    Connection connection = source.getConnection();
    try {
      autoCommit = connection.getAutoCommit();
      preparation.prepare(connection);
      return connection;
    } catch (SQLException | RuntimeException | Error e) {
      connection.close();
      throw e;
    }
  }

  @Override
  @SuppressWarnings("try") // closing is what gives it back
  public void giveBack(Connection connection, boolean failed) throws SQLException {
    // A pool may hand it to somebody else as it is, also after a failure.
    try (connection) {
      connection.setAutoCommit(autoCommit);
    }
  }

  /** Does nothing: the source is its owner's to close. */
  @Override
  public void close() {}
}
