package io.github.embeddedkms.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteDataSource;

/**
 * A database for one store, of either kind, that another process can be told of.
 *
 * @param url what JDBC connects to
 */
record TestDatabase(String url) {

  private static final String SQLITE = "jdbc:sqlite:";
  private static final Pattern APPLICATION = Pattern.compile("ApplicationName=\\w+");
  private static final Pattern SCHEMA = Pattern.compile("currentSchema=(\\w+)");

  static TestDatabase sqlite(Path file) {
    return new TestDatabase(SQLITE + file);
  }

  /** An empty schema of the shared server. */
  static TestDatabase postgres() throws SQLException {
    return of(TestPostgres.shared());
  }

  static TestDatabase of(TestPostgres server) throws SQLException {
    PGSimpleDataSource database = server.newDatabase();
    // So that its connections can be told from others.
    database.setApplicationName(database.getCurrentSchema());
    return new TestDatabase(TestPostgres.url(database));
  }

  /** Another one, empty: a file beside this one, or a schema. */
  TestDatabase numbered(int number) throws SQLException {
    if (isSqlite()) {
      return new TestDatabase(url + number);
    }
    String schema = schema();
    TestDatabase numbered =
        new TestDatabase(url.replace("Schema=" + schema, "Schema=" + schema + "_" + number));
    execute("CREATE SCHEMA IF NOT EXISTS " + numbered.schema());
    return numbered;
  }

  /** The same database, for somebody whose connections can be told from those of others. */
  TestDatabase named(String name) {
    return isSqlite()
        ? this
        : new TestDatabase(
            APPLICATION.matcher(url).replaceFirst("ApplicationName=" + schema() + name));
  }

  /** The file of a store that is in one. */
  Path file() {
    return Path.of(url.substring(SQLITE.length()));
  }

  private String schema() {
    Matcher setting = SCHEMA.matcher(url);
    setting.find();
    return setting.group(1);
  }

  boolean isSqlite() {
    return url.startsWith(SQLITE);
  }

  SealedKeyStorageBuilder builder() {
    return isSqlite()
        ? SealedKeyStorage.builder(Path.of(url.substring(SQLITE.length())))
        : SealedKeyStorage.builder(dataSource());
  }

  /** Opens the store; its copy is renewed once it is older than that. */
  SealedKeyStorage open(Duration maximumStaleness) {
    return builder().rootKey(RootKey.unsealedForTests()).maximumStaleness(maximumStaleness).open();
  }

  /** A new connection each time. */
  DataSource dataSource() {
    if (isSqlite()) {
      SQLiteDataSource source = new SQLiteDataSource();
      source.setUrl(url);
      return source;
    }
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    return source;
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url);
  }

  /**
   * Waits until nobody is connected. A server goes on for a moment when its client is dead, and may
   * yet commit what it was asked to.
   */
  void awaitNobody() throws SQLException {
    if (!isSqlite()) {
      while (number(
              "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                  + " AND application_name = current_setting('application_name')")
          > 0) {
        Thread.onSpinWait();
      }
    }
  }

  /** The first column of the first row, a number. */
  long number(String query) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** How many tables a store has here, 0 if there is none. */
  long tables() throws SQLException {
    return number(
        isSqlite()
            ? "SELECT count(*) FROM sqlite_master WHERE type = 'table'"
            : "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema");
  }

  void execute(String... commands) throws SQLException {
    try (Connection connection = connect()) {
      Dialect.execute(connection, commands);
    }
  }
}
