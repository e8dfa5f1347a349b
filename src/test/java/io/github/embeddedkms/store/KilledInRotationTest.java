package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.store.process.Contents;
import io.github.embeddedkms.store.process.NodeProcess;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nodes are killed at random times while they rotate a key. Each rotation has happened completely
 * or not at all: its material, its date, and the date of the next one.
 *
 * <p>The times come from a seed, which a failure names; {@code -Dkill.seed=} sets it.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class KilledInRotationTest {

  private static final Instant CREATED = Instant.parse("2026-03-04T05:06:07.089Z");
  private static final int MOST_ROTATIONS = 12;

  @TempDir Path directory;

  private final long seed = Long.getLong("kill.seed", System.nanoTime());
  private final Random random = new Random(seed);

  /** The blobs that were acknowledged, with the ids of their materials. */
  private final Map<Bytes, String> blobs = new HashMap<>();

  private String keyId;
  private Instant now = CREATED;

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void kill_whileRotating_rotationIsWholeOrMissing(String kind) throws Exception {
    kill(kind, 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  @Tag("thorough")
  void kill_manyTimesWhileRotating_rotationIsWholeOrMissing(String kind) throws Exception {
    kill(kind, 40);
  }

  private void kill(String kind, int kills) throws Exception {
    TestDatabase database =
        kind.equals("SQLite")
            ? TestDatabase.sqlite(directory.resolve("keys.db"))
            : TestDatabase.postgres();
    create(database);
    for (int kill = 0; kill < kills; kill++) {
      try (NodeProcess node = NodeProcess.start(RotatingNode.class, directory, database.url())) {
        node.begin(now.toEpochMilli() + " " + keyId);
        take(node.kill(NodeProcess.KillTime.draw(random, MOST_ROTATIONS)));
        database.awaitNoConnections();
        check(database);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("kill " + kill + " of seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  private void create(TestDatabase database) {
    try (LocalKeyProvider kms =
        LocalKeyProvider.builder()
            .clock(() -> CREATED)
            .storage(database.open(Duration.ZERO))
            .build()) {
      keyId = kms.createKey(b -> {}).keyMetadata().keyId();
      kms.enableKeyRotation(b -> b.keyId(keyId).rotationPeriodInDays(RotatingNode.PERIOD));
    }
  }

  private void take(List<String> report) {
    for (String line : report) {
      String[] words = line.split(" ", -1);
      // Whether or not the rotation was made, the next node must not be earlier.
      now = Instant.ofEpochMilli(Long.parseLong(words[1]));
      if (words[0].equals("done")) {
        blobs.put(Bytes.fromByteArray(Base64.getDecoder().decode(words[3])), words[2]);
      }
    }
  }

  private void check(TestDatabase database) throws SQLException {
    try (SealedKeyStorage storage = database.open(Duration.ZERO)) {
      KeyEntry key = storage.key(Contents.address(keyId)).orElseThrow();
      List<MaterialEntry> materials = key.materials();
      assertThat(database.number("SELECT count(*) FROM kms_material")).isEqualTo(materials.size());
      Instant last = CREATED;
      for (MaterialEntry material : materials.subList(1, materials.size())) {
        assertThat(material.rotated().date()).isEqualTo(last.plus(period()));
        last = material.rotated().date();
      }
      assertThat(key.rotation())
          .isEqualTo(new KeyEntry.Rotation(RotatingNode.PERIOD, last.plus(period())));
      assertThat(materials)
          .allSatisfy(
              material ->
                  assertThat(material.material().<Integer, RuntimeException>lend(raw -> raw.length))
                      .isEqualTo(32));
      LocalKeyProvider kms = LocalKeyProvider.builder().clock(() -> now).storage(storage).build();
      blobs.forEach(
          (blob, materialId) ->
              assertThat(kms.decrypt(b -> b.ciphertextBlob(blob)).keyMaterialId())
                  .isEqualTo(materialId));
    }
  }

  private static Duration period() {
    return Duration.ofDays(RotatingNode.PERIOD);
  }
}
