package io.github.embeddedkms.store;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Refuses drivers and databases that cannot keep a store, or not safely. Applications bring their
 * own drivers, and often a framework has chosen the version.
 *
 * <p>The check is made once for each storage and comes before any other use of a connection: an
 * outdated SQLite rejects the tables with a syntax error, which would be reported as an altered
 * store.
 *
 * <p>Safe for use by several threads. No lock is held while the database is asked.
 */
final class DriverCheck {

  /** The version that messages recommend; the same as in pom.xml, which a test compares. */
  static final String SQLITE_DRIVER = "org.xerial:sqlite-jdbc 3.54.1.0";

  /** The version that messages recommend; the same as in pom.xml, which a test compares. */
  static final String POSTGRESQL_DRIVER = "org.postgresql:postgresql 42.7.14";

  /** Older drivers load code that a JDBC URL names (CVE-2023-32697). */
  private static final Version MIN_SQLITE_DRIVER = Version.of(3, 41, 2, 2);

  /** The first SQLite that has STRICT tables. */
  private static final Version MIN_SQLITE = Version.of(3, 37, 0);

  /**
   * The releases in which SQLite's WAL-reset bug was fixed, the last of them the first of all later
   * ones. Before that, two connections to one file in WAL mode can lose a commit or damage the
   * file.
   */
  private static final List<Version> WAL_RESET_FIXES =
      List.of(Version.of(3, 44, 6), Version.of(3, 50, 7), Version.of(3, 51, 3));

  /**
   * The first driver of the current series with the fix of an SQL injection (CVE-2024-1597). It
   * works; that later ones have fixed two attacks by a hostile server (CVE-2026-42198 and
   * CVE-2026-54291) is documented, and a reason to update, but none to refuse to start: those
   * attacks need no store to succeed.
   */
  private static final Version MIN_POSTGRESQL_DRIVER = Version.of(42, 7, 2);

  /** The first PostgreSQL that has generated columns, which {@link PostgresCatalog} looks for. */
  private static final Version MIN_POSTGRESQL = Version.of(12);

  private final boolean allowUnsafeSqlite;
  private volatile @Nullable Boolean isSafe;

  /**
   * Creates the check.
   *
   * @param allowUnsafeSqlite whether an SQLite with the WAL-reset bug is used nevertheless, by one
   *     connection at a time
   */
  DriverCheck(boolean allowUnsafeSqlite) {
    this.allowUnsafeSqlite = allowUnsafeSqlite;
  }

  /**
   * Checks the versions behind a new connection, and makes it the only one to its file if only that
   * is safe.
   *
   * @throws KeyStorageException if a version is refused; the message says which to take
   */
  void prepare(Connection connection, Dialect dialect) throws SQLException {
    Boolean known = isSafe;
    boolean safe = known == null ? check(connection, dialect) : known;
    isSafe = safe;
    if (!safe) {
      // Before the first access: such a connection never uses the shared index of the WAL, which
      // the bug damages, and keeps others out of the file.
      Dialect.execute(connection, "PRAGMA locking_mode = EXCLUSIVE");
    }
  }

  /**
   * Whether the connection that was prepared must be the only one of its storage, which would lock
   * itself out otherwise. Unknown, and false, before the first one was prepared.
   */
  boolean needsExclusiveConnection() {
    return Boolean.FALSE.equals(isSafe);
  }

  /** Whether any number of connections is safe. */
  private boolean check(Connection connection, Dialect dialect) throws SQLException {
    DatabaseMetaData data = connection.getMetaData();
    if (dialect == Dialect.POSTGRESQL) {
      requirePostgresql(
          data.getDriverName(), data.getDriverVersion(), data.getDatabaseProductVersion());
      return true;
    }
    return requireSqlite(data.getDriverName(), data.getDriverVersion(), sqliteVersion(connection));
  }

  /** From the library itself: another than the driver's own can be loaded. */
  private static String sqliteVersion(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT sqlite_version()")) {
      return result.next() ? String.valueOf(result.getString(1)) : "unknown";
    }
  }

  /** Whether the SQLite is free of the WAL-reset bug. */
  boolean requireSqlite(String driverName, String driver, String sqlite) {
    // Other drivers count in another way; a driver that was shaded may have lost its version.
    if (driverName.equals("SQLite JDBC")) {
      requireMinimum("the SQLite driver", driver, MIN_SQLITE_DRIVER, SQLITE_DRIVER);
    }
    requireMinimum("SQLite", sqlite, MIN_SQLITE, SQLITE_DRIVER);
    boolean safe = Version.parse(sqlite).filter(DriverCheck::isWalResetFixed).isPresent();
    if (!safe && !allowUnsafeSqlite) {
      throw new KeyStorageException(
          "SQLite "
              + Printable.of(sqlite)
              + " can lose or damage what several connections write (its WAL-reset bug): use "
              + SQLITE_DRIVER);
    }
    return safe;
  }

  private static boolean isWalResetFixed(Version sqlite) {
    Version last = WAL_RESET_FIXES.get(WAL_RESET_FIXES.size() - 1);
    return !sqlite.isBefore(last)
        || WAL_RESET_FIXES.stream()
            .anyMatch(fix -> sqlite.isSameReleaseAs(fix) && !sqlite.isBefore(fix));
  }

  static void requirePostgresql(String driverName, String driver, String server) {
    if (driverName.equals("PostgreSQL JDBC Driver")) {
      requireMinimum("the PostgreSQL driver", driver, MIN_POSTGRESQL_DRIVER, POSTGRESQL_DRIVER);
    }
    requireMinimum("PostgreSQL", server, MIN_POSTGRESQL, "a PostgreSQL that is still maintained");
  }

  private static void requireMinimum(String what, String found, Version least, String take) {
    Optional<Version> version = Version.parse(found);
    if (version.isPresent() && version.get().isBefore(least)) {
      throw new KeyStorageException(
          "%s %s is too old, the oldest supported is %s: use %s"
              .formatted(what, Printable.of(found), least, take));
    }
  }
}
