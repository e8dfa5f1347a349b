package io.github.embeddedkms.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import javax.sql.DataSource;

/**
 * The tables of a store as seen by an attacker who can write to the database but has no key: reads
 * and writes rows by the names of their columns, without any check.
 */
final class StoreTables {

  static final String HEAD = "kms_store";
  static final String STORE_KEY = "kms_store_key";
  static final String ITEM = "kms_item";
  static final String MATERIAL = "kms_material";
  static final List<String> ALL = List.of(HEAD, STORE_KEY, ITEM, MATERIAL);

  /** For nodes that do not notice tables that they did not create. */
  static final Schema UNCHECKED =
      new Schema(Schema.current().version(), Schema.current().scripts(), (dialect, version) -> "");

  /** What a node of the first version writes. */
  static final Schema FIRST =
      new Schema(1, Schema.current().scripts(), Schema.current().descriptions());

  /**
   * Returns a schema of the version after the current one, whose tables are created by a script.
   */
  static Schema next(String script) {
    return new Schema(
        Schema.current().version() + 1,
        (dialect, version) ->
            version <= Schema.current().version()
                ? Schema.current().scripts().apply(dialect, version)
                : script);
  }

  /** A row, by the names of its columns. */
  record Row(Map<String, Object> columns) {

    Row {
      // Map.copyOf does not work, because a column may be null.
      columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    }

    Object get(String column) {
      return columns.get(column);
    }

    byte[] bytes(String column) {
      return (byte[]) columns.get(column);
    }

    long number(String column) {
      return ((Number) columns.get(column)).longValue();
    }

    String text(String column) {
      return (String) columns.get(column);
    }

    Address address() {
      return new Address(
          text("account"), text("region"), text(columns.containsKey("id") ? "id" : "key_id"));
    }

    /**
     * Returns edited copies of this row: for each byte of a column, one with that byte changed;
     * then one with a byte appended, and one with a byte removed.
     */
    List<Row> edits(String column) {
      byte[] original = bytes(column);
      List<Row> edits = new ArrayList<>();
      for (int i = 0; i < original.length; i++) {
        byte[] edited = original.clone();
        edited[i] ^= 1;
        edits.add(with(column, edited));
      }
      edits.add(with(column, Arrays.copyOf(original, original.length + 1)));
      if (original.length > 0) {
        edits.add(with(column, Arrays.copyOf(original, original.length - 1)));
      }
      return edits;
    }

    /** Returns this row with another value in one column. */
    Row with(String column, Object value) {
      Map<String, Object> changed = new LinkedHashMap<>(columns);
      changed.put(column, value);
      return new Row(changed);
    }
  }

  private final DataSource database;

  StoreTables(DataSource database) {
    this.database = database;
  }

  List<Row> rows(String table) {
    return onConnection(
        connection -> {
          try (Statement statement = connection.createStatement();
              ResultSet result = statement.executeQuery("SELECT * FROM " + table)) {
            List<Row> rows = new ArrayList<>();
            while (result.next()) {
              rows.add(row(result));
            }
            return rows;
          }
        });
  }

  private static Row row(ResultSet result) throws SQLException {
    Map<String, Object> columns = new LinkedHashMap<>();
    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
      columns.put(result.getMetaData().getColumnName(i), result.getObject(i));
    }
    return new Row(columns);
  }

  /** Returns the only row of an item, or of a key's material. */
  Row row(String table, Address address) {
    return rows(table).stream()
        .filter(row -> row.address().equals(address))
        .findFirst()
        .orElseThrow();
  }

  /** Returns the row of a table that has exactly one. */
  Row onlyRow(String table) {
    List<Row> rows = rows(table);
    if (rows.size() != 1) {
      throw new AssertionError(table + " has " + rows.size() + " rows");
    }
    return rows.get(0);
  }

  /** Replaces all rows of a table. */
  void putAll(String table, List<Row> rows) {
    onConnection(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            statement.execute("DELETE FROM " + table);
            for (Row row : rows) {
              insert(connection, table, row);
            }
            statement.execute("COMMIT");
          }
          return null;
        });
  }

  private static void insert(Connection connection, String table, Row row) throws SQLException {
    String columns = String.join(", ", row.columns().keySet());
    String values = String.join(", ", Collections.nCopies(row.columns().size(), "?"));
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO " + table + " (" + columns + ") VALUES (" + values + ")")) {
      int i = 1;
      for (Object value : row.columns().values()) {
        statement.setObject(i++, value);
      }
      statement.execute();
    }
  }

  /** Replaces one row by another. */
  void replace(String table, Row before, Row after) {
    putAll(table, rows(table).stream().map(row -> isSame(row, before) ? after : row).toList());
  }

  void insert(String table, Row row) {
    List<Row> rows = new ArrayList<>(rows(table));
    rows.add(row);
    putAll(table, rows);
  }

  void delete(String table, Predicate<Row> which) {
    putAll(table, rows(table).stream().filter(which.negate()).toList());
  }

  /** Returns every table with its rows. */
  Map<String, List<Row>> everything() {
    Map<String, List<Row>> everything = new LinkedHashMap<>();
    ALL.forEach(table -> everything.put(table, rows(table)));
    return everything;
  }

  void putEverything(Map<String, List<Row>> everything) {
    everything.forEach(this::putAll);
  }

  /**
   * Recreates a table without keys and constraints, and without types where the database allows
   * that.
   */
  void loosen(String table) {
    execute("CREATE TABLE loose AS SELECT * FROM " + table);
    execute("DROP TABLE " + table);
    execute("ALTER TABLE loose RENAME TO " + table);
  }

  /** Runs commands on one connection. */
  void execute(String... commands) {
    onConnection(
        connection -> {
          Dialect.execute(connection, commands);
          return null;
        });
  }

  /** Returns whether two rows have the same columns, compared by their string forms. */
  private static boolean isSame(Row one, Row other) {
    return describe(one).equals(describe(other));
  }

  private static String describe(Row row) {
    StringBuilder text = new StringBuilder();
    row.columns()
        .forEach(
            (column, value) ->
                text.append(column)
                    .append(value instanceof byte[] bytes ? hex(bytes) : value)
                    .append('\n'));
    return text.toString();
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private interface Use<T> {
    T of(Connection connection) throws SQLException;
  }

  private <T> T onConnection(Use<T> use) {
    try (Connection connection = database.getConnection()) {
      return use.of(connection);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
