package io.github.embeddedkms.store;

import io.github.embeddedkms.bounded.Deadline;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.regex.Pattern;

/** What one database does in another way than the other. */
enum Dialect {
  SQLITE {
    @Override
    void prepare(Connection connection, Deadline deadline) throws SQLException {
      // Transactions are begun by hand: the driver's own would begin as readers and could not wait
      // for a writer any more once they have read (SQLITE_BUSY_SNAPSHOT).
      connection.setAutoCommit(true);
      // The database itself waits for a slice; the loop in retryWhileLocked() for the rest.
      execute(connection, "PRAGMA busy_timeout = " + waitSlice(deadline));
      retryWhileLocked(connection, deadline, () -> configure(connection));
    }

    private boolean configure(Connection connection) throws SQLException {
      execute(
          connection,
          // The file may have been written by anyone: its definitions call no functions with side
          // effects, and damaged pages are found when they are read.
          "PRAGMA trusted_schema = OFF",
          "PRAGMA cell_size_check = ON",
          "PRAGMA journal_mode = WAL",
          // A commit returns when the disk has it; on macOS, when the drive says so too.
          "PRAGMA synchronous = FULL",
          "PRAGMA fullfsync = ON",
          "PRAGMA secure_delete = ON");
      return true;
    }

    @Override
    void beginReading(Connection connection, Deadline deadline) throws SQLException {
      execute(connection, "BEGIN DEFERRED");
    }

    @Override
    void beginWriting(Connection connection, Deadline deadline) throws SQLException {
      // Takes the one place for writers now; readers go on beside it.
      retryWhileLocked(
          connection,
          deadline,
          () -> {
            execute(connection, "BEGIN IMMEDIATE");
            return true;
          });
    }

    @Override
    void commit(Connection connection) throws SQLException {
      execute(connection, "COMMIT");
    }

    @Override
    void discard(Connection connection) throws SQLException {
      // First what holds the lock: a close() that fails half-way leaves the transaction open and
      // the connection closed for the driver, which then never closes it again. (The driver's
      // abort() does nothing.)
      boolean rolledBack = true;
      try {
        execute(connection, "ROLLBACK");
      } catch (SQLException e) {
        if (isInterrupted(e)) {
          rolledBack = false;
        } else if (!isWithoutTransaction(e) && !connection.isClosed()) {
          throw e;
        }
      }
      Connection physical = unwrap(connection);
      // A pool would keep it; its own connection may still be a wrapper, which then does the same.
      if (physical != connection || !rolledBack) {
        physical.close();
      }
    }

    /** A wrapper that does not reveal its connection is closed itself. */
    private Connection unwrap(Connection connection) {
      try {
        return connection.unwrap(Connection.class);
      } catch (SQLException e) {
        return connection;
      }
    }

    /**
     * An interrupt lasts until no statement of the connection is active. If a result set could not
     * be closed, each further ROLLBACK fails like this one. Closing the connection ends the
     * statements and the transaction.
     */
    private boolean isInterrupted(SQLException e) {
      return (e.getErrorCode() & 0xFF) == INTERRUPTED;
    }

    private boolean isWithoutTransaction(SQLException e) {
      return String.valueOf(e.getMessage()).contains("no transaction is active");
    }

    @Override
    boolean tryErase(Connection connection) throws SQLException {
      // The log still holds pages as they were before. Cut to nothing, which fails while others
      // read; the pages of the file itself are overwritten (secure_delete). Not waited for: it is
      // tried again.
      execute(connection, "PRAGMA busy_timeout = 0");
      try (Statement statement = connection.createStatement();
          ResultSet result = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
        return result.next() && result.getInt(1) == 0;
      } finally {
        execute(connection, "PRAGMA busy_timeout = " + WAIT_SLICE_MILLIS);
      }
    }

    @Override
    void beginCreating(Connection connection, Deadline deadline) {
      // Only one connection writes at a time.
    }

    @Override
    boolean isLocked(SQLException e) {
      int code = e.getErrorCode() & 0xFF;
      return code == 5 || code == 6;
    }

    @Override
    void undoFailedAttempt(Connection connection) {
      // The statement that failed has left nothing behind.
    }

    @Override
    boolean needsWatchdog() {
      return true;
    }

    @Override
    String tableCountQuery() {
      return "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'kms_store'";
    }

    @Override
    String timeExpression() {
      return "NULL";
    }

    @Override
    String headLockClause() {
      return "";
    }

    @Override
    void afterLock(Connection connection, Deadline deadline) {
      // What it waits for is that of the whole database, which it now has.
    }

    @Override
    KeyStorageException failure(SQLException e) {
      return switch (e.getErrorCode() & 0xFF) {
        // No such table or column, a constraint that we know nothing of, a type that does not fit.
        case 1, 19, 20 -> tablesAltered(e);
        case 5, 6 -> new StoreUnavailableException("the store is locked by others for too long", e);
        case INTERRUPTED -> StoreUnavailableException.noAnswer(e);
        case 8 -> new StoreUnavailableException("the store's file may not be written", e);
        case 11, 26 ->
            new AlteredStoreException("the store's file is damaged or no SQLite database", e);
        case 13 -> new StoreUnavailableException("the disk under the store is full", e);
        default -> new StoreUnavailableException("the store's file cannot be used", e);
      };
    }
  },

