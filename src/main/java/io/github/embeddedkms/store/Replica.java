package io.github.embeddedkms.store;

import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeySpec;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * This node's copy of the store: the entries, and for every item the state in which it was last
 * seen. The copy is brought up to date by reading the items with a higher sequence. It accepts no
 * item that is not authentic or is older than the one last seen, and no set of items that does not
 * match the sum sealed in the head.
 *
 * <p>Reading the entries is safe for use by several threads. Everything else is not.
 */
final class Replica {

  /**
   * The state in which an item was last seen.
   *
   * @param kind key, alias or tombstone
   * @param version its version
   * @param sequence the store's sequence when it was written
   * @param epoch the epoch of the store key that authenticates it
   * @param summand its contribution to the sum: the sum of this item alone
   */
  record Seen(ItemKind kind, long version, long sequence, int epoch, SetSum summand) {}

  /** Far below the largest number, and far above what real changes can reach. */
  private static final long HIGHEST_SEQUENCE = Long.MAX_VALUE / 2;

  /** The largest number of rows for which there is room before they are read. */
  private static final long MAX_EXPECTED = 1_000_000;

  private static final Bytes NO_TAG = Bytes.fromByteArray(new byte[0]);

  private volatile InMemoryKeyStorage entries;
  private Map<Address, Seen> seen = new HashMap<>();
  private final Schema schema;
  private final List<EntryKind<?>> kinds;
  private final Map<ItemKind, EntryKind<?>> kindsByItem = new HashMap<>();
  private final StoreKeys keys;
  private final MaterialSource source;
  private final StoreClock clock;
  private SetSum sum = SetSum.ZERO;
  private volatile Head head;

  /**
   * Whether a head was read, with everything that it seals. Until then, no head equals the one held
   * here.
   */
  private boolean read;

  /**
   * Whether entries, items, sum and head are consistent with each other. They are not while they
   * are changed one after the other. If an Error, an OutOfMemoryError for example, interrupts that,
   * all of them are read again.
   */
  private volatile boolean consistent = true;

  /** Supplies the materials of the store. Their bytes are fetched when they are needed. */
  interface MaterialSource {

    /**
     * Returns a material.
     *
     * @throws UnreadableItemException if a newer version of this library has written its document
     */
    Material of(Address key, KeySpec keySpec, KeyDocument.Material document);
  }

  /** Creates an empty copy of the store with this head. */
  Replica(
      Head store,
      SealedKeyStorageBuilder settings,
      StoreKeys keys,
      MaterialSource source,
      StoreClock clock) {
    this.head = Head.empty(store.storeId(), store.schema(), store.epoch(), 0);
    this.schema = settings.schema;
    this.kinds = settings.kinds;
    kinds.forEach(kind -> kindsByItem.put(kind.itemKind(), kind));
    this.entries = new InMemoryKeyStorage(kinds);
    this.keys = keys;
    this.source = source;
    this.clock = clock;
  }

  InMemoryKeyStorage entries() {
    return entries;
  }

  /**
   * Returns false while a change is being applied to the copy, and after that has failed. Any
   * thread may call this.
   */
  boolean isConsistent() {
    return consistent;
  }

  /** Returns the versions of the documents that this node writes. */
  DocumentVersions documents() {
    return schema.documents();
  }

  /** Returns the clock whose time each head confirms. */
  StoreClock clock() {
    return clock;
  }

  /** Returns the head to which this copy corresponds. Any thread may call this. */
  Head head() {
    return head;
  }

  SetSum sum() {
    return sum;
  }

  @Nullable Seen seen(Address address) {
    return seen.get(address);
  }

  /** Returns whether a document is the one with which an item was last seen. */
  boolean isLastSeen(Address address, Bytes document) {
    Seen last = Objects.requireNonNull(seen.get(address), "the item was never seen");
    Item item =
        new Item(last.kind(), address, last.version(), last.sequence(), last.epoch(), document);
    return SetSum.of(keyOf(last.epoch(), address).summand(item)).equals(last.summand());
  }

  /** Returns the last seen states of all removed items. */
  List<Seen> tombstones() {
    return seen.values().stream().filter(item -> item.kind().equals(ItemKind.TOMBSTONE)).toList();
  }

  /** Returns some of the items that are under older epochs. */
  List<Address> itemsBefore(int epoch, int limit) {
    return seen.entrySet().stream()
        .filter(item -> item.getValue().epoch() < epoch)
        .map(Map.Entry::getKey)
        .limit(limit)
        .toList();
  }

