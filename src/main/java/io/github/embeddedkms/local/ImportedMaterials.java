package io.github.embeddedkms.local;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyMaterialState;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.RotationType;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.MaterialEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What importing, deleting, expiring and rotating imported material makes of a key. Everything that
 * gives imported material to a key or takes it away does so here, so that the key's state follows
 * its materials. The results are not stored yet.
 *
 * <p>A material that was current once is associated with its key permanently: when its bytes are
 * gone, its entry remains, and the key cannot be used without it. A material that waits for its
 * rotation is not: it disappears with its bytes.
 */
final class ImportedMaterials {

  private ImportedMaterials() {}

  /** Returns whether a material only waits for its rotation. */
  static boolean isPending(MaterialEntry material) {
    return material.state() == KeyMaterialState.PENDING_ROTATION
        || material.state() == KeyMaterialState.PENDING_MULTI_REGION_IMPORT_AND_ROTATION;
  }

  /** Returns the material that waits for its rotation, if there is one. */
  static Optional<MaterialEntry> pending(KeyEntry key) {
    return key.materials().stream().filter(ImportedMaterials::isPending).findFirst();
  }

  /** Returns one of the key's materials, whether or not its bytes are present. */
  static Optional<MaterialEntry> find(KeyEntry key, Bytes id) {
    return key.materials().stream().filter(material -> material.id().equals(id)).findFirst();
  }

  /**
   * Returns whether imported material is missing. Keys with material of another origin always have
   * it.
   */
  static boolean isIncomplete(KeyEntry key) {
    return key.origin() == OriginType.EXTERNAL && !isComplete(key.materials());
  }

  private static boolean isComplete(List<MaterialEntry> materials) {
    return materials.stream().anyMatch(material -> !isPending(material))
        && materials.stream()
            .allMatch(material -> isPending(material) || material.material() != null);
  }

  /** Returns a key with a material: a new one, or one with bytes in the place of the same one. */
  static KeyEntry with(KeyEntry key, MaterialEntry imported) {
    List<MaterialEntry> materials = new ArrayList<>();
    boolean replaced = false;
    for (MaterialEntry material : key.materials()) {
      boolean same = material.id().equals(imported.id());
      replaced |= same;
      materials.add(same ? imported : material);
    }
    if (!replaced) {
      materials.add(imported);
    }
    return withMaterials(key, materials);
  }

  /** Returns a key without the bytes of a material. */
  static KeyEntry without(KeyEntry key, Bytes id) {
    return without(key, material -> material.id().equals(id));
  }

  /** Returns a key without the bytes of all materials that have expired. */
  static KeyEntry withoutExpired(KeyEntry key, Instant now) {
    return without(key, material -> isExpired(material, now));
  }

  /** Returns whether a material has expired whose bytes are still present. */
  static boolean hasExpired(KeyEntry key, Instant now) {
    return key.materials().stream().anyMatch(material -> isExpired(material, now));
  }

  private static boolean isExpired(MaterialEntry material, Instant now) {
    return material.validTo() != null && !material.validTo().isAfter(now);
  }

  private static KeyEntry without(KeyEntry key, Predicate<MaterialEntry> gone) {
    List<MaterialEntry> materials = new ArrayList<>();
    for (MaterialEntry material : key.materials()) {
      if (!gone.test(material)) {
        materials.add(material);
      } else if (!isPending(material)) {
        materials.add(material.withoutBytes());
      }
    }
    return withMaterials(key, materials);
  }

  /** Returns a key whose waiting material is the current one. */
  static KeyEntry rotated(KeyEntry key, Instant now) {
    List<MaterialEntry> materials = new ArrayList<>();
    for (MaterialEntry material : key.materials()) {
      materials.add(
          isPending(material)
              ? material.asCurrent(new MaterialEntry.Rotated(now, RotationType.ON_DEMAND))
              : material.inState(KeyMaterialState.NON_CURRENT));
    }
    return withMaterials(key, materials);
  }

  private static KeyEntry withMaterials(KeyEntry key, List<MaterialEntry> materials) {
    boolean complete = isComplete(materials);
    return key.changed(
        next -> {
          next.materials(materials);
          KeyEntry.Transition transition = key.life().transition();
          if (key.state() == KeyState.CREATING && transition != null) {
            KeyState settled = stateAfter(transition.next(), complete);
            next.transition(new KeyEntry.Transition(transition.until(), settled));
          } else if (key.state() == KeyState.UPDATING && !complete) {
            // A key that is updating can be used, and this one cannot.
            next.state(KeyState.PENDING_IMPORT).transition(null);
          } else {
            next.state(stateAfter(key.state(), complete));
          }
        });
  }

  private static KeyState stateAfter(KeyState state, boolean complete) {
    return switch (state) {
      case PENDING_IMPORT -> complete ? KeyState.ENABLED : state;
      case ENABLED, DISABLED, UNAVAILABLE -> complete ? state : KeyState.PENDING_IMPORT;
      case CREATING, PENDING_DELETION, PENDING_REPLICA_DELETION, UPDATING -> state;
    };
  }
}
