package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.process.Contents;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node fails in the middle of applying another node's change to its copy. The failing part is the
 * wiping of a material that the calling thread itself is using; an Error has the same effect.
 */
class HalfTakenChangeTest {

  private static final Instant DATE = Instant.parse("2026-03-04T05:06:07.089Z");

  @TempDir Path directory;

  private TestDatabase database;

  @BeforeEach
  void chooseFile() {
    database = TestDatabase.sqlite(directory.resolve("keys.db"));
  }

  private static KeyEntry keyToBeDeleted() {
    return FaultedStorage.key("key")
        .changed(key -> key.state(KeyState.PENDING_DELETION).deletionDate(DATE))
        .atVersion(1);
  }

  @Test
  void refresh_wipingFails_copyIsReadAgain_andNothingOfTheKeyRemains() {
    try (SealedKeyStorage node = database.open(Duration.ZERO);
        SealedKeyStorage other = database.open(Duration.ZERO)) {
      node.apply(Change.put(keyToBeDeleted()));
      node.apply(Change.put(FaultedStorage.alias("alias/a", "key")));
      SymmetricMaterial material =
          node.key(Contents.address("key")).orElseThrow().currentMaterial();
      other.apply(
          Change.remove(
              List.of(
                  other.alias(Contents.address("alias/a")).orElseThrow(),
                  other.key(Contents.address("key")).orElseThrow())));
      assertThatIllegalStateException()
          .isThrownBy(() -> material.lend(raw -> node.key(Contents.address("key"))));
      assertThat(node.nextDue()).isEmpty();
      assertThat(Contents.of(node)).isEqualTo(Contents.NOTHING);
      assertThat(node.apply(Change.put(FaultedStorage.key("another")))).isTrue();
      assertThat(Contents.of(node)).isEqualTo(Contents.of(other));
    }
  }

  @Test
  void refresh_wipingFails_otherKeysKeepTheirMaterials() {
    try (SealedKeyStorage node = database.open(Duration.ZERO);
        SealedKeyStorage other = database.open(Duration.ZERO)) {
      node.apply(Change.put(keyToBeDeleted()));
      node.apply(Change.put(FaultedStorage.key("kept")));
      SymmetricMaterial kept = node.key(Contents.address("kept")).orElseThrow().currentMaterial();
      SymmetricMaterial material =
          node.key(Contents.address("key")).orElseThrow().currentMaterial();
      other.apply(Change.remove(List.of(other.key(Contents.address("key")).orElseThrow())));
      assertThatIllegalStateException()
          .isThrownBy(() -> material.lend(raw -> node.key(Contents.address("key"))));
      assertThat(node.key(Contents.address("kept")).orElseThrow().currentMaterial()).isSameAs(kept);
      assertThat(kept.<Integer, RuntimeException>lend(raw -> raw.length)).isEqualTo(32);
    }
  }

  /** The copy has not expired, but it is incomplete. */
  @Test
  void refresh_wipingFails_freshButIncompleteCopyIsNotUsed() {
    try (SealedKeyStorage node = database.open(Duration.ofDays(1));
        SealedKeyStorage other = database.open(Duration.ZERO)) {
      node.apply(Change.put(keyToBeDeleted()));
      SymmetricMaterial material =
          node.key(Contents.address("key")).orElseThrow().currentMaterial();
      other.apply(Change.remove(List.of(other.key(Contents.address("key")).orElseThrow())));
      // sequence() asks the database, however old the copy is.
      assertThatIllegalStateException().isThrownBy(() -> material.lend(raw -> node.sequence()));
      assertThat(node.nextDue()).isEmpty();
      assertThat(Contents.of(node)).isEqualTo(Contents.NOTHING);
      other.apply(Change.put(FaultedStorage.key("another")));
      assertThat(Contents.of(node)).as("a complete copy is used").isEqualTo(Contents.NOTHING);
    }
  }
}