  /** Returns the key of the current epoch. */
  StoreKey currentKey() {
    return keyOf(head);
  }

  private StoreKey keyOf(Head of) {
    return keys.of(of.epoch()).orElseThrow(() -> unknownEpoch("the store"));
  }

  private StoreKey keyOf(int epoch, Address address) {
    return keys.of(epoch).orElseThrow(() -> unknownEpoch(address.describe()));
  }

  private static AlteredStoreException unknownEpoch(String what) {
    return new AlteredStoreException(what + " refers to an unknown epoch");
  }

  /**
   * Reads what has changed, up to the head that is returned. If the changes cannot be accepted, the
   * copy stays as it was.
   *
   * @throws AlteredStoreException if the content of the store is not what was written
   */
  Head catchUp(Tables tables, Optional<Head> found) throws SQLException {
    Head now = found.orElseThrow(Replica::storeGone);
    if (consistent && read && now.equals(head) && keys.of(now.epoch()).isPresent()) {
      return now;
    }
    requireNotOlder(now);
    if (keys.hasSeveralEpochs() || keys.of(now.epoch()).isEmpty()) {
      keys.update(tables.storeKeys());
    }
    // Items that were removed since this copy was read, and then compacted, have left no rows in
    // the tables.
    if (consistent && read && head.sequence() >= now.floor()) {
      List<Entry> puts = new ArrayList<>();
      Batch batch = read(tables, head.sequence(), now.floor(), puts::add);
      requireSum(now, batch.sum, batch.count);
      apply(batch, puts, now);
    } else {
      rebuild(tables, now);
    }
    return now;
  }

  /** Reads everything into a new copy, which replaces this one. */
  private void rebuild(Tables tables, Head now) throws SQLException {
    // Room for all rows, since growing tables one by one takes longer than filling them. The count
    // is not verified yet.
    int expected = (int) Math.max(0, Math.min(now.count(), MAX_EXPECTED));
    InMemoryKeyStorage again = new InMemoryKeyStorage(kinds, expected / 2);
    Batch batch = new Batch(SetSum.ZERO, 0, now.floor(), again::load, expected);
    readItems(tables, 0, row -> add(batch, row));
    requireSum(now, batch.sum, batch.seen.size());
    again.loadUnreadable(batch.unreadables);
    InMemoryKeyStorage before = entries;
    entries = again;
    seen = batch.seen;
    sum = batch.sum;
    head = now;
    read = true;
    consistent = true;
    before.closeMaterialsNotIn(again);
  }

  /** Returns whether the tables have an older version than this code writes. */
  boolean hasOlderTables() {
    return head.schema() < schema.version();
  }

  /** Brings the tables to the newest version, unless another node was faster. */
  Optional<ChangeWriter> migrate(Tables tables, Optional<Head> found) throws SQLException {
    catchUp(tables, found);
    if (!hasOlderTables()) {
      return Optional.empty();
    }
    schema.migrate(tables, head.schema());
    ChangeWriter writer = new ChangeWriter(tables, this, currentKey());
    writer.finish(schema.version());
    return Optional.of(writer);
  }

  /**
   * Accepts all rows that are present, if each item is authentic, even if they do not match the
   * head, and writes a matching head.
   *
   * @return the sequence of that head
   */
  long signCurrentRows(Tables tables, Optional<Head> there) throws SQLException {
    Head found = there.orElseThrow(Replica::storeGone);
    schema.requireKnown(found);
    List<StoreKeyRow> rows = tables.storeKeys();
    keys.update(rows);
    // The found head is not verified here, so an attacker must not be able to bring back an older
    // epoch, whose key may have leaked.
    if (rows.stream().anyMatch(row -> row.epoch() > found.epoch())) {
      throw new AlteredStoreException("the store went back to epoch " + found.epoch());
    }
    if (found.sequence() > HIGHEST_SEQUENCE) {
      throw new AlteredStoreException(
          "the store's sequence " + found.sequence() + " is impossible");
    }
    requirePossible(found);
    List<Entry> puts = new ArrayList<>();
    Batch batch = read(tables, head.sequence(), head.floor(), puts::add);
    apply(batch, puts, head);
    deleteOrphanedMaterials(tables);
    long last = seen.values().stream().mapToLong(Seen::sequence).max().orElse(0);
    Head signed =
        new Head(
            found.storeId(),
            found.schema(),
            found.epoch(),
            Math.max(last, found.sequence()) + 1,
            seen.size(),
            found.writer(),
            found.confirmed(),
            found.floor(),
            NO_TAG);
    StoreKey key = keyOf(found);
    tables.replaceHead(found, signed.tagged(key.sealSum(signed, sum)));
    return signed.sequence();
  }

