package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Changes the keys of a store: it seals the same store keys under another root key, or begins a new
 * epoch, with a new store key under which every row is sealed again. Each step is one transaction,
 * after which the store is complete and valid; each row names the epoch that it is sealed under.
 */
final class Resealing {

  /** How many items are collected at once. Finding them takes one pass through all items. */
  private static final int ITEMS_AT_ONCE = 1_000;

  private static final int MATERIALS_AT_ONCE = 100;

  private final Replica replica;
  private final StoreKeys keys;
  private final SecureRandom random;

  Resealing(Replica replica, StoreKeys keys, SecureRandom random) {
    this.replica = replica;
    this.keys = keys;
    this.random = random;
  }

  /** Seals the store keys under another root key. */
  static Head changeRoot(
      Tables tables, Optional<Head> found, Replica replica, StoreKeys keys, OpenedRoot root)
      throws SQLException {
    Head head = replica.catchUp(tables, found);
    List<StoreKeyRow> rows = tables.storeKeys();
    if (rows.stream().noneMatch(row -> row.epoch() == head.epoch())) {
      throw new AlteredStoreException("the store has lost its store key");
    }
    for (StoreKeyRow row : rows) {
      if (!tables.replaceStoreKey(row, keys.sealUnder(root, row))) {
        throw new AlteredStoreException("the store key of epoch " + row.epoch() + " is gone");
      }
    }
    return head;
  }

  /** Begins a new epoch, unless the work of the last one is unfinished. */
  Optional<ChangeWriter> beginEpoch(Tables tables, Optional<Head> found) throws SQLException {
    replica.catchUp(tables, found);
    int epoch = replica.head().epoch();
    keys.update(tables.storeKeys());
    // Rows decide whether work is left, not store keys: an attacker could have put an old store key
    // back.
    if (!pendingItems().isEmpty() || !tables.materialsBefore(epoch, 1).isEmpty()) {
      return Optional.empty();
    }
    tables.deleteStoreKeysBefore(epoch);
    keys.requireSameRoot(tables.storeKeys());
    StoreKeyRow next = keys.generate(epoch + 1, random);
    tables.insertStoreKey(next);
    ChangeWriter writer = new ChangeWriter(tables, replica, keys.open(next.epoch()));
    writer.finish();
    return Optional.of(writer);
  }

  /** Returns some of the items that are still under older epochs. */
  List<Address> pendingItems() {
    return replica.itemsBefore(replica.head().epoch(), ITEMS_AT_ONCE);
  }

  /** Seals one item again, unless another node has already done so. */
  Optional<ChangeWriter> resealItem(Tables tables, Optional<Head> found, Address item)
      throws SQLException {
    replica.catchUp(tables, found);
    Replica.Seen seen = replica.seen(item);
    StoreKey key = replica.currentKey();
    if (seen == null || seen.epoch() >= key.epoch()) {
      return Optional.empty();
    }
    ChangeWriter writer = new ChangeWriter(tables, replica, key);
    writer.reseal(item);
    writer.finish();
    return Optional.of(writer);
  }

  /**
   * Seals some materials again. When nothing is left to seal, deletes the older store keys.
   *
   * @return false once the older store keys are deleted
   */
  boolean resealMaterials(Tables tables, Optional<Head> found) throws SQLException {
    replica.catchUp(tables, found);
    StoreKey key = replica.currentKey();
    List<MaterialRow> materials = tables.materialsBefore(key.epoch(), MATERIALS_AT_ONCE);
    for (MaterialRow material : materials) {
      if (!tables.replaceMaterial(material, resealed(material, key))) {
        throw new AlteredStoreException(material.key().describe() + ": a key material is gone");
      }
    }
    if (!materials.isEmpty() || !pendingItems().isEmpty()) {
      return true;
    }
    tables.deleteStoreKeysBefore(key.epoch());
    return false;
  }

  private MaterialRow resealed(MaterialRow material, StoreKey key) {
    Address owner = material.key();
    if (!replica.isMaterial(owner, material.materialId())) {
      // The material of a removed key, for example, must not outlive its epoch.
      throw new AlteredStoreException(
          owner.describe() + ": there is a key material that was never written");
    }
    try (SecretBytes bytes =
        keys.of(material.epoch())
            .flatMap(old -> old.openMaterial(owner, material.materialId(), material.sealed()))
            .orElseThrow(
                () ->
                    new AlteredStoreException(owner.describe() + ": a key material was altered"))) {
      Bytes sealed = bytes.lend(raw -> key.sealMaterial(owner, material.materialId(), raw));
      return new MaterialRow(owner, material.materialId(), key.epoch(), sealed);
    }
  }
}
