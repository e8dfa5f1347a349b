package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.fixture.IndependentStoreReader;
import io.github.embeddedkms.store.process.RollingWorker;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Nodes of the previous version work on a store while nodes of this version are started, each in
 * its own process.
 */
@Tag("thorough")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RollingUpgradeTest {

  private static final int PREVIOUS_NODES = 3;
  private static final int CURRENT_NODES = 3;

  /** Several stores, because each one is migrated only once. */
  private static final int STORES = 6;

  private static final int ROUNDS = 4;
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.089Z");

  private static final List<KmsProcess> PREVIOUS = new ArrayList<>();
  private static final List<KmsProcess> CURRENT = new ArrayList<>();

  @TempDir Path directory;

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @BeforeAll
  static void start() {
    for (int i = 0; i < PREVIOUS_NODES; i++) {
      PREVIOUS.add(KmsProcess.start(TwoVersionsTest.PREVIOUS));
    }
    for (int i = 0; i < CURRENT_NODES; i++) {
      CURRENT.add(KmsProcess.start());
    }
  }

  @AfterAll
  static void stop() {
    Stream.of(PREVIOUS, CURRENT).flatMap(List::stream).forEach(KmsProcess::close);
  }

  @AfterEach
  void stopThreads() {
    threads.shutdownNow();
  }

  private static void open(KmsProcess process, TestDatabase database) {
    process.open(database.url(), Duration.ZERO, () -> NOW, System::nanoTime);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void upgrade_whilePreviousNodesWork_losesNothing_andRefusesPreviousNodes(Dialect kind)
      throws Exception {
    for (int i = 0; i < STORES; i++) {
      upgrade(
          kind == Dialect.SQLITE
              ? TestDatabase.sqlite(directory.resolve(i + ".db"))
              : TestDatabase.postgres());
    }
  }

  private void upgrade(TestDatabase database) throws Exception {
    List<RollingWorker> previous = new ArrayList<>();
    List<Future<?>> refused = new ArrayList<>();
    for (KmsProcess process : PREVIOUS) {
      open(process, database);
      RollingWorker worker = new RollingWorker("previous" + previous.size() + "-", process, ROUNDS);
      previous.add(worker);
      refused.add(threads.submit(() -> workUntilRefused(worker, process)));
    }
    for (RollingWorker worker : previous) {
      worker.awaitBegun();
    }

    // The first two are started at the same time, so either of them may migrate the store.
    List<Future<?>> opened = new ArrayList<>();
    for (KmsProcess process : CURRENT.subList(0, 2)) {
      opened.add(threads.submit(() -> open(process, database)));
    }
    for (Future<?> opening : opened) {
      opening.get();
    }
    List<RollingWorker> current = new ArrayList<>();
    List<Future<?>> working = new ArrayList<>();
    for (KmsProcess process : CURRENT) {
      if (current.size() >= opened.size()) {
        open(process, database);
      }
      RollingWorker worker = new RollingWorker("current" + current.size() + "-", process, ROUNDS);
      current.add(worker);
      working.add(threads.submit(worker::work));
      worker.awaitBegun();
    }
    for (Future<?> end : refused) {
      end.get();
    }
    current.forEach(RollingWorker::stop);
    for (Future<?> end : working) {
      end.get();
    }
    assertNothingIsLost(database, Stream.of(previous, current).flatMap(List::stream).toList());
  }

  /** Every call succeeds until the store is migrated, and none does afterwards. */
  private static void workUntilRefused(RollingWorker worker, KmsProcess process) {
    TwoVersionsTest.assertRefused(worker::work);
    for (int i = 0; i < 10; i++) {
      TwoVersionsTest.assertRefused(() -> process.listKeys(b -> {}));
      TwoVersionsTest.assertRefused(() -> process.createKey(b -> {}));
    }
  }

  private static void assertNothingIsLost(TestDatabase database, List<RollingWorker> workers)
      throws SQLException, Exception {
    long changes = 0;
    for (RollingWorker worker : workers) {
      CURRENT.forEach(worker::requireKnown);
      changes += worker.changes();
    }
    try (Connection connection = database.connect()) {
      IndependentStoreReader reader =
          IndependentStoreReader.read(connection, 1, parameters -> new byte[32]);
      assertThat(reader.schema()).isEqualTo(2);
      // The migration is a change as well, and so are the last uses, of which several can be
      // written
      // together. The sum shows that nothing else was written without being acknowledged.
      assertThat(reader.sequence() - changes - 1).isBetween(1L, reader.lastUseWrites());
    }
  }
}
