package io.github.embeddedkms.store;

import io.github.embeddedkms.bounded.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * One use of a connection, with at most one transaction. Not safe for use by several threads.
 *
 * <p>No statement begins after the deadline, and a statement that runs past it is cancelled. Only a
 * commit that has begun is allowed to finish.
 */
final class Session implements AutoCloseable {

  private final Statements statements;
  private final Connection connection;
  private final Dialect dialect;
  private final Database.Purpose purpose;
  private final Deadline deadline;
  private final Watchdog watchdog;
  private final TableCheck check;

  private Watchdog.@Nullable Guard guard;
  private boolean usable = true;

  Session(
      Statements statements,
      Dialect dialect,
      Database.Purpose purpose,
      Deadline deadline,
      Watchdog watchdog,
      TableCheck check) {
    this.statements = statements;
    this.connection = statements.connection();
    this.dialect = dialect;
    this.purpose = purpose;
    this.deadline = deadline;
    this.watchdog = watchdog;
    this.check = check;
  }

  /** Begins the transaction. For writing, this may wait for other nodes. */
  Tables begin() throws SQLException {
    usable = false;
    startGuard();
    switch (purpose) {
      case READING -> dialect.beginReading(connection, deadline);
      case WRITING -> dialect.beginWriting(connection, deadline);
    }
    dialect.retryWhileLocked(
        connection,
        deadline,
        () -> {
          check.check(connection, dialect);
          return true;
        });
    return new Tables(statements, dialect, deadline);
  }

  /**
   * Commits the transaction. If this throws, the transaction was committed completely or not at
   * all.
   */
  void commit() throws SQLException {
    endGuard();
    dialect.commit(connection);
    usable = true;
  }

  /**
   * Tries, after a commit, to remove the remnants that the database keeps of deleted or overwritten
   * rows.
   *
   * @return false if this must be tried again later; the commit is not affected
   */
  boolean tryErase() {
    usable = false;
    try {
      startGuard();
      boolean erased = dialect.tryErase(connection);
      endGuard();
      usable = true;
      return erased;
    } catch (SQLException e) {
      return false;
    }
  }

  /** Returns whether the connection is in the same state as when it was taken. */
  boolean isUsable() {
    return usable;
  }

  private void startGuard() throws SQLException {
    if (dialect.needsWatchdog()) {
      guard = watchdog.guard(connection, deadline);
    }
  }

  private void endGuard() throws SQLException {
    Watchdog.Guard ended = guard;
    if (ended != null) {
      guard = null;
      ended.close();
    }
  }

  /** Does not affect a commit, and therefore throws nothing. */
  @Override
  public void close() {
    try {
      endGuard();
    } catch (SQLException e) {
      usable = false;
    }
  }
}
