package io.github.embeddedkms.store;

import io.github.embeddedkms.bounded.Deadline;
import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Stores keys and aliases in a database, sealed under a {@link RootKey}: SQLite for one machine,
 * PostgreSQL where several machines share their keys.
 *
 * <p>When {@link #apply} returns true, the change is committed, and as durable as the database
 * makes its commits. SQLite is configured to wait for the disk (write-ahead log, full
 * synchronization); PostgreSQL has its own setting, {@code synchronous_commit}.
 *
 * <p>Each open storage is a node: it holds a copy of all entries in memory and reads from it. Once
 * the copy is older than the allowed {@linkplain SealedKeyStorageBuilder#maximumStaleness(Duration)
 * staleness}, the next call first queries the database for changes. A key that was disabled or
 * deleted through one node can therefore be used through another for that long, 1 second by
 * default. If the database does not respond, the call fails. Changes are always based on the
 * present content of the database. Key material is read and unsealed when it is first used, and
 * then kept.
 *
 * <p>Rows that were written without the root key are refused: see {@link AlteredStoreException}. A
 * node that opens a store cannot detect by itself that the whole store was replaced with an older
 * copy. A caller that records {@link #sequence()} elsewhere can {@linkplain
 * SealedKeyStorageBuilder#minimumSequence(long) require} at least that sequence.
 *
 * <p>Safe for use by several threads, which are served in the order of their arrival. Every wait is
 * bounded: see {@link SealedKeyStorageBuilder#timeout(Duration)}. A call that finds the copy too
 * old waits until it is up to date, but never for a change that itself waits for another node.
 * Nothing is sealed or opened for a caller while the database is being used.
 */
public final class SealedKeyStorage implements KeyStorage {

  /** A generous estimate. */
  private static final int MILLIS_FOR_ANOTHER_CHANGE = 20;

  private final StoreNode node;
  private final Schema schema;
  private final Replica replica;
  private final StoreKeys keys;
  private final SecureRandom random;
  private final boolean readOnly;
  private final ChangeQueue queue = new ChangeQueue();

  SealedKeyStorage(
      SealedKeyStorageBuilder settings, Database database, Head head, OpenedRoot root) {
    this.keys = new StoreKeys(head.storeId(), root);
    this.schema = settings.schema;
    StoreClock clock =
        new StoreClock(settings.maximumClockJump, settings.nanoTime, settings.wallClockMillis);
    // One object for all materials: each key of a large store keeps a reference to it.
    StoredMaterial.Unsealing unsealing = this::unseal;
    Replica.MaterialSource source =
        (key, keySpec, document) -> StoredMaterial.deferred(key, keySpec, document, unsealing);
    this.replica = new Replica(head, settings, keys, source, clock);
    this.random = settings.random;
    this.readOnly = settings.readOnly;
    this.node =
        new StoreNode(
            database,
            replica,
            settings.schema,
            settings.timeout,
            new Staleness(settings.maximumStaleness, settings.nanoTime, settings.stalenessMillis));
  }

  /**
   * Creates a builder for a storage in a SQLite file. The file is created if it does not exist,
   * readable by its owner only.
   *
   * @param file the file; SQLite creates two more files next to it, whose names end in {@code -wal}
   *     and {@code -shm}
   * @return a builder, which needs a root key
   * @throws IllegalArgumentException if the name is empty or contains a question mark
   */
  public static SealedKeyStorageBuilder builder(Path file) {
    FileConnections.requireUsableName(file);
    return new SealedKeyStorageBuilder(() -> new FileConnections(file));
  }

  /**
   * Creates a builder for a storage in a database. The tables are created if they do not exist.
   *
   * @param database connections to a PostgreSQL or SQLite database, preferably from a small pool
   *     for the storage alone. One connection is used for the change that is being written, and one
   *     for each thread that reads from the database. The pool needs at least 2 connections; with
   *     one, reading waits for a change that waits for another node. With a shared pool, threads
   *     that hold its last connections could wait for themselves. The connections must lead to the
   *     primary server, since a standby lags, and must not take part in a container's transactions.
   *     The caller closes the data source
   * @return a builder, which needs a root key
   */
  public static SealedKeyStorageBuilder builder(DataSource database) {
    return new SealedKeyStorageBuilder(() -> new PooledConnections(database));
  }

  @Override
  public boolean isPersistent() {
    return true;
  }

  @Override
  public boolean isReadOnly() {
    return readOnly;
  }

  @Override
  public <E extends Entry> Optional<E> entry(EntryKind<E> kind, Address address) {
    return node.fresh().entry(kind, address);
  }

  /**
   * {@inheritDoc}
   *
   * @throws KeyStorageException if the material belongs to a key that cannot be read
   */
  @Override
  public Optional<KeyEntry> keyOfMaterial(String account, String region, Bytes materialId) {
    InMemoryKeyStorage entries = node.fresh();
    Optional<KeyEntry> key = entries.keyOfMaterial(account, region, materialId);
    if (key.isEmpty() && entries.hasUnreadable()) {
      // The materials of unreadable keys can only be looked up in the database.
      node.read(node.startCall(), tables -> tables.keysOfMaterial(account, region, materialId))
          .forEach(entries::requireReadable);
    }
    return key;
  }

  @Override
  public List<KeyEntry> keysOfMaterial(String region, Bytes materialId) {
    return node.fresh().keysOfMaterial(region, materialId);
  }

  @Override
  public <E extends Entry> List<E> entriesAfter(EntryKind<E> kind, Address after, int limit) {
    return node.fresh().entriesAfter(kind, after, limit);
  }

  @Override
  public <E extends Entry> List<E> entriesOf(
      EntryKind<E> kind, Address group, String after, int limit) {
    return node.fresh().entriesOf(kind, group, after, limit);
  }

  @Override
  public int countOf(EntryKind<?> kind, Address group) {
    return node.fresh().countOf(kind, group);
  }

  @Override
  public List<KeyEntry> relatedKeys(String account, String keyId) {
    return node.fresh().relatedKeys(account, keyId);
  }

  @Override
  public Optional<Instant> nextDue() {
    Optional<Instant> next = node.fresh().nextDue();
    return mayWrite() ? next : Optional.empty();
  }

  @Override
  public List<Entry> due(Instant now) {
    List<Entry> due = node.fresh().due(now);
    return mayWrite() ? due : List.of();
  }

  /**
   * If only newer versions may write to the store, their nodes delete what is due, and nothing is
   * due for this one.
   */
  private boolean mayWrite() {
    return schema.isWritable(replica.head());
  }

  /**
   * {@inheritDoc}
   *
   * @throws UnsupportedOperationException if the storage was opened for reading only
   * @throws StoreUnavailableException if the database cannot be used. If the connection was lost
   *     while the change was being committed, the change has been made completely or not at all;
   *     the next read shows which
   * @throws AlteredStoreException if the content of the database was not written by a node of this
   *     store
   * @throws KeyStorageException if only newer versions of this library can write to the store
   */
  @Override
  public boolean apply(Change change) {
    Deadline deadline = node.startCall();
    ChangeQueue.Waiting own = new ChangeQueue.Waiting(change, sealNewMaterials(change, deadline));
    StoreNode.Writing<Optional<ChangeWriter>> writing =
        (tables, head) -> write(tables, head, own, deadline);
    queue.add(own);
    while (true) {
      try {
        return node.writeQueued(deadline, queue, own, writing);
      } catch (RuntimeException e) {
        if (!queue.isToBeRepeated(own)) {
          throw e;
        }
      } catch (Error e) {
        // No other thread may write the change after its call has ended.
        if (queue.awaitResult(own)) {
          return true;
        }
        throw e;
      }
    }
  }

  private Optional<ChangeWriter> write(
      Tables tables, Optional<Head> found, ChangeQueue.Waiting own, Deadline deadline)
      throws SQLException {
    replica.catchUp(tables, found);
    if (!replica.entries().isCurrent(own.change())) {
      return Optional.empty();
    }
    StoreKey key = replica.currentKey();
    ChangeWriter writer = new ChangeWriter(tables, replica, key);
    // If a new epoch has begun meanwhile, the materials are sealed again.
    Map<MaterialRow.Id, MaterialRow> sealed =
        isUnder(key, own) ? own.sealed() : sealNewMaterials(own.change(), key);
    write(writer, own.change(), sealed);
    // This call must end in time, however many others wait.
    int others = deadline.remainingMillis() / MILLIS_FOR_ANOTHER_CHANGE;
    for (ChangeQueue.Waiting other : queue.takeOthers(own, others, each -> isWritable(key, each))) {
      write(writer, other.change(), other.sealed());
    }
    writer.finish();
    queue.beginCommit(own);
    return Optional.of(writer);
  }

  private static boolean isUnder(StoreKey key, ChangeQueue.Waiting change) {
    return change.sealed().values().stream().allMatch(each -> each.epoch() == key.epoch());
  }

  /** Returns whether the change of another thread can be written as it is. */
  private boolean isWritable(StoreKey key, ChangeQueue.Waiting change) {
    try {
      return isUnder(key, change) && replica.entries().isCurrent(change.change());
    } catch (RuntimeException e) {
      // For the thread of that change.
      return false;
    }
  }

  private static void write(
      ChangeWriter writer, Change change, Map<MaterialRow.Id, MaterialRow> sealed)
      throws SQLException {
    for (Entry entry : change.puts()) {
      writer.put(entry, sealed);
    }
    for (Entry entry : change.removes()) {
      writer.remove(entry);
    }
  }

  /**
   * Seals the new materials before the transaction begins, so that the database is not locked
   * meanwhile.
   */
  private Map<MaterialRow.Id, MaterialRow> sealNewMaterials(Change change, Deadline deadline) {
    while (true) {
      StoreKey key = node.withCopy(deadline, replica::currentKey);
      try {
        return sealNewMaterials(change, key);
      } catch (StoreKey.ClosedException e) {
        // The epoch of this key ended meanwhile. Either there is a newer one, or fetching it will
        // fail.
      }
    }
  }

  private Map<MaterialRow.Id, MaterialRow> sealNewMaterials(Change change, StoreKey key) {
    Map<MaterialRow.Id, MaterialRow> sealed = new HashMap<>();
    for (Entry entry : change.puts()) {
      if (entry instanceof KeyEntry put) {
        Optional<KeyEntry> stored = replica.entries().key(put.address());
        for (MaterialEntry each : put.materials()) {
          Material material = each.material();
          if (material != null && stored.flatMap(before -> before.material(each.id())).isEmpty()) {
            Bytes bytes = material.lend(raw -> key.sealMaterial(put.address(), each.id(), raw));
            MaterialRow row = new MaterialRow(put.address(), each.id(), key.epoch(), bytes);
            sealed.put(row.id(), row);
          }
        }
      }
    }
    return sealed;
  }

  /**
   * Returns a number that increases with every change to a key or alias; changes by several threads
   * that are written together increase it by one. If it is recorded elsewhere, it reveals that an
   * older state of the store was restored: see {@link
   * SealedKeyStorageBuilder#minimumSequence(long)}.
   *
   * @return the current sequence of the store in the database, 0 or more
   * @throws KeyStorageException if the database cannot be used or was tampered with
   */
  public long sequence() {
    return node.withRefreshedCopy(() -> replica.head().sequence());
  }

  /**
   * Seals the store under another root key, in one transaction. Nodes that have it open continue;
   * the next opening requires the new root key. Anyone who has the old root key and a copy of the
   * store can still read that copy: after a leak, also call {@link #reseal()}, rotate the KMS keys,
   * and encrypt the data again.
   *
   * <p>Keep the old root key until this has returned, and the new one even if it throws: if the
   * connection is lost during the commit, the root key may have been changed. Calling this method
   * again makes sure that it is.
   *
   * @param newRootKey the new root key; the caller closes it
   * @throws AlteredStoreException if the store was tampered with; then nothing has changed
   * @throws StoreUnavailableException if the database cannot be used; if the connection was lost
   *     during the commit, the root key may have been changed
   */
  public void changeRootKey(RootKey newRootKey) {
    OpenedRoot root = newRootKey.forNewStore();
    try {
      node.write(
          node.startCall(),
          (tables, head) -> Resealing.changeRoot(tables, head, replica, keys, root),
          head -> keys.changeRoot(root));
    } catch (RuntimeException | Error e) {
      // If the failure came after the commit, when giving the connection back for example, the new
      // root key is in use.
      keys.closeUnlessInUse(root);
      throw e;
    }
  }

  /**
   * Seals every key, alias and material again under a new store key, in many small transactions,
   * while this node and others keep working. If it is interrupted by a crash or an exception,
   * calling it again continues where it stopped, under the same new store key.
   *
   * @throws WrongRootKeyException if another node has changed the root key: open the store again
   * @throws KeyStorageException if the database cannot be used or was tampered with
   */
  public void reseal() {
    Resealing resealing = new Resealing(replica, keys, random);
    node.writeChange(node.startCall(), resealing::beginEpoch);
    List<Address> items = node.withCopy(node.startCall(), resealing::pendingItems);
    while (!items.isEmpty()) {
      for (Address item : items) {
        node.writeChange(
            node.startCall(), (tables, head) -> resealing.resealItem(tables, head, item));
      }
      items = node.withCopy(node.startCall(), resealing::pendingItems);
    }
    boolean more = true;
    while (more) {
      more = node.write(node.startCall(), resealing::resealMaterials, done -> {});
    }
  }

  /**
   * Removes the rows that deleted keys and aliases leave for other nodes to notice the deletion,
   * one row each. A node that has not yet seen every change then reads the whole store again, once.
   * Keys, aliases and materials are not changed.
   *
   * @return the number of rows removed, 0 or more
   * @throws UnsupportedOperationException if the storage was opened for reading only
   * @throws StoreUnavailableException if the database cannot be used; if the connection was lost
   *     during the commit, the rows may have been removed
   * @throws AlteredStoreException if the store was tampered with; then nothing has changed
   * @throws KeyStorageException if only newer versions of this library can write to the store
   */
  public int compact() {
    return node.write(
            node.startCall(),
            this::compact,
            done -> done.ifPresent(compaction -> replica.accept(compaction.writer())))
        .map(Compaction::removed)
        .orElse(0);
  }

  /**
   * The result of a compaction.
   *
   * @param writer the writer that has written it
   * @param removed the number of rows removed
   */
  private record Compaction(ChangeWriter writer, int removed) {}

  private Optional<Compaction> compact(Tables tables, Optional<Head> found) throws SQLException {
    replica.catchUp(tables, found);
    if (replica.tombstones().isEmpty()) {
      return Optional.empty();
    }
    ChangeWriter writer = new ChangeWriter(tables, replica, replica.currentKey());
    int removed = writer.compact();
    writer.finish();
    return Optional.of(new Compaction(writer, removed));
  }

  /**
   * Returns the time that decides whether keys are due for deletion. On PostgreSQL it is the
   * database's own time, which all nodes share, advanced by the time passed since it was last
   * queried. On SQLite it is this machine's time or, if that is {@linkplain #isClockAhead() too far
   * ahead}, the latest time that the store has confirmed.
   *
   * @return a time with a precision of milliseconds
   * @throws KeyStorageException if the database cannot be used or was tampered with
   */
  @Override
  public Optional<Instant> time() {
    return Optional.of(node.time());
  }

  /**
   * Returns the time that decides whether keys are due for automatic rotation. On PostgreSQL it is
   * the same as {@link #time()}; on SQLite it is this machine's time, however far ahead it is.
   *
   * @return a time with a precision of milliseconds
   */
  @Override
  public Optional<Instant> uncheckedTime() {
    return Optional.of(node.uncheckedTime());
  }

  /**
   * Returns whether this machine's clock is further ahead of the latest time that the store has
   * confirmed than {@link SealedKeyStorageBuilder#maximumClockJump(Duration)} allows. Either the
   * clock is wrong, or nothing was written for that long.
   *
   * @return always false on PostgreSQL, whose own clock is used
   * @throws KeyStorageException if the database cannot be used or was tampered with
   */
  @Override
  public boolean isClockAhead() {
    return node.isClockAhead();
  }

  /**
   * Confirms this machine's time, however far it is from the time confirmed before. Keys that are
   * due at this time may then be deleted. Has no effect on PostgreSQL, whose own clock is used.
   *
   * @throws UnsupportedOperationException if the storage was opened for reading only
   * @throws KeyStorageException if the database cannot be used or was tampered with, or only newer
   *     versions of this library can write to the store
   */
  @Override
  public void confirmTime() {
    if (!replica.clock().isOfDatabase()) {
      node.writeChange(node.startCall(), this::confirmTime);
    }
  }

  private Optional<ChangeWriter> confirmTime(Tables tables, Optional<Head> found)
      throws SQLException {
    replica.catchUp(tables, found);
    ChangeWriter writer = new ChangeWriter(tables, replica, replica.currentKey());
    writer.confirmTime();
    writer.finish();
    return Optional.of(writer);
  }

  /** Reads the whole store when it is opened, and brings its tables to the newest version. */
  void start(long minimumSequence) {
    // Checked before the migration, which increments the sequence.
    node.withRefreshedCopy(
        () -> {
          requireSequence(minimumSequence);
          return this;
        });
    if (!readOnly && node.withCopy(node.startCall(), replica::hasOlderTables)) {
      node.writeChange(node.startCall(), replica::migrate);
      node.withRefreshedCopy(() -> this);
    }
  }

  private void requireSequence(long minimumSequence) {
    long sequence = replica.head().sequence();
    if (sequence < minimumSequence) {
      throw new AlteredStoreException(
          "the store is at sequence " + sequence + ", and was at " + minimumSequence + " before");
    }
  }

  /** Signs the store as it is; see {@link SealedKeyStorageBuilder#accept()}. */
  long acceptCurrentRows() {
    return node.write(node.startCall(), replica::signCurrentRows, sequence -> {});
  }

  /**
   * For tests: returns how many threads are waiting for a connection, for their turn to write, or
   * for the copy.
   */
  int waiting() {
    return node.waiting();
  }

  /**
   * {@inheritDoc}
   *
   * <p>A token is valid until the store key that was current when it was sealed is dropped: until
   * the end of {@link #reseal()}.
   */
  @Override
  public Optional<TokenCipher> tokenCipher() {
    return Optional.of(new StoreTokens());
  }

  /** Seals tokens under the current store key, and opens those of all store keys. */
  private final class StoreTokens implements TokenCipher {

    @Override
    public byte[] seal(byte[] prefix, byte[] token, byte[] data) {
      Deadline deadline = node.startCall();
      while (true) {
        StoreKey key = node.withCopy(deadline, replica::currentKey);
        try {
          return key.sealToken(prefix, token, data);
        } catch (StoreKey.ClosedException e) {
          // The epoch of this key ended meanwhile. Either there is a newer one, or fetching it will
          // fail.
        }
      }
    }

    @Override
    public Optional<SecretBytes> open(byte[] sealed, int position, byte[] data) {
      Optional<SecretBytes> token = keys.openToken(sealed, position, data);
      if (token.isPresent()) {
        return token;
      }
      // Another node may have begun an epoch that this one has not seen yet.
      node.withRefreshedCopy(() -> this);
      return keys.openToken(sealed, position, data);
    }
  }

  private SecretBytes unseal(Address key, Bytes materialId) {
    Deadline deadline = node.startCall();
    Optional<MaterialRow> row = node.read(deadline, tables -> tables.material(key, materialId));
    Optional<StoreKey> storeKey = row.flatMap(found -> keys.of(found.epoch()));
    if (storeKey.isPresent()) {
      try {
        return unseal(row.get(), storeKey.get());
      } catch (StoreKey.ClosedException e) {
        // The epoch of the row ended meanwhile, so there is a newer row.
      }
    }
    // Another node has removed the material with its key, or has sealed it again: this copy must be
    // brought up to date.
    row = node.refreshAndRead(deadline, tables -> tables.material(key, materialId));
    if (!replica.isMaterial(key, materialId)) {
      throw new IllegalStateException("the key was removed");
    }
    MaterialRow stored =
        row.orElseThrow(
            () -> new AlteredStoreException(key.describe() + ": a key material is missing"));
    return unseal(stored, keys.of(stored.epoch()).orElseThrow(() -> altered(stored)));
  }

  private static SecretBytes unseal(MaterialRow row, StoreKey storeKey) {
    return storeKey
        .openMaterial(row.key(), row.materialId(), row.sealed())
        .orElseThrow(() -> altered(row));
  }

  private static AlteredStoreException altered(MaterialRow row) {
    return new AlteredStoreException(row.key().describe() + ": a key material was altered");
  }

  /**
   * Wipes everything held in memory and releases the database. Calls in progress finish or fail.
   * This waits for them no longer than the {@linkplain SealedKeyStorageBuilder#timeout(Duration)
   * timeout}; a connection that is in use for longer is closed by the call that uses it. Closing
   * again has no effect, unless something could not be closed the first time.
   */
  @Override
  public void close() {
    node.close();
  }
}
