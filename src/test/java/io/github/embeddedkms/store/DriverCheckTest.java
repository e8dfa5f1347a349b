package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The versions of drivers and databases that are refused. */
class DriverCheckTest {

  private static final String TAKE_SQLITE = ": use org.xerial:sqlite-jdbc 3.54.1.0";
  private static final String WAL_RESET =
      "embedded-kms: SQLite %s can lose or damage what several connections write (its WAL-reset"
          + " bug)"
          + TAKE_SQLITE;

  @ParameterizedTest
  @CsvSource({
    "3.44.6", "3.44.7", "3.44.10", "3.50.7", "3.50.8", "3.51.3", "3.51.4", "3.52.0", "3.53.0",
    "3.54.1", "3.60", "4.0.0", "10.0.0"
  })
  void sqlite_withoutTheWalResetBug_isAccepted(String version) {
    for (boolean allowUnsafe : new boolean[] {false, true}) {
      assertThat(new DriverCheck(allowUnsafe).requireSqlite("SQLite JDBC", "3.54.1.0", version))
          .isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "3.37.0", "3.41.2", "3.43.99", "3.44.0", "3.44.5", "3.45.0", "3.45.9", "3.49.2", "3.50.0",
    "3.50.6", "3.51.0", "3.51.1", "3.51.2", "3.51", "unknown", "''"
  })
  void sqlite_withTheWalResetBug_isRefused_unlessAllowed(String version) {
    assertThatThrownBy(
            () -> new DriverCheck(false).requireSqlite("SQLite JDBC", "3.54.1.0", version))
        .isExactlyInstanceOf(KeyStorageException.class)
        .hasMessage(WAL_RESET.formatted(version));
    assertThat(new DriverCheck(true).requireSqlite("SQLite JDBC", "3.54.1.0", version)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"3.36.0", "3.7.2", "3.36.99", "2.8.17"})
  void sqlite_withoutStrictTables_isRefused_evenIfAllowed(String version) {
    assertThatThrownBy(() -> new DriverCheck(true).requireSqlite("another", "1", version))
        .isExactlyInstanceOf(KeyStorageException.class)
        .hasMessage(
            "embedded-kms: SQLite "
                + version
                + " is too old, the oldest supported is 3.37.0"
                + TAKE_SQLITE);
  }

  @ParameterizedTest
  @CsvSource({"3.36.0.3", "3.41.2.1", "3.41.2", "3.8.11.2"})
  void sqliteDriver_tooOld_isRefused_evenIfAllowed(String version) {
    assertThatThrownBy(() -> new DriverCheck(true).requireSqlite("SQLite JDBC", version, "3.54.1"))
        .isExactlyInstanceOf(KeyStorageException.class)
        .hasMessage(
            "embedded-kms: the SQLite driver "
                + version
                + " is too old, the oldest supported is 3.41.2.2"
                + TAKE_SQLITE);
  }

  /** A shaded jar may have lost its version, and other drivers have their own versions. */
  @ParameterizedTest
  @CsvSource({"SQLite JDBC, 3.41.2.2", "SQLite JDBC, unknown", "SQLite JDBC, ''", "another, 1.0"})
  void sqliteDriver_newEnoughOrUnknown_isAcceptedIfItsSqliteIsSafe(String name, String version) {
    assertThat(new DriverCheck(false).requireSqlite(name, version, "3.54.1")).isTrue();
    assertThat(new DriverCheck(true).requireSqlite(name, version, "3.51.2")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "PostgreSQL JDBC Driver, 42.7.2, 14.10 (Debian 14.10-1.pgdg120+1)",
    "PostgreSQL JDBC Driver, 42.7.14, 12.0",
    "PostgreSQL JDBC Driver, 42.10.0, 18beta1",
    "PostgreSQL JDBC Driver, 43.0.0-SNAPSHOT, 19devel",
    "PostgreSQL JDBC Driver, unknown, 16.3",
    "another, 1.0, 12"
  })
  void postgresql_newEnough_isAccepted(String name, String driver, String server) {
    assertThatCode(() -> DriverCheck.requirePostgresql(name, driver, server))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"42.7.1", "42.7.0", "42.6.2", "42.2.28.jre7", "9.4.1212"})
  void postgresqlDriver_tooOld_isRefused(String version) {
    assertThatThrownBy(
            () -> DriverCheck.requirePostgresql("PostgreSQL JDBC Driver", version, "16.3"))
        .isExactlyInstanceOf(KeyStorageException.class)
        .hasMessage(
            "embedded-kms: the PostgreSQL driver "
                + version
                + " is too old, the oldest supported is 42.7.2: use org.postgresql:postgresql"
                + " 42.7.14");
  }

  @ParameterizedTest
  @CsvSource({"11.22", "9.6.24", "10beta4"})
  void postgresql_tooOld_isRefused(String version) {
    assertThatThrownBy(
            () -> DriverCheck.requirePostgresql("PostgreSQL JDBC Driver", "42.7.14", version))
        .isExactlyInstanceOf(KeyStorageException.class)
        .hasMessage(
            "embedded-kms: PostgreSQL "
                + version
                + " is too old, the oldest supported is 12: use a PostgreSQL that is still"
                + " maintained");
  }

  @Test
  void prepare_safeSqlite_doesNotRequireTheOnlyConnection() throws Exception {
    DriverCheck check = new DriverCheck(true);
    try (Connection connection = new TestDatabase("jdbc:sqlite::memory:").connect()) {
      check.prepare(connection, Dialect.SQLITE);
    }
    assertThat(check.needsExclusiveConnection()).isFalse();
  }

  @Test
  void messages_recommendedVersions_areThoseOfTheBuild() throws Exception {
    String pom = Files.readString(Path.of("pom.xml"));
    assertThat(DriverCheck.SQLITE_DRIVER).endsWith(" " + property(pom, "sqlite-jdbc.version"));
    assertThat(DriverCheck.POSTGRESQL_DRIVER).endsWith(" " + property(pom, "postgresql.version"));
  }

  private static String property(String pom, String name) {
    Matcher matcher = Pattern.compile("<" + name + ">([^<]+)<").matcher(pom);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }
}
