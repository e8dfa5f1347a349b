package io.github.embeddedkms.store;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * Connections that break at a chosen step: when one is taken from the source, at a statement, or at
 * a commit. The database then rolls back whatever was begun on the connection, as it does when a
 * cable is cut.
 */
final class BreakingDataSource {

  /** What is lost with the connection. */
  enum Lost {
    /** The step itself: it never reaches the database. */
    STEP,
    /** The response: the database has executed the step. */
    ANSWER
  }

  private static final int NEVER = Integer.MAX_VALUE;

  private final DataSource source;
  private final Lost lost;
  private int remaining = NEVER;

  BreakingDataSource(DataSource source, Lost lost) {
    this.source = source;
    this.lost = lost;
  }

  /** Lets the connection break at the given step from now on; 1 is the next step. */
  void breakAt(int step) {
    remaining = step;
  }

  void breakNoMore() {
    remaining = NEVER;
  }

  /** Returns the source to pass to the code under test. */
  DataSource dataSource() {
    return Intercepted.of(
        DataSource.class,
        (proxy, method, arguments) -> {
          Connection connection = (Connection) Intercepted.call(source, method, arguments);
          if (isReached()) {
            connection.close();
            throw broken();
          }
          return connection(connection);
        });
  }

  private Connection connection(Connection connection) {
    return Intercepted.of(
        Connection.class,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "commit" -> step(connection, connection, method, arguments);
              case "createStatement" ->
                  statement(
                      Statement.class, connection, Intercepted.call(connection, method, arguments));
              case "prepareStatement" ->
                  statement(
                      PreparedStatement.class,
                      connection,
                      Intercepted.call(connection, method, arguments));
              default -> Intercepted.call(connection, method, arguments);
            });
  }

  private <T extends Statement> T statement(
      Class<T> type, Connection connection, Object statement) {
    return Intercepted.of(
        type,
        (proxy, method, arguments) ->
            method.getName().startsWith("execute")
                ? step(connection, statement, method, arguments)
                : Intercepted.call(statement, method, arguments));
  }

  private Object step(Connection connection, Object target, Method method, Object[] arguments)
      throws Throwable {
    if (!isReached()) {
      return Intercepted.call(target, method, arguments);
    }
    if (lost == Lost.ANSWER) {
      Intercepted.call(target, method, arguments);
    }
    connection.close();
    throw broken();
  }

  private boolean isReached() {
    return remaining != NEVER && --remaining == 0;
  }

  private static SQLException broken() {
    // The error that PostgreSQL's driver reports when the server is gone.
    return new SQLException("broken", "08006");
  }
}
