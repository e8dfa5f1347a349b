package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.fixture.IndependentStoreReader;
import io.github.embeddedkms.store.fixture.TestGrants;
import io.github.embeddedkms.store.fixture.TestKeys;
import io.github.embeddedkms.store.process.Contents;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Three nodes of one store create and remove grants of one key at the same time. */
@Timeout(300)
class SharedGrantsTest {

  private static final int NODES = 3;
  private static final int MOST_GRANTS = 25;
  private static final Address KEY = Contents.address("11111111-1111-1111-1111-111111111111");
  private static final String ALICE = "arn:aws:iam::000000000000:user/alice";
  private static final String BOB = "arn:aws:iam::000000000000:user/bob";

  @TempDir Path directory;

  private TestDatabase database;
  private final List<SealedKeyStorage> nodes = new ArrayList<>();
  private final ExecutorService threads = Executors.newFixedThreadPool(NODES);

  /** What was acknowledged, by position. */
  private final Map<String, GrantEntry> expected = new ConcurrentSkipListMap<>();

  private void open(Dialect kind) throws Exception {
    database =
        kind == Dialect.SQLITE
            ? TestDatabase.sqlite(directory.resolve("keys.db"))
            : TestDatabase.postgres();
    for (int i = 0; i < NODES; i++) {
      nodes.add(
          database
              .builder()
              .rootKey(RootKey.unsealedForTests())
              .maximumStaleness(Duration.ZERO)
              .timeout(Duration.ofSeconds(60))
              .open());
    }
    assertThat(nodes.get(0).apply(Change.put(TestKeys.symmetric(KEY, TestGrants.CREATED))))
        .isTrue();
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    nodes.forEach(SealedKeyStorage::close);
  }

  private static List<GrantEntry> list(SealedKeyStorage node, Address group) {
    return node.entriesOf(GrantEntry.KIND, group, "", Integer.MAX_VALUE);
  }

  private static GrantEntry grant(int number) {
    String retirer = number % 3 == 0 ? BOB : null;
    return TestGrants.of(KEY, number, number % 2 == 0 ? ALICE : BOB, "", null, retirer);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void grants_putAndRemovedByOneNode_areSeenByTheOthers(Dialect kind) throws Exception {
    open(kind);
    for (int number = 0; number < 2 * NODES; number++) {
      assertThat(nodes.get(number % NODES).apply(Change.put(grant(number)))).isTrue();
      for (SealedKeyStorage node : nodes) {
        assertThat(list(node, KEY)).hasSize(number + 1).endsWith(grant(number));
        assertThat(node.countOf(GrantEntry.KIND, KEY)).isEqualTo(number + 1);
      }
    }
    assertThat(nodes.get(1).apply(Change.remove(list(nodes.get(1), KEY)))).isTrue();
    for (SealedKeyStorage node : nodes) {
      assertThat(list(node, KEY)).isEmpty();
      assertThat(node.countOf(GrantEntry.KIND, KEY)).isZero();
      assertThat(list(node, GrantEntry.byRetirer(Contents.REGION, BOB))).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void grants_changedByAllNodesAtOnce_areTheAcknowledgedOnes_andNeverTooMany(Dialect kind)
      throws Exception {
    open(kind);
    List<Future<?>> working = new ArrayList<>();
    int rounds = kind == Dialect.SQLITE ? 60 : 40;
    for (int i = 0; i < NODES; i++) {
      int first = i;
      working.add(threads.submit(() -> work(first, rounds)));
    }
    for (Future<?> work : working) {
      work.get();
    }
    nodes.add(database.open(Duration.ZERO));
    for (SealedKeyStorage node : nodes) {
      assertThat(list(node, KEY)).containsExactlyElementsOf(expected.values());
      for (Address group :
          List.of(
              KEY,
              GrantEntry.byGrantee(KEY, ALICE),
              GrantEntry.byConstraints(KEY, BOB, ""),
              GrantEntry.byRetirer(Contents.REGION, BOB))) {
        assertThat(node.countOf(GrantEntry.KIND, group)).isEqualTo(list(node, group).size());
        assertThat(list(node, group))
            .containsExactlyElementsOf(
                expected.values().stream()
                    .filter(grant -> grant.positionIn(group).isPresent())
                    .toList());
      }
    }
    try (Connection connection = database.connect()) {
      assertThat(IndependentStoreReader.read(connection, 1, parameters -> new byte[32]).documents())
          .hasSize(1 + expected.size());
    }
  }

  private void work(int first, int rounds) {
    SealedKeyStorage node = nodes.get(first);
    Random random = new Random(first);
    for (int round = 0; round < rounds; round++) {
      List<GrantEntry> grants = list(node, KEY);
      assertThat(grants).hasSizeLessThanOrEqualTo(MOST_GRANTS);
      if (!grants.isEmpty() && random.nextInt(3) == 0) {
        int from = random.nextInt(grants.size());
        List<GrantEntry> some =
            grants.subList(from, Math.min(grants.size(), from + 1 + random.nextInt(3)));
        // Another node may remove one of them first; then none is removed.
        if (node.apply(Change.remove(some))) {
          some.forEach(grant -> expected.remove(grant.position()));
        }
      } else {
        GrantEntry grant = grant(NODES * round + first);
        // Recorded first: another node may remove it at once.
        expected.put(grant.position(), grant);
        KeyEntry key = node.key(KEY).orElseThrow();
        if (!node.apply(
            Change.put(grant)
                .ifUnchanged(key)
                .ifKeyHasFewerThan(MOST_GRANTS, GrantEntry.KIND, KEY))) {
          expected.remove(grant.position());
        }
      }
    }
  }
}
