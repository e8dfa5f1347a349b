package io.github.embeddedkms.local;

import io.github.embeddedkms.model.KeyMaterialState;
import io.github.embeddedkms.store.Entry;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.MaterialEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Imported material that waits for its rotation in related multi-Region keys. It is imported into
 * the primary key first, as new material, and then into each replica. Only when all have its bytes
 * can the keys be rotated to it. If the primary key loses it, it disappears from the replicas too.
 */
final class PendingMaterials {

  private PendingMaterials() {}

  /**
   * Returns what a change puts, with the waiting material in the same state in all related keys.
   *
   * @param stored the related keys that the change does not change otherwise
   * @param changed the next versions of the others; a primary key must be among the two
   */
  static List<Entry> settled(List<KeyEntry> stored, List<KeyEntry> changed) {
    List<KeyEntry> all = new ArrayList<>(stored);
    all.addAll(changed);
    Optional<MaterialEntry> pending =
        all.stream()
            .filter(key -> !key.isReplica())
            .findFirst()
            .flatMap(ImportedMaterials::pending)
            .map(material -> material.inState(stateIn(all, material)));
    List<Entry> puts = new ArrayList<>();
    for (KeyEntry key : stored) {
      KeyEntry settled = settled(key, pending);
      if (!settled.equals(key)) {
        puts.add(settled.atVersion(key.version() + 1));
      }
    }
    for (KeyEntry key : changed) {
      puts.add(settled(key, pending));
    }
    return puts;
  }

  private static KeyMaterialState stateIn(List<KeyEntry> all, MaterialEntry pending) {
    return all.stream().allMatch(key -> key.material(pending.id()).isPresent())
        ? KeyMaterialState.PENDING_ROTATION
        : KeyMaterialState.PENDING_MULTI_REGION_IMPORT_AND_ROTATION;
  }

  private static KeyEntry settled(KeyEntry key, Optional<MaterialEntry> pending) {
    List<MaterialEntry> materials = new ArrayList<>();
    for (MaterialEntry material : key.materials()) {
      if (!ImportedMaterials.isPending(material)) {
        materials.add(material);
      }
    }
    pending
        .map(
            waiting ->
                ImportedMaterials.find(key, waiting.id())
                    .orElse(waiting.withoutBytes())
                    .inState(waiting.state()))
        .ifPresent(materials::add);
    return key.changed(next -> next.materials(materials)).atVersion(key.version());
  }
}
