package io.github.embeddedkms.store;

import io.github.embeddedkms.store.fixture.TestPostgres;
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
 * A database for one store, of either kind, that can be passed to another process.
 *
 * @param url the JDBC URL
 */
record TestDatabase(String url) {

  private static final String SQLITE = "jdbc:sqlite:";
  private static final Pattern APPLICATION = Pattern.compile("ApplicationName=\\w+");
  private static final Pattern SCHEMA = Pattern.compile("currentSchema=(\\w+)");

  static TestDatabase sqlite(Path file) {
    return new TestDatabase(SQLITE + file);
  }

  /** Returns an empty schema of the shared server. */
  static TestDatabase postgres() throws SQLException {
    return of(TestPostgres.shared());
  }

  static TestDatabase of(TestPostgres server) throws SQLException {
    PGSimpleDataSource database = server.newDatabase();
    // Makes its connections distinguishable from others.
    database.setApplicationName(database.getCurrentSchema());
    return new TestDatabase(TestPostgres.url(database));
  }

  /** Returns another, empty database: a file next to this one, or a schema. */
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

  /** Returns the same database, with connections that are distinguishable from those of others. */
  TestDatabase named(String name) {
    return isSqlite()
        ? this
        : new TestDatabase(
            APPLICATION.matcher(url).replaceFirst("ApplicationName=" + schema() + name));
  }

  /** Returns the file of an SQLite database. */
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

  /** Opens the store, with the given maximum staleness of its copy. */
  SealedKeyStorage open(Duration maximumStaleness) {
    return builder().rootKey(RootKey.unsealedForTests()).maximumStaleness(maximumStaleness).open();
  }

  /** Returns a source that opens a new connection each time. */
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
   * Waits until no client is connected. A server continues for a short time after its client has
   * died, and may still commit what it was asked to.
   */
  void awaitNoConnections() throws SQLException {
    if (!isSqlite()) {
      while (number(
              "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                  + " AND application_name = current_setting('application_name')")
          > 0) {
        Thread.onSpinWait();
      }
    }
  }

  /** Returns the first column of the first row, a number. */
  long number(String query) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Returns the number of tables of the store, 0 if there is no store. */
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
