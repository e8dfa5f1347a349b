package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.process.NodeProcess;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three processes share a store, each serving another Region, and are killed at random times while
 * they change primary keys and replicas. Related keys always agree, and every blob can be decrypted
 * in every Region that its key has.
 *
 * <p>The times come from a seed, which a failure names; {@code -Dkill.seed=} sets it.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class KilledMultiRegionNodeTest {

  private static final Instant CREATED = Instant.parse("2026-03-04T05:06:07.089Z");
  private static final int MOST_CHANGES = 60;

  /** A blob, and the key and the material that it was encrypted under. */
  private record Sealed(String keyId, String materialId) {}

  @TempDir Path directory;

  private final long seed = Long.getLong("kill.seed", System.nanoTime());
  private final Random seeds = new Random(seed);
  private final Map<Bytes, Sealed> blobs = new ConcurrentHashMap<>();
  private final Map<String, Integer> done = new ConcurrentHashMap<>();

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void kill_nodesOfThreeRegions_relatedKeysAgree(String kind) throws Exception {
    kill(kind, 2);
    assertThat(done).containsKey("create");
  }

  /** Kills more than 50 processes for each database. */
  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  @Tag("thorough")
  void kill_manyTimesNodesOfThreeRegions_relatedKeysAgree(String kind) throws Exception {
    kill(kind, 17);
    assertThat(done)
        .containsKeys("create", "replicate", "promote", "rotate", "schedule", "purge", "cancel");
  }

  private void kill(String kind, int killsOfEach) throws Exception {
    TestDatabase database =
        kind.equals("SQLite")
            ? TestDatabase.sqlite(directory.resolve("keys.db"))
            : TestDatabase.postgres();
    database.open(Duration.ZERO).close();
    List<Future<?>> killers = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(MultiRegionNode.REGIONS.size());
    try {
      for (String region : MultiRegionNode.REGIONS) {
        Random random = new Random(seeds.nextLong());
        TestDatabase own = database.named(region);
        killers.add(
            threads.submit(
                () -> {
                  killRepeatedly(own, region, killsOfEach, random);
                  return null;
                }));
      }
      for (Future<?> killer : killers) {
        killer.get();
      }
    } finally {
      threads.shutdownNow();
    }
    checkWhole(database);
  }

  private void killRepeatedly(TestDatabase database, String region, int kills, Random random)
      throws Exception {
    long now = CREATED.toEpochMilli();
    for (int kill = 0; kill < kills; kill++) {
      try (NodeProcess node =
          NodeProcess.start(MultiRegionNode.class, directory, database.url(), region)) {
        node.begin(now + " " + random.nextLong());
        now = take(node.kill(NodeProcess.KillTime.draw(random, MOST_CHANGES)), now);
        database.awaitNoConnections();
        checkRelatedKeys(database);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "kill " + kill + " of " + region + " of seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  /** Returns the time that the killed node had reached. */
  private long take(List<String> report, long before) {
    long now = before;
    for (String line : report) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "clock" -> now = Long.parseLong(words[1]);
        case "blob" ->
            blobs.put(
                Bytes.fromByteArray(Base64.getDecoder().decode(words[3])),
                new Sealed(words[1], words[2]));
        case "done" -> done.merge(words[1], 1, Integer::sum);
        default -> assertThat(words[0]).isIn("try", "refused");
      }
    }
    return now;
  }

  private static Stream<List<KeyEntry>> relatedKeys(KeyStorage storage) {
    Set<String> ids = new TreeSet<>();
    for (String region : MultiRegionNode.REGIONS) {
      storage
          .keysAfter(new Address(MultiRegionNode.ACCOUNT, region, ""), 10_000)
          .forEach(key -> ids.add(key.address().id()));
    }
    return ids.stream().map(id -> storage.relatedKeys(MultiRegionNode.ACCOUNT, id));
  }

  private static void checkRelatedKeys(TestDatabase database) {
    // A copy as of now, which the other nodes do not change.
    try (SealedKeyStorage storage = database.open(Duration.ofHours(1))) {
      relatedKeys(storage).forEach(KilledMultiRegionNodeTest::check);
    }
  }

  private static void check(List<KeyEntry> related) {
    List<KeyEntry> primaries = related.stream().filter(key -> !key.isReplica()).toList();
    assertThat(primaries).hasSize(1);
    KeyEntry primary = primaries.get(0);
    assertThat(primary.state() == KeyState.PENDING_REPLICA_DELETION)
        .isEqualTo(primary.life().pendingWindowInDays() != null);
    if (related.size() == 1) {
      assertThat(primary.state()).isNotEqualTo(KeyState.PENDING_REPLICA_DELETION);
    } else {
      assertThat(primary.state()).isNotEqualTo(KeyState.PENDING_DELETION);
    }
    for (KeyEntry key : related) {
      assertThat(key.relations()).isEqualTo(primary.relations());
      assertThat(key.rotation()).isEqualTo(primary.rotation());
      assertThat(materials(key)).isEqualTo(materials(primary));
      assertThat(key.isReplica() && key.state() == KeyState.PENDING_REPLICA_DELETION).isFalse();
    }
  }

  private static List<String> materials(KeyEntry key) {
    return key.materials().stream()
        .map(each -> each.idAsHex() + " " + each.state() + " " + each.rotated())
        .toList();
  }

  /** No node is at work any more, so the rows of the materials are those of all keys. */
  private void checkWhole(TestDatabase database) throws SQLException {
    try (SealedKeyStorage storage = database.open(Duration.ZERO)) {
      long materials =
          relatedKeys(storage).flatMap(List::stream).mapToLong(key -> key.materials().size()).sum();
      assertThat(database.number("SELECT count(*) FROM kms_material")).isEqualTo(materials);
      // At this time, nothing is due.
      LocalKeyProvider kms =
          LocalKeyProvider.builder()
              .account(MultiRegionNode.ACCOUNT)
              .clock(() -> Instant.EPOCH)
              .storage(storage)
              .build();
      relatedKeys(storage)
          .flatMap(List::stream)
          .forEach(key -> decryptEverything(kms.inRegion(key.address().region()), key));
    }
  }

  private void decryptEverything(KmsClient kms, KeyEntry key) {
    String keyId = key.address().id();
    if (key.state() != KeyState.ENABLED && key.state() != KeyState.DISABLED) {
      kms.cancelKeyDeletion(b -> b.keyId(keyId));
    }
    kms.enableKey(b -> b.keyId(keyId));
    blobs.forEach(
        (blob, origin) -> {
          if (origin.keyId().equals(keyId)) {
            assertThat(kms.decrypt(b -> b.ciphertextBlob(blob)).keyMaterialId())
                .isEqualTo(origin.materialId());
          }
        });
  }
}
