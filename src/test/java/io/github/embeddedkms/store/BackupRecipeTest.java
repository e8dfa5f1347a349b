package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** The recipes of {@code key-store.md}, done as they stand there. */
class BackupRecipeTest {

  private static final Path DOCUMENT = Path.of("src/site/markdown/key-store.md");

  @TempDir Path directory;

  @Test
  void sqlite_copyOfAStoreInUse_isTheStoreAtThatMoment() throws Exception {
    Path file = directory.resolve("keys.db");
    long sequence;
    try (SealedKeyStorage storage = open(SealedKeyStorage.builder(file))) {
      createKey(storage);
      sequence = storage.sequence();
      String command = commands().get(0);
      assertThat(command).startsWith("sqlite3 keys.db \"").endsWith("\"");
      execute(
          file,
          command.substring(17, command.length() - 1).replace("'keys", "'" + directory + "/keys"));
      createKey(storage);
    }
    for (String name : List.of("keys.db", "keys.db-wal", "keys.db-shm")) {
      Files.deleteIfExists(directory.resolve(name));
    }
    Files.move(directory.resolve("keys-backup.db"), file);
    try (SealedKeyStorage restored = open(SealedKeyStorage.builder(file))) {
      assertThat(restored.sequence()).isEqualTo(sequence);
      assertThat(LocalKeyProvider.builder().storage(restored).build().listKeys(l -> {}).keys())
          .hasSize(1);
    }
    assertThatThrownBy(() -> open(SealedKeyStorage.builder(file).minimumSequence(sequence + 1)))
        .isInstanceOf(AlteredStoreException.class);
  }

  @Test
  void postgresql_dumpOfAStoreInUse_isTheStoreAtThatMoment() throws Exception {
    assumeTrue(
        hasPrograms() || System.getenv("CI") != null, "pg_dump and pg_restore are not installed");
    try (TestPostgres server = TestPostgres.start()) {
      PGSimpleDataSource database = server.newDatabase();
      long sequence;
      try (SealedKeyStorage storage = open(SealedKeyStorage.builder(database))) {
        createKey(storage);
        sequence = storage.sequence();
        run(commands().get(1), database);
        createKey(storage);
      }
      try (Connection connection = database.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("DROP TABLE kms_store, kms_store_key, kms_item, kms_material");
      }
      run(commands().get(2), database);
      try (SealedKeyStorage restored = open(SealedKeyStorage.builder(database))) {
        assertThat(restored.sequence()).isEqualTo(sequence);
      }
    }
  }

  private static boolean hasPrograms() throws InterruptedException {
    try {
      return new ProcessBuilder("pg_dump", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static SealedKeyStorage open(SealedKeyStorageBuilder builder) {
    return builder.rootKey(RootKey.unsealedForTests()).open();
  }

  private static void createKey(SealedKeyStorage storage) {
    // The provider is not closed: the storage is used on.
    LocalKeyProvider.builder().storage(storage).build().createKey(key -> {});
  }

  /** The commands that make and restore backups, in the order of the document. */
  private static List<String> commands() throws IOException {
    return Pattern.compile("```sh\n(.*?)\n```")
        .matcher(Files.readString(DOCUMENT))
        .results()
        .map((MatchResult block) -> block.group(1))
        .toList();
  }

  private static void execute(Path file, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void run(String command, PGSimpleDataSource database) throws Exception {
    ProcessBuilder shell = new ProcessBuilder("sh", "-c", command);
    shell.directory(directory.toFile());
    shell
        .environment()
        .put(
            "DATABASE_URL",
            "postgresql://"
                + database.getUser()
                + "@localhost:"
                + database.getPortNumbers()[0]
                + "/"
                + database.getDatabaseName()
                + "?options=-csearch_path%3D"
                + database.getCurrentSchema());
    Path output = directory.resolve("output");
    shell.redirectErrorStream(true).redirectOutput(output.toFile());
    assertThat(shell.start().waitFor()).as(Files.readString(output)).isZero();
  }
}
