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
 * Refuses drivers and databases that cannot hold a store, or not safely. Applications bring their
 * own drivers, and the version is often chosen by a framework.
 *
 * <p>The check is made once for each storage, before any other use of a connection: an outdated
 * SQLite rejects the tables with a syntax error, which would be reported as an altered store.
 *
 * <p>Safe for use by several threads. No lock is held while the database is queried.
 */
final class DriverCheck {

  /** The version that messages recommend; a test compares it with pom.xml. */
  static final String SQLITE_DRIVER = "org.xerial:sqlite-jdbc 3.54.1.0";

  /** The version that messages recommend; a test compares it with pom.xml. */
  static final String POSTGRESQL_DRIVER = "org.postgresql:postgresql 42.7.14";

  /** Older drivers load code that is named in the JDBC URL (CVE-2023-32697). */
  private static final Version MIN_SQLITE_DRIVER = Version.of(3, 41, 2, 2);

  /** The first SQLite that has STRICT tables. */
  private static final Version MIN_SQLITE = Version.of(3, 37, 0);

  /**
   * The patch releases that fixed SQLite's WAL-reset bug; every version from the last of them on
   * has the fix. Without it, two connections to one file in WAL mode can lose a commit or damage
   * the file.
   */
  private static final List<Version> WAL_RESET_FIXES =
      List.of(Version.of(3, 44, 6), Version.of(3, 50, 7), Version.of(3, 51, 3));

  /**
   * The first driver of the current series that fixes an SQL injection (CVE-2024-1597). Later ones
   * fix two attacks by a hostile server (CVE-2026-42198 and CVE-2026-54291). That is documented,
   * and a reason to update, but not a reason to refuse to start: those attacks succeed without a
   * store as well.
   */
  private static final Version MIN_POSTGRESQL_DRIVER = Version.of(42, 7, 2);

  /** The first PostgreSQL with generated columns, which {@link PostgresCatalog} checks for. */
  private static final Version MIN_POSTGRESQL = Version.of(12);

  private final boolean allowUnsafeSqlite;
  private volatile @Nullable Boolean isSafe;

  /**
   * Creates the check.
   *
   * @param allowUnsafeSqlite whether an SQLite with the WAL-reset bug may be used nevertheless, by
   *     one connection at a time
   */
  DriverCheck(boolean allowUnsafeSqlite) {
    this.allowUnsafeSqlite = allowUnsafeSqlite;
  }

  /**
   * Checks the versions of a new connection's driver and database. If only a single connection is
   * safe, locks all others out of the file.
   *
   * @throws KeyStorageException if a version is refused; the message names the version to use
   */
  void prepare(Connection connection, Dialect dialect) throws SQLException {
    Boolean known = isSafe;
    boolean safe = known == null ? check(connection, dialect) : known;
    isSafe = safe;
    if (!safe) {
      // Set before the first access. Such a connection never uses the shared WAL index, which the
      // bug damages, and keeps other connections out of the file.
      Dialect.execute(connection, "PRAGMA locking_mode = EXCLUSIVE");
    }
  }

  /**
   * Returns whether the connection that was prepared must be the only one of its storage, which
   * would otherwise lock itself out. False before the first one has been prepared, when this is
   * unknown.
   */
  boolean needsExclusiveConnection() {
    return Boolean.FALSE.equals(isSafe);
  }

  /** Returns whether any number of connections is safe. */
  private boolean check(Connection connection, Dialect dialect) throws SQLException {
    DatabaseMetaData data = connection.getMetaData();
    if (dialect == Dialect.POSTGRESQL) {
      requirePostgresql(
          data.getDriverName(), data.getDriverVersion(), data.getDatabaseProductVersion());
      return true;
    }
    return requireSqlite(data.getDriverName(), data.getDriverVersion(), sqliteVersion(connection));
  }

  /** Asks the library itself, since it need not be the one that the driver brings. */
  private static String sqliteVersion(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT sqlite_version()")) {
      return result.next() ? String.valueOf(result.getString(1)) : "unknown";
    }
  }

  /** Returns whether an SQLite is free of the WAL-reset bug. */
  boolean requireSqlite(String driverName, String driver, String sqlite) {
    // Other drivers have other version numbers; a shaded driver may report none.
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
