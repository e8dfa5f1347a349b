package io.github.embeddedkms.store;

import io.github.embeddedkms.store.fixture.Exhaustion.Resource;
import io.github.embeddedkms.store.process.NodeProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A process runs out of memory or stack during its calls, at random times. Afterwards its storage
 * works without a restart, in all its threads; no other process is locked out or finds the store
 * altered; and every acknowledged change is there.
 *
 * <p>The times come from a seed, which a failure names; {@code -Dexhaustion.seed=} sets it.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class ExhaustedNodeTest {

  private static final int TIMES_IN_A_PROCESS = 5;

  @TempDir Path directory;

  private final long seed = Long.getLong("exhaustion.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @ParameterizedTest
  @CsvSource({"HEAP, SQLite", "HEAP, PostgreSQL", "STACK, SQLite", "STACK, PostgreSQL"})
  void exhausted_worksAgain(Resource resource, String kind) throws Exception {
    exhaust(resource, kind, 1, 1);
  }

  /** Exhausts memory and stack 50 times each. */
  @ParameterizedTest
  @CsvSource({"HEAP, SQLite", "HEAP, PostgreSQL", "STACK, SQLite", "STACK, PostgreSQL"})
  @Tag("thorough")
  void exhausted_manyTimes_worksAgain(Resource resource, String kind) throws Exception {
    exhaust(resource, kind, 5, TIMES_IN_A_PROCESS);
  }

  private void exhaust(Resource resource, String kind, int processes, int times) throws Exception {
    TestDatabase database =
        kind.equals("SQLite")
            ? TestDatabase.sqlite(directory.resolve("keys.db"))
            : TestDatabase.postgres();
    Survivor survivor = new Survivor(database, ChangingNode.Work.EXHAUSTED);
    for (int process = 0; process < processes; process++) {
      try (NodeProcess node =
          NodeProcess.start(
              List.of("-Xmx48m"),
              ExhaustedNode.class,
              directory,
              resource.name(),
              database.url(),
              String.valueOf(times))) {
        node.begin(survivor.order(random.nextLong()));
        for (int time = 0; time < times; time++) {
          survivor.take(node.reportUntil("exhausted "));
          survivor.check();
          survivor.change();
          node.tell("next");
        }
        survivor.take(node.reportUntil("closed"));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "process " + process + " of seed " + seed + ": " + e.getMessage(), e);
      }
    }
    survivor.check();
    survivor.reseal();
  }
}