  /**
   * Refuses impossible values in a head. They are about to be signed unverified, so the choice of
   * an attacker has to be limited.
   */
  private static void requirePossible(Head found) {
    if (found.writer() < 1
        || found.confirmed() < 0
        || found.floor() < 0
        || found.floor() > found.sequence()) {
      throw new AlteredStoreException(
          "the store cannot have the writer "
              + found.writer()
              + ", the confirmed time "
              + found.confirmed()
              + " and the floor "
              + found.floor());
    }
  }

  /**
   * Deletes the materials of keys whose rows were removed. Otherwise they would prevent the store
   * from being resealed.
   */
  private void deleteOrphanedMaterials(Tables tables) throws SQLException {
    for (MaterialRow row : tables.materialsBefore(Integer.MAX_VALUE, Integer.MAX_VALUE)) {
      if (!isMaterial(row.key(), row.materialId())) {
        tables.deleteMaterial(row.key(), row.materialId());
      }
    }
  }

  /**
   * Returns whether a key has a material with this id, or may have one because the key is
   * unreadable.
   */
  boolean isMaterial(Address key, Bytes materialId) {
    return entries.isUnreadable(key)
        || entries.key(key).flatMap(entry -> entry.material(materialId)).isPresent();
  }

  private static AlteredStoreException storeGone() {
    return new AlteredStoreException("the store is gone");
  }

  private void requireNotOlder(Head now) {
    if (!now.storeId().equals(head.storeId())) {
      throw new AlteredStoreException("the store was replaced by another store");
    }
    schema.requireKnown(now);
    if (now.sequence() < head.sequence()) {
      throw new AlteredStoreException(
          "the store went back from sequence " + head.sequence() + " to " + now.sequence());
    }
    // An epoch ends when its store key may have leaked. From then on, an attacker may be able to
    // sign a head under it.
    if (now.epoch() < head.epoch()) {
      throw new AlteredStoreException(
          "the store went back from epoch " + head.epoch() + " to " + now.epoch());
    }
  }

  private void requireSum(Head now, SetSum expected, long count) {
    Optional<SetSum> sealed = keyOf(now).openSum(now);
    if (sealed.isEmpty() || now.count() != count || !sealed.get().equals(expected)) {
      throw new AlteredStoreException(
          "the store was altered: its items are not those that were written up to sequence "
              + now.sequence());
    }
  }

  /**
   * A row whose MAC is not verified yet.
   *
   * @param item its content
   * @param mac its MAC
   */
  private record Row(Item item, Bytes mac) {}

  /**
   * A row whose MAC is right.
   *
   * @param address its address
   * @param seen its state
   * @param entry its entry; null for a tombstone, and for an item that cannot be read
   */
  private record Verified(Address address, Seen seen, @Nullable Entry entry) {}

  /** Items that were read but are not accepted yet. */
  private static final class Batch {

    private final Consumer<Entry> puts;
    private final List<Address> removes = new ArrayList<>();
    private final List<Address> unreadables = new ArrayList<>();
    private final Map<Address, Seen> seen;
    private final long floor;
    private SetSum sum;
    private long count;

    /** Creates a batch without items, with room for some. The consumer receives the entries. */
    private Batch(SetSum sum, long count, long floor, Consumer<Entry> puts, int expected) {
      this.seen = new HashMap<>(2 * expected);
      this.sum = sum;
      this.count = count;
      this.floor = floor;
      this.puts = puts;
    }
  }

  /**
   * Reads the items written after a sequence, as a change to this copy without the tombstones up to
   * a floor.
   */
  private Batch read(Tables tables, long after, long floor, Consumer<Entry> puts)
      throws SQLException {
    Batch batch = new Batch(sum, seen.size(), floor, puts, 8);
    if (floor > head.floor()) {
      for (Seen each : seen.values()) {
        if (isCompacted(each, floor)) {
          batch.sum = batch.sum.minus(each.summand());
          batch.count--;
        }
      }
    }
    readItems(tables, after, row -> replace(batch, row));
    return batch;
  }

  /**
   * Reads the items written after a sequence, verifies them on several cores, and passes them on in
   * this thread.
   */
  private void readItems(Tables tables, long after, Consumer<Verified> sink) throws SQLException {
    try (RowWorkers<Row, Verified> workers = RowWorkers.create(this::verification, sink)) {
      try {
        tables.itemsAfter(after, (item, mac) -> workers.add(new Row(item, mac)));
      } catch (SQLException | RuntimeException e) {
        // A row before the one that cannot be read may be altered, which says more.
        workers.finish();
        throw e;
      }
      workers.finish();
    }
  }

