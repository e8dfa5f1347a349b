package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.fixture.Intercepted;
import io.github.embeddedkms.store.process.Contents;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often a change calls the database. */
class RoundTripsTest {

  @TempDir Path directory;

  private final List<String> prepared = new ArrayList<>();
  private final List<String> executed = new ArrayList<>();

  private Connection recording(Connection connection) {
    return Intercepted.of(
        Connection.class,
        (proxy, method, arguments) -> {
          Object result = Intercepted.call(connection, method, arguments);
          switch (method.getName()) {
            case "commit" -> executed.add("COMMIT");
            case "prepareStatement" -> {
              prepared.add((String) arguments[0]);
              return recording(PreparedStatement.class, result, (String) arguments[0]);
            }
            case "createStatement" -> {
              return recording(Statement.class, result, "");
            }
            default -> {}
          }
          return result;
        });
  }

  private <T> T recording(Class<T> type, Object statement, String sql) {
    return Intercepted.of(
        type,
        (proxy, method, arguments) -> {
          if (method.getName().startsWith("execute")) {
            executed.add(arguments == null ? sql : (String) arguments[0]);
          }
          return Intercepted.call(statement, method, arguments);
        });
  }

  private static Change key(int i) {
    return Change.put(FaultedStorage.key("key" + i));
  }

  @Test
  void change_onFile_preparesNoStatementAgain() {
    TestDatabase database = TestDatabase.sqlite(directory.resolve("keys.db"));
    SealedKeyStorageBuilder builder =
        new SealedKeyStorageBuilder(
            () ->
                new FileConnections(
                    database.file(), file -> recording(SqliteDriver.connect(file))));
    try (SealedKeyStorage storage = builder.rootKey(RootKey.unsealedForTests()).open()) {
      assertThat(storage.apply(key(1))).isTrue();
      assertThat(prepared).anyMatch(sql -> sql.startsWith("INSERT INTO kms_item "));
      prepared.clear();
      assertThat(storage.apply(key(2))).isTrue();
      assertThat(prepared).isEmpty();
    }
  }

  @Test
  void change_onPostgresql_waitsForFourResponses() throws SQLException {
    TestDatabase database = TestDatabase.postgres();
    SealedKeyStorageBuilder builder =
        SealedKeyStorage.builder(
            Intercepted.of(
                DataSource.class,
                (proxy, method, arguments) ->
                    recording(
                        (Connection) Intercepted.call(database.dataSource(), method, arguments))));
    try (SealedKeyStorage storage = builder.rootKey(RootKey.unsealedForTests()).open()) {
      assertThat(storage.apply(key(1))).isTrue();
      executed.clear();
      assertThat(storage.apply(key(2))).isTrue();
      assertThat(executed).hasSize(4);
      assertThat(executed.get(0)).startsWith("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
      assertThat(executed.get(1)).endsWith(" FROM kms_store FOR UPDATE");
      assertThat(executed.get(2).split("; ", -1))
          .satisfiesExactly(
              sql -> assertThat(sql).startsWith("SELECT pg_catalog.set_config('lock_timeout'"),
              sql -> assertThat(sql).startsWith("INSERT INTO kms_item "),
              sql -> assertThat(sql).startsWith("INSERT INTO kms_material "),
              sql -> assertThat(sql).startsWith("UPDATE kms_store "));
      assertThat(executed.get(3)).isEqualTo("COMMIT");
    }
  }

  /** More statements than are sent at once. */
  @Test
  void change_ofManyKeysOnPostgresql_isWritten() throws SQLException {
    TestDatabase database = TestDatabase.postgres();
    List<Entry> keys = new ArrayList<>();
    IntStream.range(0, 100).forEach(i -> keys.add(FaultedStorage.key("key" + i)));
    try (SealedKeyStorage storage = database.builder().rootKey(RootKey.unsealedForTests()).open()) {
      assertThat(storage.apply(new Change(keys, List.of(), List.of()))).isTrue();
    }
    try (SealedKeyStorage again = database.builder().rootKey(RootKey.unsealedForTests()).open()) {
      assertThat(Contents.of(again).keys()).hasSize(100);
    }
    assertThat(database.number("SELECT count(*) FROM kms_material")).isEqualTo(100);
  }
}
