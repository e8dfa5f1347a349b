package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.process.NodeProcess;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three processes share a store. They meet faults, change its root key, reseal it, and are killed
 * at random times, each independently. What each has acknowledged is there, while the others work
 * and at the end.
 *
 * <p>The times come from a seed, which a failure names; {@code -Dkill.seed=} sets it.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class SharedStoreKilledTest {

  private static final int NODES = 3;
  private static final int MOST_CHANGES = 20;

  @TempDir Path directory;

  private final long seed = Long.getLong("kill.seed", System.nanoTime());
  private final Random seeds = new Random(seed);

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void kill_sharedStore_acknowledgedChangesAreKept(String kind) throws Exception {
    kill(kind, 1);
  }

  /** Kills more than 50 processes for each database. */
  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  @Tag("thorough")
  void kill_manyTimesSharedStore_acknowledgedChangesAreKept(String kind) throws Exception {
    kill(kind, 17);
  }

  private void kill(String kind, int killsOfEach) throws Exception {
    TestDatabase database =
        kind.equals("SQLite")
            ? TestDatabase.sqlite(directory.resolve("keys.db"))
            : TestDatabase.postgres();
    List<Survivor> survivors = new ArrayList<>();
    List<Future<?>> killers = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(NODES);
    try {
      for (int number = 0; number < NODES; number++) {
        String owner = "node" + number + "-";
        TestDatabase own = database.named(owner);
        Survivor survivor = new Survivor(own, ChangingNode.Work.SHARED, owner);
        Random random = new Random(seeds.nextLong());
        survivors.add(survivor);
        killers.add(
            threads.submit(
                () -> {
                  killRepeatedly(own, owner, survivor, killsOfEach, random);
                  return null;
                }));
      }
      for (Future<?> killer : killers) {
        killer.get();
      }
    } finally {
      threads.shutdownNow();
    }
    checkWhole(survivors);
  }

  private void killRepeatedly(
      TestDatabase own, String owner, Survivor survivor, int kills, Random random)
      throws Exception {
    for (int kill = 0; kill < kills; kill++) {
      try (NodeProcess node = NodeProcess.start(SharingNode.class, directory, own.url(), owner)) {
        node.begin(survivor.order(random.nextLong()));
        survivor.take(node.kill(NodeProcess.KillTime.draw(random, MOST_CHANGES)));
        survivor.check();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "kill " + kill + " of " + owner + " of seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  /** No node is at work any more, so the parts of the owners add up to the whole store. */
  private static void checkWhole(List<Survivor> survivors) throws SQLException {
    long keys = 0;
    for (Survivor survivor : survivors) {
      survivor.check();
      survivor.reseal();
      keys += survivor.keys();
    }
    assertThat(survivors.get(0).materials()).isEqualTo(keys);
  }
}
