package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.bounded.Deadline;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real drivers of other versions, which the build copies into {@code target/old-drivers}. Each test
 * loads this library a second time, with another driver instead of the one that it is built with.
 */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class OldDriversTest {

  private static final Path DRIVERS = Path.of("target", "old-drivers");
  private static final String TAKE_SQLITE = ": use org.xerial:sqlite-jdbc 3.54.1.0";

  @TempDir Path directory;

  /**
   * A store opened by classes of another class loader, with which this one shares only those of the
   * JDK.
   */
  private static final class Other implements AutoCloseable {

    private final URLClassLoader loader;

    Other(String driver) throws IOException {
      Path jar = DRIVERS.resolve(driver);
      assertThat(jar).as("copied by the build, in the phase generate-test-resources").exists();
      List<URL> places = new ArrayList<>();
      places.add(jar.toUri().toURL());
      for (String place : classPath()) {
        if (!place.matches(".*(sqlite-jdbc|postgresql)-[0-9.]+jar")) {
          places.add(Path.of(place).toUri().toURL());
        }
      }
      loader = new URLClassLoader(places.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
    }

    private static List<String> classPath() {
      return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
          .splitAsStream(System.getProperty("java.class.path"))
          .toList();
    }

    @SuppressWarnings("unchecked") // the type arguments are those that the class declares
    AutoCloseable open(String url, boolean allowUnsafeSqlite) throws ReflectiveOperationException {
      Object store =
          loader.loadClass(OldDriverStore.class.getName()).getConstructor().newInstance();
      return ((BiFunction<String, Boolean, AutoCloseable>) store).apply(url, allowUnsafeSqlite);
    }

    /**
     * Reads with the other SQLite, because two copies of SQLite in one process do not see each
     * other's locks.
     */
    void read(String url) throws ReflectiveOperationException, SQLException {
      Driver driver =
          loader
              .loadClass("org.sqlite.JDBC")
              .asSubclass(Driver.class)
              .getConstructor()
              .newInstance();
      try (Connection connection = driver.connect(url, new Properties())) {
        Dialect.execute(connection, "PRAGMA busy_timeout = 1", "SELECT count(*) FROM kms_item");
      }
    }

    @Override
    public void close() throws IOException {
      loader.close();
    }
  }

  private String file() {
    return "jdbc:sqlite:" + directory.resolve("keys.db");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sqliteDriver_withoutStrictTables_isRefused_andCreatesNoTables(boolean allowUnsafe)
      throws Exception {
    try (Other other = new Other("sqlite-jdbc-3.36.0.3.jar")) {
      assertThatThrownBy(() -> other.open(file(), allowUnsafe))
          .hasMessage(
              "embedded-kms: the SQLite driver 3.36.0.3 is too old, the oldest supported is"
                  + " 3.41.2.2"
                  + TAKE_SQLITE)
          .extracting(e -> e.getClass().getName())
          .isEqualTo(KeyStorageException.class.getName());
    }
    assertThat(directory.resolve("keys.db")).isEmptyFile();
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.41.2", "3.51.1"})
  void sqlite_withWalResetBug_isRefused_orUsedExclusivelyIfAllowed(String version)
      throws Exception {
    Path jar;
    try (var jars = Files.newDirectoryStream(DRIVERS, "sqlite-jdbc-" + version + ".*.jar")) {
      jar = jars.iterator().next();
    }
    try (Other other = new Other(jar.getFileName().toString())) {
      assertThatThrownBy(() -> other.open(file(), false))
          .hasMessage(
              "embedded-kms: SQLite "
                  + version
                  + " can lose or damage what several connections write (its WAL-reset bug)"
                  + TAKE_SQLITE);
      assertThat(directory.resolve("keys.db")).isEmptyFile();
      try (AutoCloseable storage = other.open(file(), true)) {
        // Neither a second storage nor another program can use the file.
        assertThatThrownBy(() -> other.open(file(), true))
            .hasMessage("embedded-kms: the store is locked by others for too long");
        assertThatThrownBy(() -> other.read(file()))
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("SQLITE_BUSY");
        assertThat(storage).isNotNull();
      }
      other.open(file(), true).close();
    }
    assertThat(read(file())).isEqualTo(2);
    try (SealedKeyStorage storage =
        new TestDatabase(file()).builder().rootKey(RootKey.unsealedForTests()).open()) {
      assertThat(storage.sequence()).isEqualTo(2);
    }
  }

  private static long read(String url) throws SQLException {
    return new TestDatabase(url).number("SELECT count(*) FROM kms_item");
  }

  @Test
  void sqliteDriver_oldestSafeVersion_sharesTheFile() throws Exception {
    try (Other other = new Other("sqlite-jdbc-3.51.3.0.jar");
        AutoCloseable one = other.open(file(), false);
        AutoCloseable another = other.open(file(), true)) {
      assertThat(read(file())).isEqualTo(2);
      assertThat(one).isNotSameAs(another);
    }
  }

  /** Where the option is set but the version is safe, nothing is locked. */
  @Test
  void allowUnsafeSqlite_safeVersion_sharesTheFile() throws Exception {
    OldDriverStore own = new OldDriverStore();
    try (AutoCloseable one = own.apply(file(), true);
        AutoCloseable another = own.apply(file(), true)) {
      assertThat(read(file())).isEqualTo(2);
      assertThat(one).isNotSameAs(another);
    }
  }

  @Test
  void postgresqlDriver_tooOld_isRefused_andCreatesNoTables() throws Exception {
    TestDatabase database = TestDatabase.postgres();
    try (Other other = new Other("postgresql-42.6.2.jar")) {
      assertThatThrownBy(() -> other.open(database.url(), false))
          .hasMessage(
              "embedded-kms: the PostgreSQL driver 42.6.2 is too old, the oldest supported is"
                  + " 42.7.2: use org.postgresql:postgresql 42.7.14");
    }
    assertThat(database.tables()).isZero();
  }

  @Test
  void postgresqlDriver_oldestSupportedVersion_keepsAStore() throws Exception {
    TestDatabase database = TestDatabase.postgres();
    try (Other other = new Other("postgresql-42.7.2.jar");
        AutoCloseable one = other.open(database.url(), false);
        AutoCloseable another = other.open(database.url(), false)) {
      assertThat(one).isNotSameAs(another);
    }
    assertThat(database.number("SELECT count(*) FROM kms_item")).isEqualTo(2);
  }

  @Test
  void connections_prepared_trustNoDefinitions_andCheckCells() throws Exception {
    try (Connection connection = new TestDatabase(file()).connect()) {
      Dialect.SQLITE.prepare(connection, Deadline.after(Duration.ofSeconds(10)));
      for (var setting : Map.of("trusted_schema", 0L, "cell_size_check", 1L).entrySet()) {
        try (var statement = connection.createStatement();
            var row = statement.executeQuery("PRAGMA " + setting.getKey())) {
          assertThat(row.getLong(1)).as(setting.getKey()).isEqualTo(setting.getValue());
        }
      }
    }
  }
}
