package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.ReplicateKey;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.KeyEntry;
import io.github.embeddedkms.store.MaterialEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Creates the entries of replicas, which are not stored yet. */
final class ReplicaCreation {

  private ReplicaCreation() {}

  /**
   * Creates a replica with the default policy and the shared properties of its primary key.
   *
   * @param primary the primary key
   * @param region the Region of the replica
   * @param life the state of the replica
   * @param created when it is created
   * @param description its own description
   * @param tags its own tags
   * @param materials its own materials, with the ids of the primary key's
   */
  static KeyEntry replica(
      KeyEntry primary,
      String region,
      KeyEntry.Life life,
      Instant created,
      String description,
      List<Tag> tags,
      List<MaterialEntry> materials) {
    Address address = new Address(primary.address().account(), region, primary.address().id());
    return KeyEntry.created(
            address,
            new KeyEntry.Birth(primary.keySpec(), primary.keyUsage(), primary.origin(), created),
            life,
            description,
            tags,
            primary.relations(),
            materials)
        .changed(next -> next.rotation(primary.rotation()))
        .atVersion(1);
  }

  /** Returns the replica that a request creates, as its policy is checked: without material. */
  static ResolvedKey withoutMaterial(
      KeyEntry primary, ReplicateKey request, Caller there, Instant created) {
    KeyEntry replica =
        replica(
            primary,
            there.region(),
            new KeyEntry.Life(KeyState.ENABLED, null),
            created,
            "",
            request.tags() == null ? List.of() : request.tags(),
            List.of());
    return ResolvedKey.of(there, replica);
  }

  /**
   * Copies the materials of a key as ReplicateKey does: of imported material, only the ids. The
   * copies belong to the caller.
   */
  static List<MaterialEntry> copiesWithoutImported(KeyEntry key) {
    return key.origin() == OriginType.EXTERNAL
        ? key.materials().stream().map(MaterialEntry::withoutBytes).toList()
        : copies(key);
  }

  /** Copies the materials of a key. The copies belong to the caller. */
  static List<MaterialEntry> copies(KeyEntry key) {
    List<MaterialEntry> copies = new ArrayList<>();
    try {
      for (MaterialEntry entry : key.materials()) {
        Material material = entry.material();
        copies.add(
            material == null
                ? entry
                : entry.withBytes(
                    material.copy(key.address().id()), entry.validTo(), entry.description()));
      }
      return copies;
    } catch (RuntimeException | Error e) {
      copies.forEach(MaterialEntry::close);
      throw e;
    }
  }
}
