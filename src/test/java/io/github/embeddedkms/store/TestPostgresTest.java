package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.store.fixture.TemporaryFolder;
import io.github.embeddedkms.store.fixture.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;

class TestPostgresTest {

  private static final TestPostgres SHARED = TestPostgres.shared();

  @ParameterizedTest
  @CsvSource({
    "fsync, on",
    "synchronous_commit, on",
    "full_page_writes, on",
    "max_connections, 100",
    "unix_socket_directories, ''"
  })
  void setting_isTheSameAsInProduction(String setting, String value) throws Exception {
    assertThat(query(SHARED.newDatabase(), "SHOW " + setting)).isEqualTo(value);
  }

  @Test
  void newDatabase_isEmpty_andIsolated() throws Exception {
    DataSource one = SHARED.newDatabase();
    DataSource other = SHARED.newDatabase();
    execute(one, "CREATE TABLE kept (content text)");
    execute(one, "INSERT INTO kept VALUES ('one')");
    assertThat(query(one, "SELECT content FROM kept")).isEqualTo("one");
    assertThat(query(other, "SELECT to_regclass('kept')")).isNull();
  }

  @Test
  void url_isSufficientToConnect() throws Exception {
    PGSimpleDataSource database = SHARED.newDatabase();
    execute(database, "CREATE TABLE kept (content text)");
    try (Connection connection = DriverManager.getConnection(TestPostgres.url(database));
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT * FROM kept");
    }
  }

  @Test
  void start_stoppedAndStartedAgain_keepsItsData() throws Exception {
    List<Path> before = directories();
    try (TestPostgres server = TestPostgres.start()) {
      assertThat(directories()).hasSize(before.size() + 1);
      DataSource database = server.newDatabase();
      execute(database, "CREATE TABLE kept (content text)");
      try (Connection connection = database.getConnection()) {
        server.terminateConnections();
        assertThatThrownBy(() -> connection.createStatement().execute("SELECT 1"))
            .isInstanceOf(SQLException.class);
      }
      assertThat(query(database, "SELECT to_regclass('kept')")).isEqualTo("kept");
      server.stop();
      assertThatThrownBy(database::getConnection).isInstanceOf(SQLException.class);
      server.startAgain();
      assertThat(query(database, "SELECT to_regclass('kept')")).isEqualTo("kept");
      assertThat(query(database, "SHOW fsync")).isEqualTo("on");
    }
    assertThat(directories()).isEqualTo(before);
  }

  private static List<Path> directories() throws Exception {
    try (var entries =
        Files.newDirectoryStream(TemporaryFolder.memory(), TestPostgres.PREFIX + "*")) {
      List<Path> found = new ArrayList<>();
      entries.forEach(found::add);
      return found;
    }
  }

  private static void execute(DataSource database, String command) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(command);
    }
  }

  private static String query(DataSource database, String query) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      assertThat(result.next()).isTrue();
      return result.getString(1);
    }
  }
}
