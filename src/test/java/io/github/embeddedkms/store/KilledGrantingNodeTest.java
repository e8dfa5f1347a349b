package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.fixture.IndependentStoreReader;
import io.github.embeddedkms.store.fixture.TestGrants;
import io.github.embeddedkms.store.fixture.TestKeys;
import io.github.embeddedkms.store.process.NodeProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Nodes are killed at random times while they create grants, one or many at once, and remove many.
 * Each change has happened completely or not at all.
 *
 * <p>The times come from a seed, which a failure names; {@code -Dkill.seed=} sets it.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class KilledGrantingNodeTest {

  private static final int MOST_CHANGES = 12;

  @TempDir Path directory;

  private final long seed = Long.getLong("kill.seed", System.nanoTime());
  private final Random random = new Random(seed);

  /** The numbers of the grants after all acknowledged changes. */
  private List<Integer> acknowledged = List.of();

  /** The change that was neither acknowledged nor found undone; empty if there is none. */
  private String open = "";

  private int next;

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void kill_whileGranting_changesAreWholeOrMissing(Dialect kind) throws Exception {
    kill(kind, 4);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  @Tag("thorough")
  void kill_manyTimesWhileGranting_changesAreWholeOrMissing(Dialect kind) throws Exception {
    kill(kind, 50);
  }

  private void kill(Dialect kind, int kills) throws Exception {
    TestDatabase database =
        kind == Dialect.SQLITE
            ? TestDatabase.sqlite(directory.resolve("keys.db"))
            : TestDatabase.postgres();
    try (SealedKeyStorage storage = database.open(Duration.ZERO)) {
      storage.apply(Change.put(TestKeys.symmetric(GrantingNode.KEY, TestGrants.CREATED)));
    }
    for (int kill = 0; kill < kills; kill++) {
      try (NodeProcess node = NodeProcess.start(GrantingNode.class, directory, database.url())) {
        node.begin(next + " " + random.nextLong());
        take(node.kill(NodeProcess.KillTime.draw(random, MOST_CHANGES)));
        database.awaitNoConnections();
        check(database);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("kill " + kill + " of seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  private void take(List<String> report) {
    for (String line : report) {
      String change = line.substring(line.indexOf(' ') + 1);
      if (line.startsWith("try ")) {
        open = change;
        String[] words = change.split(" ", -1);
        next = words[0].equals("put") ? Integer.parseInt(words[2]) : next;
      } else {
        assertThat(change).isEqualTo(open);
        acknowledged = after(open);
        open = "";
      }
    }
  }

  private List<Integer> after(String change) {
    String[] words = change.split(" ", -1);
    if (words[0].equals("remove")) {
      return acknowledged.subList(Integer.parseInt(words[1]), acknowledged.size());
    }
    List<Integer> more = new ArrayList<>(acknowledged);
    for (int number = Integer.parseInt(words[1]); number < Integer.parseInt(words[2]); number++) {
      more.add(number);
    }
    return more;
  }

  private void check(TestDatabase database) throws SQLException {
    try (SealedKeyStorage storage = database.open(Duration.ZERO)) {
      List<GrantEntry> grants =
          storage.entriesOf(GrantEntry.KIND, GrantingNode.KEY, "", Integer.MAX_VALUE);
      List<Integer> found = grants.stream().map(grant -> (int) grant.order()).toList();
      if (open.isEmpty()) {
        assertThat(found).isEqualTo(acknowledged);
      } else {
        assertThat(found).isIn(acknowledged, after(open));
      }
      assertThat(grants)
          .allSatisfy(
              grant ->
                  assertThat(grant.grant().id()).isEqualTo(TestGrants.id((int) grant.order())));
      assertThat(storage.countOf(GrantEntry.KIND, GrantingNode.KEY)).isEqualTo(found.size());
      acknowledged = found;
      open = "";
    }
    try (Connection connection = database.connect()) {
      assertThat(IndependentStoreReader.read(connection, 1, parameters -> new byte[32]).documents())
          .hasSize(1 + acknowledged.size());
    }
  }
}