  POSTGRESQL {
    @Override
    void prepare(Connection connection, Deadline deadline) throws SQLException {
      connection.setAutoCommit(false);
    }

    @Override
    void beginReading(Connection connection, Deadline deadline) throws SQLException {
      // One snapshot for all that is read.
      begin(connection, "REPEATABLE READ, READ ONLY", deadline);
    }

    @Override
    void beginWriting(Connection connection, Deadline deadline) throws SQLException {
      // After the wait for the head each statement must see what the one before us has written.
      begin(connection, "READ COMMITTED, READ WRITE", deadline);
    }

    /** In one round trip. The savepoint is where a wait for a lock is tried again from. */
    private void begin(Connection connection, String mode, Deadline deadline) throws SQLException {
      // Later than the lock's own timeout, which says more.
      int limit = deadline.remainingMillis() + WAIT_SLICE_MILLIS;
      execute(
          connection,
          "SET TRANSACTION ISOLATION LEVEL "
              + mode
              + "; SET LOCAL lock_timeout = "
              + waitSlice(deadline)
              + "; SET LOCAL statement_timeout = "
              + limit
              // Else a node that the network has lost keeps its locks, and with them all writers
              // waiting, until the server's TCP gives the connection up: two hours by default.
              + "; SET LOCAL idle_in_transaction_session_timeout = "
              + limit
              + "; SAVEPOINT "
              + ATTEMPT);
    }

    @Override
    void commit(Connection connection) throws SQLException {
      connection.commit();
    }

    @Override
    void discard(Connection connection) throws SQLException {
      // The server rolls back what a lost connection has begun. To ask for it could wait, or fail.
      try {
        connection.abort(Runnable::run);
      } catch (SQLException | RuntimeException | AbstractMethodError e) {
        // Not every driver or pool has it.
        connection.rollback();
      }
    }

    @Override
    boolean tryErase(Connection connection) {
      // When old rows and the write-ahead log go is the server's own business.
      return true;
    }

    @Override
    void beginCreating(Connection connection, Deadline deadline) throws SQLException {
      // Of several nodes that find nothing, one creates the tables and the others wait for it.
      retryWhileLocked(
          connection,
          deadline,
          () -> {
            execute(connection, "SELECT pg_advisory_xact_lock(" + CREATION_LOCK + ")");
            return true;
          });
    }

    @Override
    boolean isLocked(SQLException e) {
      return "55P03".equals(e.getSQLState());
    }

    @Override
    void undoFailedAttempt(Connection connection) throws SQLException {
      execute(connection, "ROLLBACK TO SAVEPOINT " + ATTEMPT);
    }

    @Override
    boolean needsWatchdog() {
      return false;
    }

    @Override
    String tableCountQuery() {
      return "SELECT count(*) WHERE to_regclass('kms_store') IS NOT NULL";
    }

    @Override
    String timeExpression() {
      return "floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint";
    }

    @Override
    String headLockClause() {
      return " FOR UPDATE";
    }

    @Override
    void afterLock(Connection connection, Deadline deadline) throws SQLException {
      // From here on a statement that fails cannot be repeated: the savepoint is before the writes.
      execute(connection, "SET LOCAL lock_timeout = " + deadline.remainingMillis());
    }

    @Override
    KeyStorageException failure(SQLException e) {
      String state = String.valueOf(e.getSQLState());
      if (state.equals("55P03")) {
        return new StoreUnavailableException("the store is locked by others for too long", e);
      }
      if (state.equals("57014") || e.getCause() instanceof SocketTimeoutException) {
        return StoreUnavailableException.noAnswer(e);
      }
      if (state.equals("25006")) {
        return new StoreUnavailableException("the store's database may not be written", e);
      }
      if (TABLES_ALTERED.matcher(state).matches()) {
        return tablesAltered(e);
      }
      return state.equals("53100")
          ? new StoreUnavailableException("the disk under the store is full", e)
          : new StoreUnavailableException("the store's database cannot be used", e);
    }
  };

