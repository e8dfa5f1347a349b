package io.github.embeddedkms.store;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * Connections of which one breaks at a step of one's choice: when it is taken, at a statement or at
 * a commit. What has begun on it is then undone by the database, as it is when a cable is cut.
 */
final class BreakingDataSource {

  /** What is lost with the connection. */
  enum Lost {
    /** The step itself: the database never hears of it. */
    STEP,
    /** Its answer: the database has done it. */
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

  /** The connection breaks at that step from now on, 1 for the next one. */
  void breakAt(int step) {
    remaining = step;
  }

  void breakNoMore() {
    remaining = NEVER;
  }

  /** The source to give away. */
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
    // What PostgreSQL's driver says when the server is gone.
    return new SQLException("broken", "08006");
  }
}
