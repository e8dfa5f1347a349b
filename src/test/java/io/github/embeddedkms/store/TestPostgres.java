package io.github.embeddedkms.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real PostgreSQL server, with its files below {@code target/}. It is as durable as in
 * production: what was committed is on the disk.
 *
 * <p>PostgreSQL refuses to run as root. If the tests run as root, it is therefore started in a user
 * namespace, which requires {@code unshare} (from util-linux) and a container that allows it.
 *
 * <p>Safe for use by several threads.
 */
public final class TestPostgres implements AutoCloseable {

  private static final String DATABASE = "postgres";
  private static final String USER = "postgres";

  /** Created on first use. */
  private static final class Shared {
    static final TestPostgres SERVER = start();
  }

  private final Path directory;
  private final AtomicInteger schemas = new AtomicInteger();
  private final Thread closing = new Thread(this::stopAndDelete);
  private EmbeddedPostgres server;

  private TestPostgres(Path directory) throws IOException {
    this.directory = directory;
    this.server = settings(directory).start();
  }

  /** Returns the server of all tests in this JVM, which no test may stop. */
  public static TestPostgres shared() {
    return Shared.SERVER;
  }

  /** Starts a separate server, which may be stopped; this takes seconds. */
  public static TestPostgres start() {
    try {
      Path target = Path.of("target").toAbsolutePath();
      TestPostgres started = new TestPostgres(Files.createTempDirectory(target, "postgres-"));
      Runtime.getRuntime().addShutdownHook(started.closing);
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static EmbeddedPostgres.Builder settings(Path directory) {
    return EmbeddedPostgres.builder()
        .setDataDirectory(directory)
        .setCleanDataDirectory(false)
        // The directory into which the programs are unpacked, once for all servers.
        .setOverrideWorkingDirectory(Path.of("target", "postgres").toFile())
        .setRegisterShutdownHook(false)
        // The library would switch the first two off to be faster.
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("full_page_writes", "on")
        .setServerConfig("max_connections", "100")
        // Without this setting, the server creates a socket in /tmp.
        .setServerConfig("unix_socket_directories", "''");
  }

  /**
   * Returns a place without tables that is isolated from the others. It is a schema, because
   * creating a database takes thirty times as long. Every connection is a new one.
   */
  public PGSimpleDataSource newDatabase() throws SQLException {
    String name = "schema" + schemas.incrementAndGet();
    execute("CREATE SCHEMA " + name);
    PGSimpleDataSource database = database();
    database.setCurrentSchema(name);
    return database;
  }

  /** Returns a JDBC URL that is sufficient to connect to the database, without further settings. */
  public static String url(PGSimpleDataSource database) {
    return database.getURL() + "&user=" + database.getUser();
  }

  /** Terminates every connection. New ones can be opened immediately. */
  public void terminateConnections() throws SQLException {
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
  }

  /** Stops the server and every connection to it; what was committed stays. */
  public synchronized void stop() throws IOException {
    server.close();
  }

  /** Starts a stopped server with its data and on the same port. */
  public synchronized void startAgain() throws IOException {
    server = settings(directory).setPort(server.getPort()).start();
  }

  /** Stops the server and deletes its data. */
  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(closing);
    stopAndDelete();
  }

  private synchronized PGSimpleDataSource database() {
    PGSimpleDataSource database = new PGSimpleDataSource();
    database.setServerNames(new String[] {"localhost"});
    database.setPortNumbers(new int[] {server.getPort()});
    database.setDatabaseName(DATABASE);
    database.setUser(USER);
    return database;
  }

  private void execute(String command) throws SQLException {
    try (Connection connection = database().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(command);
    }
  }

  private void stopAndDelete() {
    try {
      stop();
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
