package io.github.embeddedkms.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/** What one database does in another way than the other. */
enum Dialect {
  SQLITE {
    @Override
    void prepare(Connection connection, Duration lockTimeout) throws SQLException {
      // Transactions are begun by hand: the driver's own would begin as readers and could not wait
      // for a writer any more once they have read (SQLITE_BUSY_SNAPSHOT).
      connection.setAutoCommit(true);
      execute(
          connection,
          "PRAGMA busy_timeout = " + lockTimeout.toMillis(),
          "PRAGMA journal_mode = WAL",
          // A commit returns when the disk has it; on macOS, when the drive says so too.
          "PRAGMA synchronous = FULL",
          "PRAGMA fullfsync = ON",
          "PRAGMA secure_delete = ON");
    }

    @Override
    void beginReading(Connection connection) throws SQLException {
      execute(connection, "BEGIN DEFERRED");
    }

    @Override
    void beginWriting(Connection connection, Duration lockTimeout) throws SQLException {
      // Takes the one place for writers now; readers go on beside it.
      execute(connection, "BEGIN IMMEDIATE");
    }

    @Override
    void commit(Connection connection) throws SQLException {
      execute(connection, "COMMIT");
    }

    @Override
    void rollBack(Connection connection) throws SQLException {
      execute(connection, "ROLLBACK");
    }

    @Override
    void beginCreating(Connection connection) {
      // Whoever writes is alone already.
    }

    @Override
    String existence() {
      return "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'kms_store'";
    }

    @Override
    String lockingHead() {
      return "";
    }

    @Override
    KeyStorageException failure(SQLException e) {
      return switch (e.getErrorCode() & 0xFF) {
        // No such table or column, a constraint that we know nothing of, a type that does not fit.
        case 1, 19, 20 -> tablesAltered(e);
        case 5, 6 -> new StoreUnavailableException("the store is locked by others for too long", e);
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
    void prepare(Connection connection, Duration lockTimeout) throws SQLException {
      connection.setAutoCommit(false);
    }

    @Override
    void beginReading(Connection connection) throws SQLException {
      // One snapshot for all that is read.
      execute(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    }

    @Override
    void beginWriting(Connection connection, Duration lockTimeout) throws SQLException {
      // After the wait for the head each statement must see what the one before us has written.
      execute(
          connection,
          "SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE",
          "SET LOCAL lock_timeout = " + lockTimeout.toMillis());
    }

    @Override
    void commit(Connection connection) throws SQLException {
      connection.commit();
    }

    @Override
    void rollBack(Connection connection) throws SQLException {
      connection.rollback();
    }

    @Override
    void beginCreating(Connection connection) throws SQLException {
      // Of several nodes that find nothing, one creates the tables and the others wait for it.
      execute(connection, "SELECT pg_advisory_xact_lock(" + CREATION_LOCK + ")");
    }

    @Override
    String existence() {
      return "SELECT count(*) WHERE to_regclass('kms_store') IS NOT NULL";
    }

    @Override
    String lockingHead() {
      return " FOR UPDATE";
    }

    @Override
    KeyStorageException failure(SQLException e) {
      String state = String.valueOf(e.getSQLState());
      if (state.equals("55P03")) {
        return new StoreUnavailableException("the store is locked by others for too long", e);
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

  /** Once for each connection that is taken, before anything else. */
  abstract void prepare(Connection connection, Duration lockTimeout) throws SQLException;

  abstract void beginReading(Connection connection) throws SQLException;

  abstract void beginWriting(Connection connection, Duration lockTimeout) throws SQLException;

  /** Waits, within a writing transaction, until nobody else can be creating tables. */
  abstract void beginCreating(Connection connection) throws SQLException;

  abstract void commit(Connection connection) throws SQLException;

  abstract void rollBack(Connection connection) throws SQLException;

  /** A query that counts our tables, 0 or 1. */
  abstract String existence();

  /** What a query of the head ends with so that there is one writer at a time. */
  abstract String lockingHead();

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
        ResultSet result = statement.executeQuery(existence())) {
      return result.next() && result.getInt(1) > 0;
    }
  }
}