  /**
   * SQLSTATEs of values that do not fit, constraints, and tables or columns that are not there, or
   * of another type; but for two: what the user may do, and what a pooler has done to the driver's
   * statements, are no findings.
   */
  private static final Pattern TABLES_ALTERED = Pattern.compile("(?!42501|42P05)(22|23|42)...");

  /** SQLite's code for a statement that the watchdog has cancelled. */
  private static final int INTERRUPTED = 9;

  /** The savepoint before the first statement of a transaction, the one that may wait. */
  private static final String ATTEMPT = "kms_attempt";

  /**
   * How long a database waits for a lock at a stretch, in milliseconds: then the deadline is looked
   * at.
   */
  private static final int WAIT_SLICE_MILLIS = 250;

  /** Any number, the same for ever: "ekms" in ASCII. */
  private static final long CREATION_LOCK = 0x656B6D73L;

  /** The dialect of the database behind a connection. */
  static Dialect of(Connection connection) throws SQLException {
    String product = connection.getMetaData().getDatabaseProductName();
    return switch (product.toLowerCase(Locale.ROOT)) {
      case "sqlite" -> SQLITE;
      case "postgresql" -> POSTGRESQL;
      default ->
          throw new IllegalArgumentException(
              "embedded-kms: keys are kept in SQLite or PostgreSQL, not in " + product);
    };
  }

  /** A statement that may have to wait for a lock; changes nothing if it fails. */
  interface Attempt<T> {
    T run() throws SQLException;
  }

  /** Once for each connection that is taken, before anything else. */
  abstract void prepare(Connection connection, Deadline deadline) throws SQLException;

  abstract void beginReading(Connection connection, Deadline deadline) throws SQLException;

  abstract void beginWriting(Connection connection, Deadline deadline) throws SQLException;

  /** Waits, within a writing transaction, until no other node can be creating tables. */
  abstract void beginCreating(Connection connection, Deadline deadline) throws SQLException;

  abstract void commit(Connection connection) throws SQLException;

  /**
   * Ends a connection whose state is unknown, with the transaction that may be open on it. Closing
   * it, which gives a pool its place back, is left to the caller.
   */
  abstract void discard(Connection connection) throws SQLException;

  /**
   * Removes what the database keeps of rows that were deleted or overwritten, outside of
   * transactions.
   *
   * @return false if others are in the way
   */
  abstract boolean tryErase(Connection connection) throws SQLException;

  /** Whether a statement failed only because others hold a lock. */
  abstract boolean isLocked(SQLException e);

  /** Undoes what a statement that found a lock has left behind. */
  abstract void undoFailedAttempt(Connection connection) throws SQLException;

  /** Whether only another thread can end a statement that runs for too long. */
  abstract boolean needsWatchdog();

  /**
   * Runs a statement that may wait for others, in slices, so that an interrupt is noticed and the
   * deadline kept. No statement of the transaction may have written before.
   *
   * @throws SQLException that of the last attempt, if the lock is still held at the deadline
   */
  final <T> T retryWhileLocked(Connection connection, Deadline deadline, Attempt<T> attempt)
      throws SQLException {
    while (true) {
      try {
        return attempt.run();
      } catch (SQLException e) {
        if (!isLocked(e) || deadline.hasPassed()) {
          throw e;
        }
        if (Thread.currentThread().isInterrupted()) {
          throw StoreUnavailableException.interrupted();
        }
        undoFailedAttempt(connection);
      }
    }
  }

  private static int waitSlice(Deadline deadline) {
    return Math.min(WAIT_SLICE_MILLIS, deadline.remainingMillis());
  }

  /** A query that counts our tables, 0 or 1. */
  abstract String tableCountQuery();

  /**
   * An expression for the database's own time in milliseconds of the epoch; NULL if it has none.
   */
  abstract String timeExpression();

  /** What a query of the head ends with so that there is one writer at a time. */
  abstract String headLockClause();

  /** Once the head is locked: later statements wait for other locks until the deadline. */
  abstract void afterLock(Connection connection, Deadline deadline) throws SQLException;

  /** What went wrong, in words for users: the database's own are kept as the cause. */
  abstract KeyStorageException failure(SQLException e);

  private static AlteredStoreException tablesAltered(SQLException e) {
    return new AlteredStoreException("the store's tables are not as they were made", e);
  }

  static void execute(Connection connection, String... commands) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String command : commands) {
        statement.execute(command);
      }
    }
  }

  final boolean hasTables(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(tableCountQuery())) {
      return result.next() && result.getInt(1) > 0;
    }
  }
}
