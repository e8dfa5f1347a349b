package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Bytes;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes items under the next sequence within one transaction, and at the end the head. Each row
 * that is replaced must be the one that this node has seen: otherwise somebody has tampered with
 * it, since all who have the root key change the head first.
 */
final class ChangeWriter {

  private static final Bytes NOTHING = Bytes.fromByteArray(new byte[0]);

  private final Tables tables;
  private final Replica replica;
  private final StoreKey key;
  private final Head before;
  private final long sequence;

  private final List<Entry> puts = new ArrayList<>();
  private final List<Address> removes = new ArrayList<>();
  private final Map<Address, Replica.Seen> seen = new HashMap<>();
  private SetSum sum;
  private long count;
  private int writer;
  private long confirmed;
  private long floor;
  private Head head;

  /** Begins to write under a store key, the current one or that of a new epoch. */
  ChangeWriter(Tables tables, Replica replica, StoreKey key) {
    this.tables = tables;
    this.replica = replica;
    this.key = key;
    this.before = replica.head();
    this.sequence = Math.addExact(before.sequence(), 1);
    this.sum = replica.sum();
    this.count = before.count();
    this.writer = before.writer();
    this.confirmed = replica.clock().confirmedAfter(before);
    this.floor = before.floor();
    this.head = before;
  }

  /** Puts an entry, and seals those of its materials that are new. */
  void put(Entry entry, Map<Bytes, MaterialRow> sealed) throws SQLException {
    Replica.Seen old = replica.seen(entry.address());
    long version = versionAfter(old);
    writer = Math.max(writer, replica.documents().needed().applyAsInt(entry));
    write(old, entry.kind().itemKind(), entry.address(), version, Documents.write(entry));
    if (entry instanceof KeyEntry written) {
      writeMaterials(written, sealed);
    }
    puts.add(entry.atVersion(version));
  }

  private void writeMaterials(KeyEntry written, Map<Bytes, MaterialRow> sealed)
      throws SQLException {
    Optional<KeyEntry> old = replica.entries().key(written.address());
    for (MaterialEntry material : written.materials()) {
      if (material.material() != null
          && old.flatMap(entry -> entry.material(material.id())).isEmpty()) {
        insert(Objects.requireNonNull(sealed.get(material.id()), "new materials are sealed"));
      }
    }
    if (old.isPresent()) {
      for (MaterialEntry material : old.get().materials()) {
        if (material.material() != null && written.material(material.id()).isEmpty()) {
          tables.deleteMaterial(written.address(), material.id());
        }
      }
    }
  }

  private void insert(MaterialRow material) throws SQLException {
    if (!tables.insertMaterial(material)) {
      throw new AlteredStoreException(
          material.key().describe() + ": there is a key material that was never written");
    }
  }

  /** Removes an entry with its materials, and leaves a tombstone. */
  void remove(Entry entry) throws SQLException {
    Address address = entry.address();
    Replica.Seen old = replica.seen(address);
    long version = versionAfter(old);
    write(old, ItemKind.TOMBSTONE, address, version, NOTHING);
    if (entry instanceof KeyEntry removed) {
      for (MaterialEntry material : removed.materials()) {
        tables.deleteMaterial(address, material.id());
      }
    }
    removes.add(address);
  }

  /**
   * No item reaches a version above the sequence it was written under. Above the floor, a version
   * is therefore new even where a tombstone was removed, and an older row stays recognizable.
   */
  private long versionAfter(Replica.@Nullable Seen old) {
    return old == null ? before.floor() + 1 : old.version() + 1;
  }

  /**
   * Removes every tombstone.
   *
   * @return how many there were
   */
  int compact() throws SQLException {
    List<Replica.Seen> tombstones = replica.tombstones();
    for (Replica.Seen tombstone : tombstones) {
      sum = sum.minus(tombstone.summand().asByteArray());
    }
    count -= tombstones.size();
    floor = before.sequence();
    if (tables.deleteTombstones(floor) != tombstones.size()) {
      throw new AlteredStoreException(
          "the store's removed items are not there as they were written");
    }
    return tombstones.size();
  }

  /** Confirms the time that it is now, whatever was confirmed before. */
  void confirmTime() {
    confirmed = replica.clock().now();
  }

  /** Writes an item again as it is, under the store key of this change. */
  void reseal(Address address) throws SQLException {
    Replica.Seen old = replica.seen(address);
    if (old == null) {
      throw new AssertionError("there is nothing to seal again");
    }
    Bytes document =
        tables
            .document(address, old.version(), old.sequence())
            .filter(stored -> replica.isLastSeen(address, stored))
            .orElseThrow(() -> alteredRow(address));
    write(old, old.kind(), address, old.version(), document);
  }

  private void write(
      Replica.@Nullable Seen old, ItemKind kind, Address address, long version, Bytes document)
      throws SQLException {
    Item item = new Item(kind, address, version, sequence, key.epoch(), document);
    Bytes mac = key.mac(item);
    Bytes summand = Bytes.fromByteArray(key.summand(item));
    boolean asSeen =
        old == null
            ? tables.insertItem(item, mac)
            : tables.replaceItem(old.version(), old.sequence(), item, mac);
    if (!asSeen) {
      throw alteredRow(address);
    }
    if (old == null) {
      count++;
    } else {
      sum = sum.minus(old.summand().asByteArray());
    }
    sum = sum.plus(summand.asByteArray());
    seen.put(address, Replica.toSeen(item, summand));
  }

  private static AlteredStoreException alteredRow(Address address) {
    return new AlteredStoreException(address.describe() + " is not in the store as it was written");
  }

  /** Writes the head: what was written under it belongs to the store from now on. */
  void finish() throws SQLException {
    finish(before.schema());
  }

  /** Writes the head of a store whose tables have a new version. */
  void finish(int schema) throws SQLException {
    Head untagged =
        new Head(
            before.storeId(),
            schema,
            key.epoch(),
            sequence,
            count,
            writer,
            confirmed,
            floor,
            NOTHING);
    head = untagged.tagged(key.sealSum(untagged, sum));
    if (!tables.replaceHead(before, head)) {
      throw new AlteredStoreException("the store is gone");
    }
  }

  List<Entry> puts() {
    return puts;
  }

  List<Address> removes() {
    return removes;
  }

  Map<Address, Replica.Seen> seen() {
    return seen;
  }

  SetSum sum() {
    return sum;
  }

  Head head() {
    return head;
  }
}
