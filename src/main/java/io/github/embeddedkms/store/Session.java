package io.github.embeddedkms.store;

import io.github.embeddedkms.bounded.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * One use of a connection: at most one transaction. Used by one thread.
 *
 * <p>No statement begins after the deadline, and one that runs past it is ended. Only a commit,
 * once begun, is left to finish.
 */
final class Session implements AutoCloseable {

  private final Connection connection;
  private final Dialect dialect;
  private final Database.Purpose purpose;
  private final Deadline deadline;
  private final Watchdog watchdog;
  private final TableCheck check;

  private Watchdog.@Nullable Guard guard;
  private boolean usable = true;

  Session(
      Connection connection,
      Dialect dialect,
      Database.Purpose purpose,
      Deadline deadline,
      Watchdog watchdog,
      TableCheck check) {
    this.connection = connection;
    this.dialect = dialect;
    this.purpose = purpose;
    this.deadline = deadline;
    this.watchdog = watchdog;
    this.check = check;
  }

  /** Begins the transaction; for writing, this may wait for other nodes. */
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
    return new Tables(connection, dialect, deadline);
  }

  /** Ends the transaction. If this throws, it has happened or not, but not half. */
  void commit() throws SQLException {
    endGuard();
    dialect.commit(connection);
    usable = true;
  }

  /**
   * After a commit: removes what the database keeps of rows that were deleted or overwritten.
   *
   * @return false if that must be tried again later; what was committed stays so
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

  /** Whether the connection is in the state that it was taken in. */
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

  /** Changes nothing about what has been committed, and so throws nothing. */
  @Override
  public void close() {
    try {
      endGuard();
    } catch (SQLException e) {
      usable = false;
    }
  }
}
