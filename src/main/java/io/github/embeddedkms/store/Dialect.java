package io.github.embeddedkms.store;

import io.github.embeddedkms.bounded.Deadline;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.regex.Pattern;

/** The differences between the supported databases. */
enum Dialect {
  SQLITE {
    @Override
    void prepare(Connection connection, Deadline deadline) throws SQLException {
      // Transactions are begun with explicit statements. Those that the driver begins start as
      // readers, and once they have read they can no longer wait for a writer
      // (SQLITE_BUSY_SNAPSHOT).
      connection.setAutoCommit(true);
      // The database itself waits for one slice; the loop in retryWhileLocked() covers the rest.
      execute(connection, "PRAGMA busy_timeout = " + waitSlice(deadline));
      retryWhileLocked(connection, deadline, () -> configure(connection));
    }

    private boolean configure(Connection connection) throws SQLException {
      execute(
          connection,
          // Anyone may have written the file: its definitions must not call functions with side
          // effects, and damaged pages must be detected when they are read.
          "PRAGMA trusted_schema = OFF",
          "PRAGMA cell_size_check = ON",
          "PRAGMA journal_mode = WAL",
          // A commit returns once it is on disk; on macOS, once the drive has confirmed that too.
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
      // Takes the write lock now. There is one writer at a time; readers continue.
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
      // The transaction is ended first, because it holds the lock. A close() that fails half-way
      // would leave the transaction open, but the driver would regard the connection as closed and
      // never close it again. (The driver's abort() does nothing.)
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
      // The pool would keep the physical connection. What it wraps may itself be a wrapper, whose
      // close() then closes the one below.
      if (physical != connection || !rolledBack) {
        physical.close();
      }
    }

    /** Returns the wrapped connection, or the wrapper itself if it does not reveal one. */
    private Connection unwrap(Connection connection) {
      try {
        return connection.unwrap(Connection.class);
      } catch (SQLException e) {
        return connection;
      }
    }

    /**
     * Returns whether a statement failed because of an interrupt, which lasts until no statement of
     * the connection is active. If a result set could not be closed, every further ROLLBACK fails
     * the same way; closing the connection ends its statements and the transaction.
     */
    private boolean isInterrupted(SQLException e) {
      return (e.getErrorCode() & 0xFF) == INTERRUPTED;
    }

    private boolean isWithoutTransaction(SQLException e) {
      return String.valueOf(e.getMessage()).contains("no transaction is active");
    }

    @Override
    boolean tryErase(Connection connection) throws SQLException {
      // The write-ahead log still holds the old pages. It is truncated here, which fails while
      // other connections read; the pages of the file itself are overwritten (secure_delete). This
      // does not wait, because it is tried again later.
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
      // The failed statement has left nothing to undo.
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
    int statementsAtOnce() {
      // A call of a function in this process, not a message to another one.
      return 1;
    }

    @Override
    void afterLock(WriteQueue writes, Deadline deadline) {
      // The only lock is that of the whole database, which this transaction now holds.
    }

    @Override
    KeyStorageException failure(SQLException e) {
      return switch (e.getErrorCode() & 0xFF) {
        // No such table or column, an unknown constraint, a type that does not match.
        case 1, 19, 20 -> tablesAltered(e);
        case 5, 6 -> new StoreUnavailableException("the store is locked by others for too long", e);
        case INTERRUPTED -> StoreUnavailableException.noAnswer(e);
        case 8 -> new StoreUnavailableException("the store's file may not be written", e);
        case 11, 26 ->
            new AlteredStoreException("the store's file is damaged or not a SQLite database", e);
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
      // All statements of the transaction read from one snapshot.
      begin(connection, "REPEATABLE READ, READ ONLY", deadline);
    }

    @Override
    void beginWriting(Connection connection, Deadline deadline) throws SQLException {
      // After the wait for the head, each statement must see what the previous writer has
      // committed.
      begin(connection, "READ COMMITTED, READ WRITE", deadline);
    }

    /**
     * Begins a transaction in one round trip. After a lock timeout, the transaction is rolled back
     * to the savepoint and the statement is tried again.
     */
    private void begin(Connection connection, String mode, Deadline deadline) throws SQLException {
      // Longer than the lock timeout, whose error says more.
      int limit = deadline.remainingMillis() + WAIT_SLICE_MILLIS;
      execute(
          connection,
          "SET TRANSACTION ISOLATION LEVEL "
              + mode
              + "; SET LOCAL lock_timeout = "
              + waitSlice(deadline)
              + "; SET LOCAL statement_timeout = "
              + limit
              // Otherwise a node that loses its network connection would keep its locks, and all
              // writers would wait, until the server's TCP gives the connection up: two hours by
              // default.
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
      // The server rolls back the transaction of a lost connection. An explicit ROLLBACK could
      // block or fail.
      try {
        connection.abort(Runnable::run);
      } catch (SQLException | RuntimeException | AbstractMethodError e) {
        // Not every driver or pool supports abort().
        connection.rollback();
      }
    }

    @Override
    boolean tryErase(Connection connection) {
      // The server itself decides when old rows and write-ahead logs are removed.
      return true;
    }

    @Override
    void beginCreating(Connection connection, Deadline deadline) throws SQLException {
      // If several nodes find no store, one creates the tables and the others wait for it.
      retryWhileLocked(
          connection,
          deadline,
          () -> {
            execute(connection, "SELECT pg_catalog.pg_advisory_xact_lock(" + CREATION_LOCK + ")");
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
      return "SELECT pg_catalog.count(*) WHERE pg_catalog.to_regclass('kms_store') IS NOT NULL";
    }

    @Override
    String timeExpression() {
      return "pg_catalog.floor(extract(epoch FROM pg_catalog.clock_timestamp()) * 1000)::bigint";
    }

    @Override
    String headLockClause() {
      return " FOR UPDATE";
    }

    @Override
    int statementsAtOnce() {
      // More than nearly all changes have. The driver sends them as separate statements, but waits
      // only once. It prepares each sequence that it meets often, so there should not be many.
      return 8;
    }

    @Override
    void afterLock(WriteQueue writes, Deadline deadline) throws SQLException {
      // From here on, a failed statement cannot be repeated, because the savepoint precedes the
      // writes. A function, since SET has no parameters: the driver keeps what it has parsed and
      // prepared only for the same SQL. With schema and type, so that no function of the same name
      // elsewhere fits better.
      String millis = Integer.toString(deadline.remainingMillis());
      writes.add(
          null, "SELECT pg_catalog.set_config('lock_timeout', CAST(? AS text), true)", millis);
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
   * The SQLSTATEs for unsuitable values, violated constraints, and missing tables or columns or
   * columns of another type. Two codes are excluded because they do not show an alteration: 42501,
   * missing privileges, and 42P05, which appears when a connection pooler interferes with the
   * driver's prepared statements.
   */
  private static final Pattern TABLES_ALTERED = Pattern.compile("(?!42501|42P05)(22|23|42)...");

  /** SQLite's code for a statement that the watchdog has cancelled. */
  private static final int INTERRUPTED = 9;

  /** The savepoint before the first statement of a transaction, the one that may wait. */
  private static final String ATTEMPT = "kms_attempt";

  /**
   * How long the database waits for a lock at a time, in milliseconds. After each wait the deadline
   * is checked.
   */
  private static final int WAIT_SLICE_MILLIS = 250;

  /** An arbitrary number that never changes: "ekms" in ASCII. */
  private static final long CREATION_LOCK = 0x656B6D73L;

  /** Returns the dialect of the database that a connection leads to. */
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

  /** Prepares a connection. Called once each time a connection is taken, before any other use. */
  abstract void prepare(Connection connection, Deadline deadline) throws SQLException;

  abstract void beginReading(Connection connection, Deadline deadline) throws SQLException;

  abstract void beginWriting(Connection connection, Deadline deadline) throws SQLException;

  /** Waits, within a writing transaction, until no other node is creating tables. */
  abstract void beginCreating(Connection connection, Deadline deadline) throws SQLException;

  abstract void commit(Connection connection) throws SQLException;

  /**
   * Ends a connection whose state is unknown, with the transaction that may be open on it. The
   * caller then closes it, which frees its place in a pool.
   */
  abstract void discard(Connection connection) throws SQLException;

  /**
   * Tries to remove the remnants that the database keeps of deleted or overwritten rows. Called
   * outside of transactions.
   *
   * @return false if other connections prevent it
   */
  abstract boolean tryErase(Connection connection) throws SQLException;

  /** Returns whether a statement failed only because another transaction holds a lock. */
  abstract boolean isLocked(SQLException e);

  /** Undoes the effects of a statement that failed because of a lock. */
  abstract void undoFailedAttempt(Connection connection) throws SQLException;

  /** Returns whether only another thread can end a statement that runs for too long. */
  abstract boolean needsWatchdog();

  /**
   * Runs a statement that may wait for a lock, and repeats it while the lock is held. The database
   * waits in slices, so that an interrupt is noticed and the deadline is kept. No earlier statement
   * of the transaction may have written.
   *
   * @throws SQLException the error of the last attempt, if the lock is still held at the deadline
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

  /** Returns a query that counts this library's head table: 0 or 1. */
  abstract String tableCountQuery();

  /**
   * Returns an SQL expression for the database's own time, in milliseconds since 1970-01-01T00:00Z;
   * {@code NULL} if the database has no clock of its own.
   */
  abstract String timeExpression();

  /**
   * Returns the end of the query for the head that locks it, so that there is one writer at a time.
   */
  abstract String headLockClause();

  /** Returns how many statements are sent to the database at once at most, 1 or more. */
  abstract int statementsAtOnce();

  /** Called once the head is locked: later statements wait for other locks until the deadline. */
  abstract void afterLock(WriteQueue writes, Deadline deadline) throws SQLException;

  /**
   * Translates an error of the database into one with a message for users; the original is kept as
   * the cause.
   */
  abstract KeyStorageException failure(SQLException e);

  private static AlteredStoreException tablesAltered(SQLException e) {
    return new AlteredStoreException("the store's tables were altered", e);
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
