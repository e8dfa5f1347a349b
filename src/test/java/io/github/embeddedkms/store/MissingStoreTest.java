package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.store.fixture.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.sqlite.SQLiteDataSource;

/** Opening a store that does not exist: it is refused, and no store is created. */
class MissingStoreTest {

  @TempDir private Path folder;

  private static void assertNotFound(SealedKeyStorageBuilder store, String place) {
    assertThat(store.exists()).isFalse();
    assertThatExceptionOfType(StoreNotFoundException.class)
        .isThrownBy(() -> store.mustExist().rootKey(RootKey.unsealedForTests()).open())
        .withMessage("embedded-kms: there is no store in " + place);
    assertThatExceptionOfType(StoreNotFoundException.class)
        .isThrownBy(store::accept)
        .withMessage("embedded-kms: there is no store in " + place);
    assertThat(store.exists()).isFalse();
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void open_fileMissing_isRefused_andNotCreated() throws IOException {
    Path file = folder.resolve("tpyo.db");
    assertNotFound(SealedKeyStorage.builder(file), file.toString());
    Path inNoFolder = folder.resolve("no").resolve("keys.db");
    assertNotFound(SealedKeyStorage.builder(inNoFolder), inNoFolder.toString());
    assertThat(files()).isEmpty();
  }

  @Test
  void open_fileEmpty_isRefused_andStaysEmpty() throws IOException {
    Path file = Files.createFile(folder.resolve("keys.db"));
    assertNotFound(SealedKeyStorage.builder(file), file.toString());
    assertThat(file).isEmptyFile();
    assertThat(files()).containsExactly("keys.db");
  }

  @Test
  void open_danglingLink_isRefused_andNothingIsCreated() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
    assertNotFound(SealedKeyStorage.builder(link), link.toString());
    assertThat(files()).containsExactly("link");
  }

  @Test
  void open_databaseWithOtherTables_isRefused_andGetsNoTables() throws Exception {
    Path file = folder.resolve("other.db");
    String url = "jdbc:sqlite:" + file;
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE notes (note TEXT)");
    }
    assertNotFound(SealedKeyStorage.builder(file), file.toString());
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl(url);
    assertNotFound(SealedKeyStorage.builder(source), "the database");
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet tables = statement.executeQuery("SELECT name FROM sqlite_master")) {
      List<String> names = new ArrayList<>();
      while (tables.next()) {
        names.add(tables.getString(1));
      }
      assertThat(names).containsExactly("notes");
    }
  }

  @Test
  void open_emptySchema_isRefusedByName_andGetsNoTables() throws Exception {
    PGSimpleDataSource database = TestPostgres.shared().newDatabase();
    assertNotFound(
        SealedKeyStorage.builder(database),
        "the database postgres, schema " + database.getCurrentSchema());
  }

  @Test
  void open_afterExistsIsTrue_succeeds() throws Exception {
    Path file = folder.resolve("keys.db");
    LocalKeyProvider.open(file, RootKey.unsealedForTests()).close();
    PGSimpleDataSource database = TestPostgres.shared().newDatabase();
    SealedKeyStorage.builder(database).rootKey(RootKey.unsealedForTests()).open().close();
    for (SealedKeyStorageBuilder store :
        List.of(SealedKeyStorage.builder(file), SealedKeyStorage.builder(database))) {
      assertThat(store.exists()).isTrue();
      try (SealedKeyStorage storage =
          store.mustExist().rootKey(RootKey.unsealedForTests()).open()) {
        assertThat(storage.sequence()).isZero();
      }
    }
  }

  @Test
  void open_afterExistsIsFalse_createsTheStore() {
    SealedKeyStorageBuilder store = SealedKeyStorage.builder(folder.resolve("keys.db"));
    assertThat(store.exists()).isFalse();
    try (SealedKeyStorage storage = store.rootKey(RootKey.unsealedForTests()).open()) {
      assertThat(storage.sequence()).isZero();
    }
    assertThat(store.exists()).isTrue();
  }
}
