package io.github.embeddedkms.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * Compares the tables in a database with those that the scripts create, before they are first
 * queried. Otherwise an attacker who can write to a SQLite file could run SQL in this process, for
 * example with a view with endless recursion in place of a table.
 *
 * <p>The description of each version of the tables is next to its script; a test generates it from
 * the script. Tables of a version that this code does not know are not compared, but must be
 * harmless.
 *
 * <p><b>How often.</b> The check is part of each transaction that needs it, so that the tables
 * checked are the tables read.
 *
 * <ul>
 *   <li>SQLite: at the first use of each connection, and whenever {@code PRAGMA schema_version} has
 *       changed since. A connection reads the definitions again only when that number changes.
 *       Until then it uses those that were checked, whatever is in the file.
 *   <li>PostgreSQL: at the first use, and after each failure. The server has no such number, and
 *       runs SQL in its own process: an attacker who can alter the tables while they are in use can
 *       slow the server down by other means as well. Rows are authenticated wherever they were read
 *       from, and a statement ends at its timeout.
 * </ul>
 *
 * <p>Safe for use by several threads. No lock is held while the database is queried: two threads
 * may check at the same time.
 */
final class TableCheck {

  private static final String ALTERED = "the store's tables were altered: ";

  /** Describes tables from the catalog of a database. */
  interface Catalog {

    /**
     * Describes tables.
     *
     * @param names the tables to describe, if they exist
     * @return lines, each of which begins with the name of a table
     * @throws AlteredStoreException if one of them is not an ordinary table, or an object attached
     *     to them can run SQL when they are used
     */
    List<String> describe(Set<String> names) throws SQLException;
  }

  private final Schema schema;

  /** The catalog versions that were checked on connections that are still open. */
  private final Map<Connection, Long> checked = Collections.synchronizedMap(new WeakHashMap<>());

  private volatile boolean isPostgresChecked;

  TableCheck(Schema schema) {
    this.schema = schema;
  }

  /**
   * Checks the tables that a transaction sees, if they may have changed. A database without any of
   * them passes.
   *
   * @throws AlteredStoreException if they differ from the tables of this library; the message names
   *     a difference
   * @throws KeyStorageException if a newer version of this library has created them
   */
  void check(Connection connection, Dialect dialect) throws SQLException {
    switch (dialect) {
      case SQLITE -> {
        SqliteCatalog catalog = new SqliteCatalog(connection);
        long version = catalog.version();
        Long before = checked.get(connection);
        if (before == null || before != version) {
          compare(catalog, connection, dialect);
          checked.put(connection, version);
        }
      }
      case POSTGRESQL -> {
        if (!isPostgresChecked) {
          isPostgresChecked = compare(new PostgresCatalog(connection), connection, dialect);
        }
      }
    }
  }

  /** Makes the next use check again. Called after a failure. */
  void forget() {
    checked.clear();
    isPostgresChecked = false;
  }

  /** Compares the tables. Returns whether there are any. */
  private boolean compare(Catalog catalog, Connection connection, Dialect dialect)
      throws SQLException {
    List<String> newest = schema.description(dialect, schema.version());
    if (newest.isEmpty()) {
      return true;
    }
    List<String> found = catalog.describe(tables(newest));
    if (found.isEmpty()) {
      return false;
    }
    // This column exists in every version. It is compared first, so that reading the version from
    // it is safe.
    String versionColumn =
        newest.stream()
            .filter(line -> line.startsWith("kms_store.schema_version "))
            .findFirst()
            .orElseThrow();
    if (!found.contains(versionColumn)) {
      throw new AlteredStoreException(ALTERED + missing(versionColumn, found));
    }
    int version = version(connection);
    schema.requireKnown(version);
    // A version below 1 was never written; the seal of the head reveals later that it is false.
    List<String> expected = schema.description(dialect, Math.max(1, version));
    // Another node may have migrated the tables in between. It cannot do so again: the query of
    // the version holds a lock on the table until the transaction ends.
    requireSame(expected, isSame(expected, found) ? found : catalog.describe(tables(newest)));
    return true;
  }

  private static Set<String> tables(List<String> description) {
    Set<String> tables = new HashSet<>();
    for (String line : description) {
      tables.add(table(line));
    }
    return tables;
  }

  private static String table(String line) {
    return line.split("[ .]", 2)[0];
  }

  /** Returns the version in the head; the newest if there is no head. */
  private int version(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT schema_version FROM kms_store")) {
      return row.next() ? Tables.number(row, 1) : schema.version();
    }
  }

  private static String missing(String line, List<String> found) {
    String table = table(line);
    return tables(found).contains(table)
        ? "there is no " + Printable.of(line)
        : "there is no table " + table;
  }

  /**
   * Describes an unexpected line. Differences in columns and indexes come first; a definition that
   * differs otherwise is too long to quote.
   */
  private static String unexpected(String line) {
    int definition = line.indexOf(" SQL ");
    return definition < 0
        ? "unexpected " + Printable.of(line)
        : Printable.of(line.substring(0, definition)) + " is defined differently";
  }

  private static boolean isSame(List<String> expected, List<String> found) {
    return found.size() == expected.size() && found.containsAll(expected);
  }

  private static void requireSame(List<String> expected, List<String> found) {
    List<String> missing = new ArrayList<>(expected);
    missing.removeAll(found);
    List<String> added = new ArrayList<>(found);
    added.removeAll(expected);
    if (!added.isEmpty()) {
      throw new AlteredStoreException(ALTERED + unexpected(added.get(0)));
    }
    if (!missing.isEmpty()) {
      throw new AlteredStoreException(ALTERED + missing(missing.get(0), found));
    }
  }
}
