package io.github.embeddedkms.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The statements of a transaction that were not sent to the database yet. Several are sent at once
 * where each would otherwise wait for a response over the network.
 *
 * <p>Used by one thread.
 */
final class WriteQueue {

  /**
   * A statement.
   *
   * @param sql one statement
   * @param parameters its parameters
   * @param unwritten creates the exception if no row was written; null if that is no error
   */
  private record Write(
      String sql, List<Object> parameters, @Nullable Supplier<KeyStorageException> unwritten) {}

  private final Statements statements;

  /** How many statements are sent at once at most. */
  private final int limit;

  private final List<Write> queue = new ArrayList<>();

  WriteQueue(Statements statements, int limit) {
    this.statements = statements;
    this.limit = limit;
  }

  /**
   * Adds a statement, which is sent with the next ones.
   *
   * @param unwritten creates the exception that {@link #send} throws if the statement writes no
   *     row; null if that is no error
   */
  void add(@Nullable Supplier<KeyStorageException> unwritten, String sql, Object... parameters)
      throws SQLException {
    queue.add(new Write(sql, List.of(parameters), unwritten));
    if (queue.size() >= limit) {
      send();
    }
  }

  /**
   * Sends a statement after those that were added.
   *
   * @return how many rows it wrote
   */
  int send(String sql, Object... parameters) throws SQLException {
    queue.add(new Write(sql, List.of(parameters), null));
    return send();
  }

  /**
   * Sends the statements that were added, if there are any, and checks their results.
   *
   * @return how many rows the last one wrote
   */
  int send() throws SQLException {
    if (queue.isEmpty()) {
      return 0;
    }
    List<Write> writes = List.copyOf(queue);
    queue.clear();
    String sql = String.join("; ", writes.stream().map(Write::sql).toList());
    return statements.run(sql, statement -> execute(statement, writes));
  }

  private static int execute(PreparedStatement statement, List<Write> writes) throws SQLException {
    int position = 1;
    for (Write write : writes) {
      position = Tables.set(statement, position, write.parameters().toArray());
    }
    statement.execute();
    int rows = checkedRows(statement, writes.get(0));
    for (Write write : writes.subList(1, writes.size())) {
      statement.getMoreResults();
      rows = checkedRows(statement, write);
    }
    return rows;
  }

  private static int checkedRows(PreparedStatement statement, Write write) throws SQLException {
    int rows = statement.getUpdateCount();
    if (rows <= 0 && write.unwritten() != null) {
      throw write.unwritten().get();
    }
    return rows;
  }
}
