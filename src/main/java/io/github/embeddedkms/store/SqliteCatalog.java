package io.github.embeddedkms.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Describes the tables of a SQLite file as SQLite has parsed them. The types and names in {@code
 * sqlite_master} can be false, since SQLite reads only the SQL stored next to them when it opens a
 * file.
 */
final class SqliteCatalog implements TableCheck.Catalog {

  /**
   * Longer than any definition of this library. SQL in a file may come from an attacker and has no
   * bound.
   */
  private static final int MAXIMUM_SQL = 10_000;

  private final Connection connection;

  SqliteCatalog(Connection connection) {
    this.connection = connection;
  }

  private interface RowReader {
    String read(ResultSet row) throws SQLException;
  }

  /** Returns a number that changes whenever the definitions in the file change. */
  long version() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA main.schema_version")) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  @Override
  public List<String> describe(Set<String> names) throws SQLException {
    requireTablesAndIndexesOnly();
    List<String> lines = new ArrayList<>();
    for (String table : new TreeSet<>(names)) {
      // The name is one of this library's, never one from the file.
      lines.addAll(query("PRAGMA main.table_xinfo(" + table + ")", row -> column(table, row)));
      for (String index : indexes(table)) {
        lines.add(index);
      }
    }
    lines.addAll(definitions(names));
    return lines;
  }

  /**
   * Refuses views, triggers and virtual tables: they run SQL, or modules of SQLite, when something
   * else is used. This library creates none, and a file belongs to one store.
   */
  private void requireTablesAndIndexesOnly() throws SQLException {
    List<String> others =
        query(
            "SELECT substr(sql, 1, 200) FROM main.sqlite_master WHERE sql IS NOT NULL"
                + " AND NOT (sql GLOB 'CREATE TABLE *' OR sql GLOB 'CREATE INDEX *'"
                + " OR sql GLOB 'CREATE UNIQUE INDEX *') LIMIT 1",
            row -> String.valueOf(row.getString(1)));
    if (!others.isEmpty()) {
      throw new AlteredStoreException(
          "the store's file contains something other than tables: "
              + Printable.of(others.get(0).replaceAll("\\s+", " ")));
    }
  }

  private static String column(String table, ResultSet row) throws SQLException {
    String name = table + "." + row.getString("name");
    if (row.getInt("hidden") != 0) {
      throw new AlteredStoreException(
          "the store's column " + Printable.of(name) + " is computed by the database");
    }
    String fallback = row.getString("dflt_value");
    int key = row.getInt("pk");
    return name
        + " "
        + row.getString("type")
        + (row.getInt("notnull") == 0 ? "" : " NOT NULL")
        + (fallback == null ? "" : " DEFAULT " + fallback)
        + (key == 0 ? "" : " KEY " + key);
  }

  /** Returns the indexes in alphabetical order: SQLite lists the newest first. */
  private List<String> indexes(String table) throws SQLException {
    List<String> lines =
        query(
            "PRAGMA main.index_list(" + table + ")",
            row ->
                table
                    + " INDEX "
                    + row.getString("name")
                    + (row.getInt("unique") == 0 ? "" : " UNIQUE")
                    + (row.getInt("partial") == 0 ? "" : " PARTIAL"));
    Collections.sort(lines);
    return lines;
  }

  /** Returns the SQL that creates the tables and their indexes, one line for each. */
  private List<String> definitions(Set<String> names) throws SQLException {
    String places = String.join(", ", Collections.nCopies(names.size(), "?"));
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT tbl_name, substr(sql, 1, "
                + MAXIMUM_SQL
                + ") FROM main.sqlite_master WHERE sql IS NOT NULL AND tbl_name IN ("
                + places
                + ") ORDER BY tbl_name, name")) {
      int i = 1;
      for (String name : names) {
        statement.setString(i++, name);
      }
      try (ResultSet row = statement.executeQuery()) {
        List<String> lines = new ArrayList<>();
        while (row.next()) {
          // A script that was checked out on Windows has other line breaks. Definitions that are
          // equal after this mean the same: this library's have no comments and no quotes.
          String sql = String.valueOf(row.getString(2)).replaceAll("\\s+", " ").strip();
          lines.add(row.getString(1) + " SQL " + sql);
        }
        return lines;
      }
    }
  }

  private List<String> query(String sql, RowReader reader) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      List<String> lines = new ArrayList<>();
      while (row.next()) {
        lines.add(reader.read(row));
      }
      return lines;
    }
  }
}
