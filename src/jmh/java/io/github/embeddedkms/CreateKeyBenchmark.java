package io.github.embeddedkms;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.operation.CreateKey;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import io.github.embeddedkms.store.SealedKeyStorageBuilder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.postgresql.ds.PGPoolingDataSource;

/**
 * Creates keys durably, compared with bare transactions that insert one row in the same kind of
 * database with the same settings. Both wait for the disk, which takes most of the time. The files
 * are in {@code target}, since a temporary folder may be in memory.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(5)
public class CreateKeyBenchmark {

  /** About as long as the document of a key. */
  private static final byte[] DOCUMENT = new byte[256];

  private static final String SQLITE = "sqlite";

  /** The settings of a store. */
  private static final List<String> SQLITE_SETTINGS =
      List.of(
          "PRAGMA journal_mode = WAL",
          "PRAGMA synchronous = FULL",
          "PRAGMA fullfsync = ON",
          "PRAGMA secure_delete = ON");

  @Param({SQLITE, "postgresql"})
  private String database;

  private Path directory;
  private EmbeddedPostgres server;
  private LocalKeyProvider kms;
  private Connection bare;
  private PreparedStatement insert;

  @Setup(Level.Trial)
  public void setUp() throws IOException, SQLException {
    directory = Files.createTempDirectory(Path.of("target"), "create-key");
    if (database.equals(SQLITE)) {
      open(SealedKeyStorage.builder(directory.resolve("keys.db")));
      bare = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("bare.db"));
      for (String setting : SQLITE_SETTINGS) {
        execute(setting);
      }
    } else {
      // Closing the server deletes its directory.
      server = startServer(directory.resolve("server"));
      open(SealedKeyStorage.builder(pool(server)));
      bare = server.getPostgresDatabase().getConnection();
    }
    execute(
        "CREATE TABLE bare (id VARCHAR(36) PRIMARY KEY, document "
            + (database.equals(SQLITE) ? "BLOB)" : "BYTEA)"));
    insert = bare.prepareStatement("INSERT INTO bare VALUES (?, ?)");
  }

  private void open(SealedKeyStorageBuilder builder) {
    kms =
        LocalKeyProvider.builder()
            .storage(builder.rootKey(RootKey.unsealedForTests()).open())
            .build();
  }

  private void execute(String command) throws SQLException {
    try (Statement statement = bare.createStatement()) {
      statement.execute(command);
    }
  }

  private static EmbeddedPostgres startServer(Path directory) throws IOException {
    return EmbeddedPostgres.builder()
        .setDataDirectory(directory)
        .setOverrideWorkingDirectory(Path.of("target", "postgres").toFile())
        // The library would switch them off to be faster.
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("full_page_writes", "on")
        .setServerConfig("unix_socket_directories", "''")
        .start();
  }

  @SuppressWarnings("deprecation") // because it is not meant for production
  private static DataSource pool(EmbeddedPostgres server) {
    PGPoolingDataSource pool = new PGPoolingDataSource();
    pool.setDataSourceName("create-key");
    pool.setURL(server.getJdbcUrl("postgres", "postgres"));
    pool.setUser("postgres");
    return pool;
  }

  @TearDown(Level.Trial)
  public void tearDown() throws IOException, SQLException {
    insert.close();
    bare.close();
    kms.close();
    if (server != null) {
      server.close();
    }
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Benchmark
  public CreateKey.Response createKey() {
    return kms.createKey(b -> {});
  }

  @Benchmark
  public int bareInsert() throws SQLException {
    insert.setString(1, UUID.randomUUID().toString());
    insert.setBytes(2, DOCUMENT);
    return insert.executeUpdate();
  }
}
