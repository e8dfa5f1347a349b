package io.github.embeddedkms.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import javax.sql.DataSource;
import org.postgresql.ds.PGPoolingDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A place for the keys of one test, empty at first. The property {@code fixture.storage} decides
 * where it is, so that one test can run over every storage: {@code memory} (the default), {@code
 * sqlite} or {@code postgresql}.
 */
public abstract class TestStore implements AutoCloseable {

  private static final String STORAGE = System.getProperty("fixture.storage", "memory");

  /** Creates a new place. */
  public static TestStore create() {
    return switch (STORAGE) {
      case "memory" -> new Memory();
      case "sqlite" -> new Sqlite();
      case "postgresql" -> Postgresql.take();
      default -> throw new IllegalArgumentException("no storage of tests: " + STORAGE);
    };
  }

  /** Returns whether this run uses a database. */
  public static boolean isDatabase() {
    return !STORAGE.equals("memory");
  }

  /**
   * Returns how often a test should repeat what it would do this often in memory, because each
   * change takes longer in a database.
   */
  public static int scaled(int times) {
    return isDatabase() ? times / 10 : times;
  }

  /** Opens the storage; only one may be open at a time. */
  public abstract KeyStorage open();

  /**
   * Closes a storage of this place and opens the place again, so that the new storage knows only
   * what was written. A storage in memory is not persistent, so it is returned unchanged.
   */
  public KeyStorage reopen(KeyStorage storage) {
    storage.close();
    return open();
  }

  /** Gives up the place and its contents; its storage must be closed before. */
  @Override
  public void close() {}

  private static final class Memory extends TestStore {

    @Override
    public KeyStorage open() {
      return KeyStorage.inMemory();
    }

    @Override
    public KeyStorage reopen(KeyStorage storage) {
      return storage;
    }
  }

  /**
   * Copies a new store for each place, because creating the tables takes most of a short test's
   * time.
   */
  private static final class Sqlite extends TestStore {

    private static final String FILE = "keys.db";
    private static final byte[] NEW_STORE = newStore();

    private final TemporaryFolder folder = TemporaryFolder.create("sqlite-");

    private Sqlite() {
      try {
        Files.write(folder.resolve(FILE), NEW_STORE);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      folder.close();
    }

    @Override
    public KeyStorage open() {
      return open(folder);
    }

    private static KeyStorage open(TemporaryFolder folder) {
      return SealedKeyStorage.builder(folder.resolve(FILE))
          .rootKey(RootKey.unsealedForTests())
          .open();
    }

    private static byte[] newStore() {
      try (TemporaryFolder folder = TemporaryFolder.create("sqlite-")) {
        open(folder).close();
        return Files.readAllBytes(folder.resolve(FILE));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Reuses places that were given up, with their rows reset to those of a new store: creating the
   * tables of another place would take thirty times as long.
   */
  private static final class Postgresql extends TestStore {

    private static final Deque<Postgresql> FREE = new ConcurrentLinkedDeque<>();

    private final DataSource database = pool();

    private Postgresql() {
      open().close();
      execute(
          "CREATE TABLE new_store AS TABLE kms_store",
          "CREATE TABLE new_store_key AS TABLE kms_store_key");
    }

    static TestStore take() {
      Postgresql free = FREE.poll();
      if (free == null) {
        return new Postgresql();
      }
      free.execute(
          "BEGIN",
          "DELETE FROM kms_item",
          "DELETE FROM kms_material",
          "DELETE FROM kms_store",
          "INSERT INTO kms_store SELECT * FROM new_store",
          "DELETE FROM kms_store_key",
          "INSERT INTO kms_store_key SELECT * FROM new_store_key",
          "COMMIT");
      return free;
    }

    @Override
    public KeyStorage open() {
      return SealedKeyStorage.builder(database).rootKey(RootKey.unsealedForTests()).open();
    }

    @Override
    public void close() {
      FREE.push(this);
    }

    private void execute(String... commands) {
      try (Connection connection = database.getConnection();
          Statement statement = connection.createStatement()) {
        for (String command : commands) {
          statement.execute(command);
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    /** The pool keeps connections that were aborted, and drops one only when it is requested. */
    private static DataSource withoutDeadConnections(DataSource pool) {
      return (DataSource)
          Proxy.newProxyInstance(
              TestStore.class.getClassLoader(),
              new Class<?>[] {DataSource.class},
              (proxy, method, arguments) -> {
                for (int tries = 1; true; tries++) {
                  try {
                    return method.invoke(pool, arguments);
                  } catch (InvocationTargetException e) {
                    if (tries == 100 || !(e.getCause() instanceof SQLException)) {
                      throw e.getCause();
                    }
                  }
                }
              });
    }

    /** Uses a pool, because opening a connection for each call would take most of the time. */
    @SuppressWarnings("deprecation") // because it is not meant for production
    private static DataSource pool() {
      try {
        PGSimpleDataSource schema = TestPostgres.shared().newDatabase();
        PGPoolingDataSource pool = new PGPoolingDataSource();
        pool.setDataSourceName(schema.getCurrentSchema());
        pool.setURL(TestPostgres.url(schema));
        pool.setUser(schema.getUser());
        return withoutDeadConnections(pool);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
