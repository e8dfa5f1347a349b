package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.store.process.Contents;
import io.github.embeddedkms.store.process.NodeProcess;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nodes are killed at random times: what they have acknowledged stays, and nothing is half done.
 *
 * <p>This shows what can be lost with a process, not what can be lost with a machine: data passed
 * to the operating system survives the process, whether it reached the disk or not.
 *
 * <p>The times come from a seed, which a failure names; {@code -Dkill.seed=} sets it.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class KilledNodeTest {

  private static final String SQLITE = "SQLite";
  private static final String POSTGRESQL = "PostgreSQL";
  private static final int MOST_CHANGES = 20;
  private static final int MOST_STORES = 5;
  private static final long TABLES = 4;

  @TempDir Path directory;

  private final long seed = Long.getLong("kill.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @ParameterizedTest
  @ValueSource(strings = {SQLITE, POSTGRESQL})
  void kill_whileChanging_acknowledgedChangesAreKept(String kind) throws Exception {
    kill(ChangingNode.Work.CHANGES, kind, 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {SQLITE, POSTGRESQL})
  @Tag("thorough")
  void kill_manyTimesWhileChanging_acknowledgedChangesAreKept(String kind) throws Exception {
    kill(ChangingNode.Work.CHANGES, kind, 50);
  }

  @ParameterizedTest
  @ValueSource(strings = {SQLITE, POSTGRESQL})
  void kill_whileResealing_oneRootKeyFits_andRetrySucceeds(String kind) throws Exception {
    kill(ChangingNode.Work.RESEALING, kind, 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {SQLITE, POSTGRESQL})
  @Tag("thorough")
  void kill_manyTimesWhileResealing_oneRootKeyFits_andRetrySucceeds(String kind) throws Exception {
    kill(ChangingNode.Work.RESEALING, kind, 15);
  }

  @ParameterizedTest
  @ValueSource(strings = {SQLITE, POSTGRESQL})
  void kill_whileCreatingStore_storeCanBeOpenedOrCreated(String kind) throws Exception {
    killCreating(kind, 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {SQLITE, POSTGRESQL})
  @Tag("thorough")
  void kill_manyTimesWhileCreatingStore_storeCanBeOpenedOrCreated(String kind) throws Exception {
    killCreating(kind, 20);
  }

  /** Takes a quarter of an hour. */
  @ParameterizedTest
  @CsvSource({
    "CHANGES, SQLite, 200",
    "CHANGES, PostgreSQL, 200",
    "RESEALING, SQLite, 50",
    "RESEALING, PostgreSQL, 50"
  })
  @Tag("thorough")
  @Tag("by-hand")
  void kill_hundredsOfTimes_acknowledgedChangesAreKept(
      ChangingNode.Work work, String kind, int kills) throws Exception {
    kill(work, kind, kills);
  }

  private void killCreating(String kind, int kills) throws Exception {
    TestDatabase database = database(kind);
    int created = 0;
    for (int kill = 0; kill < kills; kill++) {
      try (NodeProcess node = NodeProcess.start(CreatingNode.class, directory, database.url())) {
        node.begin(String.valueOf(created));
        List<String> report = node.kill(NodeProcess.KillTime.draw(random, MOST_STORES));
        database.awaitNoConnections();
        for (String line : report) {
          if (line.startsWith("done ")) {
            assertThat(database.numbered(created).number("SELECT sequence FROM kms_store"))
                .isZero();
            created++;
          }
        }
        checkNewStore(database.numbered(created));
        created++;
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("kill " + kill + " of seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  /** Opens the store if it exists, or else creates it now. */
  private static void checkNewStore(TestDatabase database) throws SQLException {
    assertThat(database.tables()).isIn(0L, TABLES);
    try (SealedKeyStorage storage = database.builder().rootKey(RootKey.unsealedForTests()).open()) {
      assertThat(storage.sequence()).isZero();
      LocalKeyProvider.builder().storage(storage).build().createKey(key -> {});
    }
    try (SealedKeyStorage storage = database.builder().rootKey(RootKey.unsealedForTests()).open()) {
      assertThat(Contents.of(storage).keys()).hasSize(1);
    }
  }

  private void kill(ChangingNode.Work work, String kind, int kills) throws Exception {
    TestDatabase database = database(kind);
    Survivor survivor = new Survivor(database, work);
    NodeProcess next = start(work, database);
    try {
      for (int kill = 0; kill < kills; kill++) {
        try (NodeProcess node = next) {
          node.begin(survivor.order(random.nextLong()));
          // The next node's JVM starts while this node works and is checked.
          next = start(work, database);
          List<String> report = node.kill(NodeProcess.KillTime.draw(random, MOST_CHANGES));
          survivor.take(report);
          survivor.check();
          if (work == ChangingNode.Work.RESEALING && random.nextBoolean()) {
            survivor.reseal();
          }
        } catch (AssertionError | RuntimeException e) {
          throw new AssertionError("kill " + kill + " of seed " + seed + ": " + e.getMessage(), e);
        }
      }
    } finally {
      next.close();
    }
  }

  private NodeProcess start(ChangingNode.Work work, TestDatabase database) throws Exception {
    return NodeProcess.start(ChangingNode.class, directory, work.name(), database.url());
  }

  private TestDatabase database(String kind) throws SQLException {
    return kind.equals(SQLITE)
        ? TestDatabase.sqlite(directory.resolve("keys.db"))
        : TestDatabase.postgres();
  }
}
