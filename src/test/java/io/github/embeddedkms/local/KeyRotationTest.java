package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.model.KeyMaterialState;
import io.github.embeddedkms.model.RotationType;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.MaterialEntry;
import io.github.embeddedkms.store.fixture.TestKeys;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyRotationTest {

  private static final Instant DUE = Instant.parse("2026-06-02T05:06:07.089Z");
  private static final Address ADDRESS = new Address("111122223333", "eu-central-1", "key");

  private final KeyRotation rotation =
      new KeyRotation(KeySource.of(new SecureRandom()), new RelatedKeys(KeyStorage.inMemory()));
  private final List<Change> changes = new ArrayList<>();
  private final KeyEntry key =
      TestKeys.symmetric(ADDRESS, DUE.minus(Duration.ofDays(90)))
          .changed(next -> next.rotation(new KeyEntry.Rotation(90, DUE)));

  private KeyEntry rotated() {
    assertThat(changes).hasSize(1);
    assertThat(changes.get(0).unchanged()).containsExactly(key);
    assertThat(changes.get(0).removes()).isEmpty();
    assertThat(changes.get(0).puts()).hasSize(1);
    return (KeyEntry) changes.get(0).puts().get(0);
  }

  private static int lengthOf(Material material) {
    return material.<Integer, RuntimeException>lend(raw -> raw.length);
  }

  private void assertOnlyNewMaterialIsWiped() {
    List<MaterialEntry> materials = rotated().materials();
    assertThat(lengthOf(materials.get(0).material())).isEqualTo(32);
    assertThatThrownBy(() -> lengthOf(materials.get(1).material()))
        .isInstanceOf(Material.ClosedException.class);
  }

  @Test
  void rotateAtDueDate_isOneChange_withNewMaterialAndNextDate() {
    assertThat(rotation.rotateAtDueDate(key, changes::add)).isTrue();
    KeyEntry after = rotated();
    assertThat(after.version()).isEqualTo(key.version() + 1);
    assertThat(after.rotation())
        .isEqualTo(new KeyEntry.Rotation(90, DUE.plus(Duration.ofDays(90))));
    assertThat(after.materials())
        .extracting(MaterialEntry::state)
        .containsExactly(KeyMaterialState.NON_CURRENT, KeyMaterialState.CURRENT);
    assertThat(after.materials().get(0).material()).isSameAs(key.currentMaterial());
    assertThat(after.materials().get(1).rotated())
        .isEqualTo(new MaterialEntry.Rotated(DUE, RotationType.AUTOMATIC));
    assertThat(after.currentMaterial().suite()).isEqualTo(key.currentMaterial().suite());
    assertThat(lengthOf(after.currentMaterial())).isEqualTo(32);
  }

  @Test
  void rotateAtDueDate_notApplied_wipesTheNewMaterial() {
    assertThat(
            rotation.rotateAtDueDate(
                key,
                change -> {
                  changes.add(change);
                  return false;
                }))
        .isFalse();
    assertOnlyNewMaterialIsWiped();
  }

  @Test
  void rotateOnDemand_commitFails_wipesTheNewMaterial() {
    assertThatThrownBy(
            () ->
                rotation.rotateOnDemand(
                    key,
                    DUE,
                    change -> {
                      changes.add(change);
                      throw new IllegalStateException("closed");
                    }))
        .hasMessage("closed");
    assertOnlyNewMaterialIsWiped();
  }

  /**
   * After an Error, the storage may have accepted the change, and finishes it with its next call.
   */
  @Test
  void rotateOnDemand_error_leavesTheNewMaterialToTheStorage() {
    assertThatThrownBy(
            () ->
                rotation.rotateOnDemand(
                    key,
                    DUE,
                    change -> {
                      changes.add(change);
                      throw new OutOfMemoryError("no memory");
                    }))
        .hasMessage("no memory");
    assertThat(lengthOf(rotated().currentMaterial())).isEqualTo(32);
  }

  @Test
  void rotateAtDueDate_withReplicas_isOneChange_andWipesEveryNewMaterialIfRefused() {
    String id = "mrk-1234abcd12ab34cd56ef1234567890ab";
    KeyEntry primary = related(new Address("111122223333", "eu-central-1", id));
    KeyEntry replica = related(new Address("111122223333", "eu-west-1", id));
    try (KeyStorage storage = KeyStorage.inMemory()) {
      assertThat(storage.apply(Change.put(primary))).isTrue();
      assertThat(storage.apply(Change.put(replica))).isTrue();
      KeyRotation related =
          new KeyRotation(KeySource.of(new SecureRandom()), new RelatedKeys(storage));
      boolean applied =
          related.rotateAtDueDate(
              primary,
              change -> {
                changes.add(change);
                return false;
              });
      assertThat(applied).isFalse();
    }
    Change change = changes.get(0);
    assertThat(change.unchanged()).containsExactly(primary);
    // The key that is due is put last.
    assertThat(change.puts())
        .map(entry -> entry.address().region())
        .containsExactly("eu-west-1", "eu-central-1");
    List<Material> created =
        change.puts().stream()
            .map(entry -> ((KeyEntry) entry).current().orElseThrow().material())
            .toList();
    assertThat(created.get(0).id()).isEqualTo(created.get(1).id());
    assertThat(created.get(0)).isNotSameAs(created.get(1));
    for (Material material : created) {
      assertThatThrownBy(() -> lengthOf(material)).isInstanceOf(Material.ClosedException.class);
    }
  }

  private static KeyEntry related(Address address) {
    return TestKeys.symmetric(address, DUE.minus(Duration.ofDays(90)))
        .changed(
            next ->
                next.rotation(new KeyEntry.Rotation(90, DUE))
                    .relations(new KeyEntry.Relations("eu-central-1", null)))
        .atVersion(1);
  }
}
