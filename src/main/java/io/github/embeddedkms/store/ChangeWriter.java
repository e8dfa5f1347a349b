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
 * Writes items under the next sequence within one transaction, and finally the head. Each row that
 * is replaced must be the one that this node has seen. If it is not, it was tampered with, since
 * every node that has the root key changes the head first.
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

  /** Creates a writer under a store key: the current one, or that of a new epoch. */
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

  /** Puts an entry, and inserts those of its materials that are new. */
  void put(Entry entry, Map<MaterialRow.Id, MaterialRow> sealed) throws SQLException {
    Replica.Seen old = replica.seen(entry.address());
    long version = versionAfter(old);
    writer = Math.max(writer, replica.documents().needed().applyAsInt(entry));
    write(old, entry.kind().itemKind(), entry.address(), version, Documents.write(entry));
    if (entry instanceof KeyEntry written) {
      writeMaterials(written, sealed);
    }
    puts.add(entry.atVersion(version));
  }

  private void writeMaterials(KeyEntry written, Map<MaterialRow.Id, MaterialRow> sealed)
      throws SQLException {
    Optional<KeyEntry> old = replica.entries().key(written.address());
    for (MaterialEntry material : written.materials()) {
      if (material.material() != null
          && old.flatMap(entry -> entry.material(material.id())).isEmpty()) {
        MaterialRow.Id id = new MaterialRow.Id(written.address(), material.id());
        insert(Objects.requireNonNull(sealed.get(id), "new materials are sealed"));
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
    tables.insertMaterial(
        material,
        () ->
            new AlteredStoreException(
                material.key().describe() + ": there is a key material that was never written"));
  }

  /** Removes an entry with its materials, and writes a tombstone in its place. */
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
   * Returns the next version of an item. The version of an item never exceeds the sequence it was
   * written under. A version above the floor is therefore new even where a tombstone was removed,
   * so an older row that is put back can still be recognized.
   */
  private long versionAfter(Replica.@Nullable Seen old) {
    return old == null ? before.floor() + 1 : old.version() + 1;
  }

  /**
   * Removes every tombstone.
   *
   * @return how many were removed
   */
  int compact() throws SQLException {
    List<Replica.Seen> tombstones = replica.tombstones();
    for (Replica.Seen tombstone : tombstones) {
      sum = sum.minus(tombstone.summand());
    }
    count -= tombstones.size();
    floor = before.sequence();
    if (tables.deleteTombstones(floor) != tombstones.size()) {
      throw new AlteredStoreException(
          "the rows of the store's removed keys and aliases were altered");
    }
    return tombstones.size();
  }

  /** Confirms the present time, whatever was confirmed before. */
  void confirmTime() {
    confirmed = replica.clock().now();
  }

  /** Writes an unchanged item again, under the store key of this change. */
  void reseal(Address address) throws SQLException {
    Replica.Seen old = replica.seen(address);
    if (old == null) {
      throw new AssertionError("there is no item to seal again");
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
    SetSum summand = SetSum.of(key.summand(item));
    if (old == null) {
      tables.insertItem(item, mac, () -> alteredRow(address));
      count++;
    } else {
      tables.replaceItem(old.version(), old.sequence(), item, mac, () -> alteredRow(address));
      sum = sum.minus(old.summand());
    }
    sum = sum.plus(summand);
    seen.put(address, Replica.toSeen(item, summand));
  }

  private static AlteredStoreException alteredRow(Address address) {
    return new AlteredStoreException(address.describe() + " was altered or removed in the store");
  }

  /**
   * Writes the head. This makes everything that was written under its sequence part of the store.
   */
  void finish() throws SQLException {
    finish(before.schema());
  }

  /** Writes the head of a store whose tables were brought to a new version. */
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
