package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.store.fixture.TestPostgres;
import io.github.embeddedkms.store.process.Commands;
import io.github.embeddedkms.store.process.SqliteShell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** Runs the recipes of {@code key-store.md} exactly as they are written there. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the recipes are for a Unix shell")
class BackupRecipeTest {

  private static final Path DOCUMENT = Path.of("src/site/markdown/key-store.md");

  @TempDir Path directory;

  @Test
  void sqlite_copyOfStoreInUse_restoresStoreAtTimeOfCopy() throws Exception {
    Path file = directory.resolve("keys.db");
    long sequence;
    try (SealedKeyStorage storage = open(SealedKeyStorage.builder(file))) {
      createKey(storage);
      sequence = storage.sequence();
      run(commands().get(0), "PATH", pathWithSqliteShell(System.getenv("PATH")));
      assertOnlyOwnerHasAccess(directory.resolve("keys-backup.db"));
      createKey(storage);
    }
    run(commands().get(1), "PATH", System.getenv("PATH"));
    assertOnlyOwnerHasAccess(file);
    try (SealedKeyStorage restored = open(SealedKeyStorage.builder(file))) {
      assertThat(restored.sequence()).isEqualTo(sequence);
      assertThat(LocalKeyProvider.builder().storage(restored).build().listKeys(l -> {}).keys())
          .hasSize(1);
    }
    assertThatThrownBy(() -> open(SealedKeyStorage.builder(file).minimumSequence(sequence + 1)))
        .isInstanceOf(AlteredStoreException.class);
  }

  @Test
  void postgresql_dumpOfStoreInUse_restoresStoreAtTimeOfDump() throws Exception {
    assumeTrue(
        hasPrograms() || System.getenv("CI") != null, "pg_dump and pg_restore are not installed");
    try (TestPostgres server = TestPostgres.start()) {
      PGSimpleDataSource database = server.newDatabase();
      long sequence;
      try (SealedKeyStorage storage = open(SealedKeyStorage.builder(database))) {
        createKey(storage);
        sequence = storage.sequence();
        run(commands().get(2), "DATABASE_URL", url(database));
        assertOnlyOwnerHasAccess(directory.resolve("keys-backup.dump"));
        createKey(storage);
      }
      try (Connection connection = database.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("DROP TABLE kms_store, kms_store_key, kms_item, kms_material");
      }
      run(commands().get(3), "DATABASE_URL", url(database));
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
    // The provider is not closed, because that would close the storage, which the test still uses.
    LocalKeyProvider.builder().storage(storage).build().createKey(key -> {});
  }

  /** Returns the commands that create and restore backups, in the order of the document. */
  private static List<String> commands() throws IOException {
    return Pattern.compile("```sh\n(.*?)\n```", Pattern.DOTALL)
        .matcher(Files.readString(DOCUMENT))
        .results()
        .map((MatchResult block) -> block.group(1))
        .toList();
  }

  private static void assertOnlyOwnerHasAccess(Path file) throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  private static String url(PGSimpleDataSource database) {
    return "postgresql://"
        + database.getUser()
        + "@localhost:"
        + database.getPortNumbers()[0]
        + "/"
        + database.getDatabaseName()
        + "?options=-csearch_path%3D"
        + database.getCurrentSchema();
  }

  /**
   * Returns a PATH whose first entry has a {@code sqlite3} command that runs the driver's SQLite,
   * since not every machine has SQLite's own shell.
   */
  private String pathWithSqliteShell(String path) throws IOException {
    Path programs = Files.createDirectories(directory.resolve("programs"));
    String command =
        Commands.java(SqliteShell.class).stream()
            .map(word -> "'" + word + "'")
            .collect(Collectors.joining(" "));
    Files.writeString(programs.resolve("sqlite3"), "#!/bin/sh\nexec " + command + " \"$@\"\n");
    Files.setPosixFilePermissions(
        programs.resolve("sqlite3"), PosixFilePermissions.fromString("rwx------"));
    return programs + ":" + path;
  }

  /** Runs commands as a user whose new files are readable by others by default. */
  private void run(String commands, String variable, String value) throws Exception {
    ProcessBuilder shell = new ProcessBuilder("sh", "-e", "-c", "umask 022\n" + commands);
    shell.directory(directory.toFile());
    shell.environment().put(variable, value);
    Path output = directory.resolve("output");
    shell.redirectErrorStream(true).redirectOutput(output.toFile());
    int exit = shell.start().waitFor();
    assertThat(exit).as(Files.readString(output)).isZero();
  }
}