  private void replace(Batch batch, Verified row) {
    Seen before = seen.get(row.address());
    if (before != null && !isCompacted(before, batch.floor)) {
      batch.sum = batch.sum.minus(before.summand());
    } else {
      batch.count++;
    }
    add(batch, row);
  }

  private static boolean isCompacted(Seen item, long floor) {
    return item.kind().equals(ItemKind.TOMBSTONE) && item.sequence() <= floor;
  }

  /** Drops the tombstones that a compaction has removed since the head of this copy. */
  private void forgetCompacted(Head now) {
    if (now.floor() > head.floor()) {
      seen.values().removeIf(item -> isCompacted(item, now.floor()));
    }
  }

  /**
   * Returns what verifies rows and reads their documents, for one thread. It only reads this copy,
   * which no thread changes meanwhile.
   */
  private Function<Row, Verified> verification() {
    Map<Integer, StoreKey.Verifier> verifiers = new HashMap<>();
    return row -> {
      Item item = row.item();
      StoreKey.Verifier verifier =
          verifiers.computeIfAbsent(item.epoch(), epoch -> keyOf(epoch, item.address()).verifier());
      Optional<byte[]> summand = verifier.summandIfAuthentic(item, row.mac());
      if (summand.isEmpty()) {
        throw new AlteredStoreException(item.address().describe() + " was altered in the store");
      }
      Seen state = toSeen(item, SetSum.of(summand.get()));
      return new Verified(item.address(), state, entry(item));
    };
  }

  /** Returns the entry of an authentic item; null if there is none, or it cannot be read. */
  private @Nullable Entry entry(Item item) {
    EntryKind<?> kind = kindsByItem.get(item.kind());
    if (kind == null) {
      return null;
    }
    try {
      return kind.read(item, this::material);
    } catch (UnreadableItemException e) {
      return null;
    }
  }

  /** Adds an item, unless it is older than the one last seen. */
  private void add(Batch batch, Verified row) {
    Address address = row.address();
    Seen before = seen.get(address);
    if (before != null && row.seen().version() < before.version()) {
      throw new AlteredStoreException(
          address.describe() + " was put back to version " + row.seen().version());
    }
    // A damaged file may return one row again and again, without end.
    if (batch.seen.put(address, row.seen()) != null) {
      throw new AlteredStoreException(address.describe() + " is in the store twice");
    }
    batch.sum = batch.sum.plus(row.seen().summand());
    Entry entry = row.entry();
    if (entry != null) {
      batch.puts.accept(entry);
    } else if (row.seen().kind().equals(ItemKind.TOMBSTONE)) {
      batch.removes.add(address);
    } else {
      batch.unreadables.add(address);
    }
  }

  static Seen toSeen(Item item, SetSum summand) {
    return new Seen(item.kind(), item.version(), item.sequence(), item.epoch(), summand);
  }

  /**
   * Returns the material that this copy already has, which may be in use, or one whose bytes are
   * not fetched yet.
   */
  private Material material(Address key, KeySpec keySpec, KeyDocument.Material document) {
    Optional<Material> known = read ? known(key, document.materialId()) : Optional.empty();
    return known.isPresent() ? known.get() : source.of(key, keySpec, document);
  }

  private Optional<Material> known(Address key, Bytes materialId) {
    return entries.isUnreadable(key)
        ? Optional.empty()
        : entries.key(key).flatMap(entry -> entry.material(materialId));
  }

  private void apply(Batch batch, List<Entry> puts, Head now) {
    consistent = false;
    entries.overwrite(puts, batch.removes, batch.unreadables);
    forgetCompacted(now);
    seen.putAll(batch.seen);
    sum = batch.sum;
    head = now;
    read = true;
    consistent = true;
  }

  /** Applies to the copy what this node itself has written, once that is committed. */
  void accept(ChangeWriter written) {
    consistent = false;
    entries.overwrite(written.puts(), written.removes(), List.of());
    forgetCompacted(written.head());
    seen.putAll(written.seen());
    sum = written.sum();
    head = written.head();
    keys.markStored(head.epoch());
    consistent = true;
  }

  /** Wipes the materials and the keys. Other threads may still be using them. */
  void close() {
    try {
      entries.close();
    } finally {
      keys.close();
    }
  }
}
