package io.github.embeddedkms.local;

import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.model.KeyMaterialState;
import io.github.embeddedkms.model.RotationType;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.Entry;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.MaterialEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Rotates keys: gives them new random material, which becomes the current one. Each rotation is one
 * change to the key and its replicas, so that it happens completely or not at all. If two nodes
 * rotate a key at the same time, the first to commit wins.
 */
final class KeyRotation {

  private final KeySource keys;
  private final RelatedKeys related;

  KeyRotation(KeySource keys, RelatedKeys related) {
    this.keys = keys;
    this.related = related;
  }

  /**
   * Carries out the rotation of a key that is due, and starts its next period at the due date.
   *
   * @param apply applies the change, and returns whether it was applied
   * @return whether it was applied
   */
  boolean rotateAtDueDate(KeyEntry key, Predicate<Change> apply) {
    return rotateAutomatically(key, rotationOf(key).nextDate(), next -> {}, apply);
  }

  /**
   * Rotates a key once that is due although it could not be rotated when it was, and starts its
   * next period now.
   *
   * @param also changes further parts of the key
   */
  void rotateLate(
      KeyEntry key, Instant now, Consumer<KeyEntry.Parts> also, Consumer<Change> commit) {
    // A commit that is not applied throws.
    boolean unused = rotateAutomatically(key, now, also, committedBy(commit));
  }

  private boolean rotateAutomatically(
      KeyEntry key, Instant date, Consumer<KeyEntry.Parts> also, Predicate<Change> apply) {
    KeyEntry.Rotation following =
        KeyEntry.Rotation.startingAt(rotationOf(key).periodInDays(), date);
    return rotate(
        key,
        new MaterialEntry.Rotated(date, RotationType.AUTOMATIC),
        also,
        next -> next.rotation(following),
        apply);
  }

  private static KeyEntry.Rotation rotationOf(KeyEntry key) {
    return Objects.requireNonNull(key.rotation(), "only keys with automatic rotation are due");
  }

  /** Rotates a key on demand. Its next automatic rotation keeps its date. */
  void rotateOnDemand(KeyEntry key, Instant now, Consumer<Change> commit) {
    MaterialEntry.Rotated rotated = new MaterialEntry.Rotated(now, RotationType.ON_DEMAND);
    boolean unused = rotate(key, rotated, next -> {}, next -> {}, committedBy(commit));
  }

  private static Predicate<Change> committedBy(Consumer<Change> commit) {
    return change -> {
      commit.accept(change);
      return true;
    };
  }

  /**
   * Rotates a key and its replicas.
   *
   * @param also changes further parts of the key
   * @param shared changes further parts of the key and of its replicas
   */
  private boolean rotate(
      KeyEntry key,
      MaterialEntry.Rotated rotated,
      Consumer<KeyEntry.Parts> also,
      Consumer<KeyEntry.Parts> shared,
      Predicate<Change> apply) {
    String keyId = key.address().id();
    List<Material> created = new ArrayList<>();
    boolean applied;
    try {
      // The new material has the suite of the old one, which the key's Region has determined.
      SymmetricMaterial material =
          SymmetricMaterial.generate(keyId, key.currentMaterial().suite(), keys.next().random());
      created.add(material);
      List<Entry> puts = new ArrayList<>();
      for (KeyEntry replica : related.others(key)) {
        Material copy = material.copy(keyId);
        created.add(copy);
        puts.add(withNewMaterial(replica, copy, rotated, shared));
      }
      // The key that is due is put last: then all are rotated when it is no longer due.
      puts.add(withNewMaterial(key, material, rotated, also.andThen(shared)));
      applied = apply.test(new Change(puts, List.of(), List.of(key)));
    } catch (RuntimeException e) {
      created.forEach(Material::close);
      throw e;
    }
    // After an Error the storage may have accepted the change already and still own the material,
    // so it is wiped only if it was certainly not used.
    if (!applied) {
      created.forEach(Material::close);
    }
    return applied;
  }

  private static KeyEntry withNewMaterial(
      KeyEntry key,
      Material material,
      MaterialEntry.Rotated rotated,
      Consumer<KeyEntry.Parts> also) {
    List<MaterialEntry> materials = new ArrayList<>();
    for (MaterialEntry earlier : key.materials()) {
      materials.add(earlier.inState(KeyMaterialState.NON_CURRENT));
    }
    materials.add(MaterialEntry.present(material, true, rotated));
    return key.changed(also.andThen(next -> next.materials(materials)));
  }
}
