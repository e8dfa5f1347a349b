package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import io.github.embeddedkms.store.fixture.Intercepted;
import io.github.embeddedkms.store.process.Contents;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteDataSource;

/** An open store while its SQLite file cannot be used, and afterwards. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class SqliteFaultsTest {

  private static final String FULL = "embedded-kms: the disk under the store is full";
  private static final String UNUSABLE = "embedded-kms: the store's file cannot be used";

  /** The files of a store, of which up to three exist. */
  private static final List<String> FILES = List.of("keys.db", "keys.db-wal", "keys.db-shm");

  @TempDir Path directory;

  private TestDatabase database;

  @BeforeEach
  void chooseFile() {
    database = TestDatabase.sqlite(directory.resolve("keys.db"));
  }

  private FaultedStorage open() {
    return new FaultedStorage(
        database,
        database.builder().maximumStaleness(Duration.ZERO).timeout(Duration.ofSeconds(1)));
  }

  /** Connections that begin with a setting that the test can change. */
  private static final class PreparedDataSource extends SQLiteDataSource {

    private volatile String setting = "PRAGMA query_only = OFF";

    @Override
    public Connection getConnection() throws SQLException {
      Connection connection = super.getConnection();
      Dialect.execute(connection, setting);
      return connection;
    }
  }

  private FaultedStorage open(PreparedDataSource source) {
    source.setUrl(database.url());
    return new FaultedStorage(
        database, SealedKeyStorage.builder(source).maximumStaleness(Duration.ZERO));
  }

  /**
   * An interrupt lasts as long as a statement is active, and until then nothing can be rolled back.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void discard_resultSetOpenAndInterrupted_releasesTheFile(boolean pooled) throws Exception {
    open().close();
    Connection stuck = database.connect();
    Dialect.execute(stuck, "BEGIN IMMEDIATE");
    ResultSet left = stuck.createStatement().executeQuery("SELECT * FROM kms_item");
    assertThat(left.next()).isTrue();
    stuck.createStatement().cancel();
    assertThatThrownBy(() -> Dialect.execute(stuck, "ROLLBACK")).hasMessageContaining("INTERRUPT");
    Dialect.SQLITE.discard(pooled ? ofPool(stuck) : stuck);
    assertThat(stuck.isClosed()).isTrue();
    try (Connection other = database.connect()) {
      Dialect.execute(other, "BEGIN IMMEDIATE", "ROLLBACK");
    }
  }

  /** A connection that its pool keeps open. */
  private static Connection ofPool(Connection physical) {
    return Intercepted.of(
        Connection.class,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "close" -> null;
              case "unwrap" -> physical;
              default -> Intercepted.call(physical, method, arguments);
            });
  }

  /**
   * The response to the first query of a change is lost, its result set cannot be closed, and the
   * watchdog's interrupt arrives. What remains must not keep others from writing.
   */
  @Test
  void change_resultSetCannotBeClosedAndIsInterrupted_nextChangesWork() throws Exception {
    StuckDataSource source = new StuckDataSource();
    source.setUrl(database.url());
    try (FaultedStorage node =
        new FaultedStorage(
            database, SealedKeyStorage.builder(source).maximumStaleness(Duration.ZERO))) {
      Contents before = node.stored();
      KeyEntry key = node.key();
      source.armed = true;
      node.assertChangeRefused(
          key,
          StoreUnavailableException.class,
          "embedded-kms: the store's database did not answer in time");
      assertThat(source.armed).isFalse();
      node.assertWorksAgain(before);
    }
  }

  /** When armed, the next query in a writing transaction gets stuck. */
  private static final class StuckDataSource extends SQLiteDataSource {

    private volatile boolean armed;

    @Override
    public Connection getConnection() throws SQLException {
      Connection connection = super.getConnection();
      boolean[] writing = new boolean[1];
      return Intercepted.of(
          Connection.class,
          (proxy, method, arguments) -> {
            if (method.getName().equals("unwrap")) {
              return proxy;
            }
            Object result = Intercepted.call(connection, method, arguments);
            if (method.getName().equals("prepareStatement")) {
              if (!armed || !writing[0]) {
                return result;
              }
              armed = false;
              return stuck(connection, (PreparedStatement) result);
            }
            return result instanceof Statement statement
                ? recordingBegin(statement, writing)
                : result;
          });
    }

    private static Statement recordingBegin(Statement statement, boolean[] writing) {
      return Intercepted.of(
          Statement.class,
          (proxy, method, arguments) -> {
            if (method.getName().equals("execute") && "BEGIN IMMEDIATE".equals(arguments[0])) {
              writing[0] = true;
            }
            return Intercepted.call(statement, method, arguments);
          });
    }

    private static PreparedStatement stuck(Connection connection, PreparedStatement query) {
      return Intercepted.of(
          PreparedStatement.class,
          (proxy, method, arguments) -> {
            switch (method.getName()) {
              case "executeQuery" -> {
                assertThat(query.executeQuery().next()).isTrue();
                connection.createStatement().cancel();
                throw new SQLException("planted", null, 9);
              }
              case "close" -> throw new SQLException("planted", null, 10);
              default -> {
                return Intercepted.call(query, method, arguments);
              }
            }
          });
    }
  }

  @Test
  void change_fileMayNotGrow_reportsFullDisk() throws Exception {
    PreparedDataSource source = new PreparedDataSource();
    try (FaultedStorage node = open(source)) {
      source.setting = "PRAGMA max_page_count = " + database.number("PRAGMA page_count");
      int keys = 1;
      StoreUnavailableException full = null;
      while (full == null) {
        assertThat(keys).isLessThan(1_000);
        try {
          node.storage().apply(Change.put(FaultedStorage.key("key" + keys)));
          keys++;
        } catch (StoreUnavailableException e) {
          full = e;
        }
      }
      assertThat(full).hasMessage(FULL);
      assertThat(Contents.of(node.storage()).keys()).hasSize(keys);
      source.setting = "PRAGMA max_page_count = 1000000";
      assertThat(node.storage().apply(Change.put(FaultedStorage.key("key" + keys)))).isTrue();
      node.assertWorksAgain(node.stored());
    }
  }

  @Test
  void change_connectionMayNotWrite_fails_readsContinue() {
    PreparedDataSource source = new PreparedDataSource();
    try (FaultedStorage node = open(source)) {
      Contents before = node.stored();
      source.setting = "PRAGMA query_only = ON";
      node.assertChangeRefused(
          node.key(),
          StoreUnavailableException.class,
          "embedded-kms: the store's file may not be written");
      assertThat(Contents.of(node.storage())).isEqualTo(before);
      source.setting = "PRAGMA query_only = OFF";
      node.assertWorksAgain(before);
    }
  }

  @Test
  void change_diskFull_failsUntilThereIsSpace_readsContinue() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    mount("-t", "tmpfs", "-o", "size=1m", "none", disk.toString());
    try {
      database = TestDatabase.sqlite(disk.resolve("keys.db"));
      try (FaultedStorage node = open()) {
        Contents before = node.stored();
        Path filler = disk.resolve("filler");
        fill(filler);
        node.assertChangeRefused(node.key(), StoreUnavailableException.class, FULL);
        assertThat(Contents.of(node.storage())).isEqualTo(before);
        Files.delete(filler);
        node.assertWorksAgain(before);
      }
    } finally {
      run("umount", disk.toString());
    }
  }

  private static void fill(Path filler) throws IOException {
    try (var out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(new byte[1 << 10]);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  @Test
  void open_diskReadOnly_failsUntilItIsWritable() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    mount("-t", "tmpfs", "-o", "size=1m", "none", disk.toString());
    try {
      database = TestDatabase.sqlite(disk.resolve("keys.db"));
      open().close();
      mount("-o", "remount,ro", disk.toString());
      assertThatThrownBy(() -> database.builder().rootKey(RootKey.unsealedForTests()).open())
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessage(UNUSABLE);
      mount("-o", "remount,rw", disk.toString());
      try (SealedKeyStorage storage =
          database.builder().rootKey(RootKey.unsealedForTests()).open()) {
        assertThat(Contents.of(storage).keys()).containsOnlyKeys("key");
        assertThat(storage.apply(Change.put(FaultedStorage.key("more")))).isTrue();
      }
    } finally {
      run("umount", disk.toString());
    }
  }

  private static void mount(String... arguments) throws Exception {
    String[] command = new String[arguments.length + 1];
    command[0] = "mount";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    String problem = run(command);
    if (!problem.isEmpty()) {
      abort("no disk may be mounted here: " + problem);
    }
  }

  /** Returns the command's output, which is empty if it succeeds. */
  private static String run(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return output;
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  @Test
  void call_fileMovedAway_failsUntilItIsBack() throws Exception {
    try (FaultedStorage node = open()) {
      Contents before = node.stored();
      KeyEntry key = node.key();
      Path file = directory.resolve("keys.db");
      Path away = directory.resolve("away.db");
      Files.move(file, away);
      node.assertReadRefused(StoreUnavailableException.class, UNUSABLE);
      node.assertChangeRefused(key, StoreUnavailableException.class, UNUSABLE);
      assertThat(file).doesNotExist();
      Files.move(away, file);
      node.assertWorksAgain(before);
    }
  }

  @Test
  void call_fileReplacedByAnotherStore_isRefused() throws Exception {
    try (FaultedStorage node = open()) {
      assertRefusedWhileReplaced(
          node,
          () -> open().close(),
          AlteredStoreException.class,
          "embedded-kms: the store was replaced by another store");
    }
  }

  @Test
  void call_fileReplacedByEarlierCopy_isRefused() throws Exception {
    try (FaultedStorage node = open()) {
      database.execute("VACUUM INTO '" + directory.resolve("copy.db") + "'");
      node.change();
      assertRefusedWhileReplaced(
          node,
          () -> Files.move(directory.resolve("copy.db"), directory.resolve("keys.db")),
          AlteredStoreException.class,
          "embedded-kms: the store went back from sequence 3 to 2");
    }
  }

  @Test
  void call_fileReplacedByOtherContent_isRefused() throws Exception {
    try (FaultedStorage node = open()) {
      assertRefusedWhileReplaced(
          node,
          () -> Files.writeString(directory.resolve("keys.db"), "no database ".repeat(1_000)),
          AlteredStoreException.class,
          "embedded-kms: the store's file "
              + directory.resolve("keys.db")
              + " is damaged or not a SQLite database");
    }
  }

  private interface Replacement {
    void run() throws Exception;
  }

  private void assertRefusedWhileReplaced(
      FaultedStorage node,
      Replacement replacement,
      Class<? extends KeyStorageException> type,
      String message)
      throws Exception {
    Contents before = node.stored();
    KeyEntry key = node.key();
    Path away = Files.createDirectory(directory.resolve("away"));
    move(directory, away);
    replacement.run();
    node.assertReadRefused(type, message);
    node.assertChangeRefused(key, type, message);
    move(directory, Files.createDirectory(directory.resolve("other")));
    move(away, directory);
    node.assertWorksAgain(before);
  }

  private static void move(Path from, Path to) throws IOException {
    for (String name : FILES) {
      if (Files.exists(from.resolve(name))) {
        Files.move(from.resolve(name), to.resolve(name));
      }
    }
  }

  @Test
  void change_anotherWriterHoldsLock_timesOut_readsContinue() throws Exception {
    try (FaultedStorage node = open();
        Connection other = database.connect()) {
      Contents before = node.stored();
      Dialect.execute(other, "BEGIN IMMEDIATE");
      node.assertChangeRefused(
          node.key(),
          StoreUnavailableException.class,
          "embedded-kms: the store is locked by others for too long");
      assertThat(Contents.of(node.storage())).isEqualTo(before);
      Dialect.execute(other, "ROLLBACK");
      node.assertWorksAgain(before);
    }
  }
}
