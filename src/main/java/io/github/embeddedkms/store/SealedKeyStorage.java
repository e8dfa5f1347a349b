package io.github.embeddedkms.store;

import io.github.embeddedkms.crypto.KeyMaterial;
import io.github.embeddedkms.crypto.Suite;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps keys and aliases in a database, sealed under a {@link RootKey}: SQLite for one machine,
 * PostgreSQL where several share their keys.
 *
 * <p>When {@link #apply} returns true, the change is in the database, as durable as the database
 * makes its commits: SQLite is told to wait for the disk (write-ahead log, full synchronisation),
 * PostgreSQL has its own setting, {@code synchronous_commit}.
 *
 * <p>Each node, that is each open storage, holds a copy of all entries in memory and answers from
 * it. Once the copy is older than the {@linkplain
 * SealedKeyStorageBuilder#maximumStaleness(Duration) staleness} allowed, the next look first asks
 * the database what has changed. So a key that was disabled or deleted through one node may be used
 * through another for that long, 1 second if nothing else is set, and no longer: if the database
 * does not answer, nothing is answered. Changes are always decided on what the database holds. Key
 * material is fetched and unsealed when it is used first, and kept.
 *
 * <p>Nothing that somebody without the root key has written into the database is believed: see
 * {@link AlteredStoreException}. What cannot be noticed, without a witness, is that the whole store
 * was put back to what it once was; whoever keeps {@link #sequence()} elsewhere can demand at least
 * that.
 *
 * <p>Safe for use by several threads, which take their turns fairly. No call waits without a bound:
 * see {@link SealedKeyStorageBuilder#timeout(Duration)}. A call that finds the copy too old waits
 * until it is up to date; it never waits for a change that itself waits for another node. Nothing
 * is sealed or opened for a caller while the database is being used.
 */
public final class SealedKeyStorage implements KeyStorage {

  private final Database database;
  private final Replica replica;
  private final StoreKeys keys;
  private final SecureRandom random;
  private final Duration timeout;
  private final Staleness staleness;

  /** The turn of a writer: one connection at a time waits for other nodes, and fairly. */
  private final BoundedLock writers = new BoundedLock();

  /**
   * Held by whoever reads the database into the copy or changes the copy; never while a connection
   * is taken, or while a writer waits for other nodes.
   */
  private final BoundedLock copy = new BoundedLock();

  /** How many refreshes have begun. */
  private final AtomicLong refreshes = new AtomicLong();

  // Guarded by the copy's lock: the number of the last refresh that succeeded, and why the last one
  // failed, if it did.
  private long lastRefreshed;
  private @Nullable StoreUnavailableException lastFailure;

  /** Whether the database still keeps something of what was deleted. */
  private volatile boolean erasureDue;

  private final boolean readOnly;

  private volatile boolean closed;

  SealedKeyStorage(
      SealedKeyStorageBuilder settings, Database database, Head head, OpenedRoot root) {
    this.database = database;
    this.keys = new StoreKeys(head.storeId(), root);
    this.replica = new Replica(head, settings.schema, keys, this::deferred);
    this.random = settings.random;
    this.timeout = settings.timeout;
    this.readOnly = settings.readOnly;
    this.staleness =
        new Staleness(settings.maximumStaleness, settings.nanoTime, settings.wallClockMillis);
  }

  /**
   * A storage in a SQLite file, which is made if there is none: readable by its owner only.
   *
   * @param file the file; SQLite puts two more beside it, whose names end in {@code -wal} and
   *     {@code -shm}
   * @return a builder, which needs a root key
   * @throws IllegalArgumentException if the name has a question mark
   */
  public static SealedKeyStorageBuilder builder(Path file) {
    FileConnections.requireUsableName(file);
    return new SealedKeyStorageBuilder(() -> new FileConnections(file));
  }

  /**
   * A storage in a database, whose tables are made if there are none.
   *
   * @param database connections to a PostgreSQL or SQLite database: one at a time is taken, for
   *     each look and each change, so it is best a small pool of the storage's own (threads that
   *     hold the last connection of a shared one would wait for themselves). They go to the primary
   *     server, a replica's answers are older than promised; and they take part in no transaction
   *     of a container. It remains the caller's to close
   * @return a builder, which needs a root key
   */
  public static SealedKeyStorageBuilder builder(DataSource database) {
    return new SealedKeyStorageBuilder(() -> new PooledConnections(database));
  }

  @Override
  public boolean isReadOnly() {
    return readOnly;
  }

  @Override
  public Optional<KeyEntry> key(Address address) {
    return fresh().key(address);
  }

  @Override
  public Optional<KeyEntry> keyOfMaterial(String account, String region, Bytes materialId) {
    return fresh().keyOfMaterial(account, region, materialId);
  }

  @Override
  public Optional<AliasEntry> alias(Address address) {
    return fresh().alias(address);
  }

  @Override
  public List<KeyEntry> keysAfter(Address after, int limit) {
    return fresh().keysAfter(after, limit);
  }

  @Override
  public List<AliasEntry> aliasesAfter(Address after, int limit) {
    return fresh().aliasesAfter(after, limit);
  }

  @Override
  public List<AliasEntry> aliasesOf(Address key, String after, int limit) {
    return fresh().aliasesOf(key, after, limit);
  }

  @Override
  public Optional<Instant> nextDeletion() {
    return fresh().nextDeletion();
  }

  @Override
  public List<KeyEntry> keysDueForDeletion(Instant now) {
    return fresh().keysDueForDeletion(now);
  }

  /**
   * {@inheritDoc}
   *
   * @throws UnsupportedOperationException if the storage was opened for reading only
   * @throws StoreUnavailableException if the database cannot be used. If it was lost while the
   *     change was being committed, the change may have happened, wholly; the next look tells.
   * @throws AlteredStoreException if what the database holds was not written by a node of this
   *     store
   */
  @Override
  public boolean apply(Change change) {
    Map<Bytes, MaterialRow> sealed = sealNewMaterials(change);
    return changed((tables, head) -> write(tables, head, change, sealed));
  }

  private Optional<ChangeWriter> write(
      Tables tables, Optional<Head> found, Change change, Map<Bytes, MaterialRow> sealedBefore)
      throws SQLException {
    replica.catchUp(tables, found);
    if (!replica.entries().isCurrent(change)) {
      return Optional.empty();
    }
    StoreKey key = replica.currentKey();
    Map<Bytes, MaterialRow> sealed = sealedBefore;
    if (sealed.values().stream().anyMatch(material -> material.epoch() != key.epoch())) {
      // A new epoch has begun meanwhile.
      sealed = sealNewMaterials(change, key);
    }
    ChangeWriter writer = new ChangeWriter(tables, replica, key);
    for (Entry entry : change.puts()) {
      writer.put(entry, sealed);
    }
    for (Entry entry : change.removes()) {
      writer.remove(entry);
    }
    writer.finish();
    return Optional.of(writer);
  }

  /** Ahead of the change, so that the database does not wait for it. */
  private Map<Bytes, MaterialRow> sealNewMaterials(Change change) {
    while (true) {
      StoreKey key = currentKey();
      try {
        return sealNewMaterials(change, key);
      } catch (StoreKey.ClosedException e) {
        // Its epoch ended meanwhile, so there is a newer one; or asking for that will fail.
      }
    }
  }

  private StoreKey currentKey() {
    return withCopy(replica::currentKey);
  }

  private Map<Bytes, MaterialRow> sealNewMaterials(Change change, StoreKey key) {
    Map<Bytes, MaterialRow> sealed = new HashMap<>();
    for (Entry entry : change.puts()) {
      if (entry instanceof KeyEntry put) {
        Optional<KeyEntry> stored = replica.entries().key(put.address());
        for (KeyMaterial material : put.materials()) {
          if (stored.flatMap(before -> before.material(material.id())).isEmpty()) {
            Bytes bytes = material.use(raw -> key.sealMaterial(put.address(), material.id(), raw));
            sealed.put(
                material.id(), new MaterialRow(put.address(), material.id(), key.epoch(), bytes));
          }
        }
      }
    }
    return sealed;
  }

  /**
   * A number that every change to a key or alias raises. Kept elsewhere, it tells whether a store
   * was put back: see {@link SealedKeyStorageBuilder#minimumSequence(long)}.
   *
   * @return the sequence that the database has now, 0 or more
   * @throws KeyStorageException if the database cannot be used or was tampered with
   */
  public long sequence() {
    return refreshed(() -> replica.head().sequence());
  }

  /**
   * Seals the store under another root key, in one transaction. Nodes that have it open go on; the
   * next time it is opened, it takes the new root key. Somebody who had the old root key and a copy
   * of the store still has what the copy holds: after a leak, {@link #reseal()} too, rotate the KMS
   * keys, and encrypt the data anew.
   *
   * <p>Keep the old root key until this has returned, and the new one even if it throws: a database
   * that is lost at the very end may have changed it all the same. Doing it again settles it.
   *
   * @param newRootKey the root key from now on; remains the caller's to close
   * @throws AlteredStoreException if the store was tampered with; then nothing has changed
   * @throws StoreUnavailableException if the database cannot be used; if it was lost at the very
   *     end, the root key may have been changed
   */
  public void changeRootKey(RootKey newRootKey) {
    OpenedRoot root = newRootKey.forNewStore();
    try {
      written(
          (tables, head) -> Resealing.changeRoot(tables, head, replica, keys, root),
          head -> keys.changeRoot(root));
    } catch (RuntimeException | Error e) {
      // What fails after the commit, giving the connection back for example, leaves it in use.
      keys.closeUnlessInUse(root);
      throw e;
    }
  }

  /**
   * Seals every key, alias and material again under a new store key, in many small transactions,
   * while this node and others go on. If it is interrupted, by a crash or an exception, doing it
   * again goes on where it stopped, under the store key that was new then.
   *
   * @throws WrongRootKeyException if another node has changed the root key: open the store anew
   * @throws KeyStorageException if the database cannot be used or was tampered with
   */
  public void reseal() {
    Resealing resealing = new Resealing(replica, keys, random);
    changed(resealing::begin);
    List<Address> items = withCopy(resealing::someItems);
    while (!items.isEmpty()) {
      for (Address item : items) {
        changed((tables, head) -> resealing.item(tables, head, item));
      }
      items = withCopy(resealing::someItems);
    }
    boolean more = true;
    while (more) {
      more = written(resealing::materialsOrEnd, done -> {});
    }
  }

  /** Reads the whole store, once, when it is opened; brings its tables up to date. */
  void start(long minimumSequence) {
    // Before it is migrated, which raises the sequence.
    refreshed(
        () -> {
          requireSequence(minimumSequence);
          return this;
        });
    if (withCopy(replica::hasOlderTables)) {
      changed(replica::migrate);
      refreshed(() -> this);
    }
  }

  private void requireSequence(long minimumSequence) {
    long sequence = replica.head().sequence();
    if (sequence < minimumSequence) {
      throw new AlteredStoreException(
          "the store is at sequence " + sequence + ", and was at " + minimumSequence + " before");
    }
  }

  /** Signs the store as it is; see the builder. */
  long acceptEverything() {
    return written(replica::signEverything, sequence -> {});
  }

  /** For tests: how many threads wait for a connection, for their turn to write or for the copy. */
  int waiting() {
    return database.waiting() + writers.waiting() + copy.waiting();
  }

  private InMemoryKeyStorage fresh() {
    if (staleness.isStale()) {
      refresh();
    }
    return replica.entries();
  }

  /**
   * Brings the copy up to date. A refresh that began after this call, by another thread, is as good
   * as one of its own, and if that has failed, its failure is this call's too: otherwise many
   * threads would in turn wait for a database that does not answer.
   */
  private void refresh() {
    StackSpace.require();
    long before = refreshes.get();
    Deadline deadline = Deadline.after(timeout);
    database.run(
        Database.Purpose.READING,
        deadline,
        session -> {
          withCopy(
              deadline,
              () -> {
                if (staleness.isStale() && lastRefreshed <= before) {
                  requireNoneFailedSince(before);
                  renew(session);
                }
                return this;
              });
          erase(session);
          return this;
        });
  }

  private void requireNoneFailedSince(long before) {
    StoreUnavailableException failed = lastFailure;
    if (failed != null && refreshes.get() > before) {
      throw failed;
    }
  }

  private void renew(Session session) throws SQLException {
    // Counted from before the read: what is changed right after it is seen in time.
    Staleness.Instant begun = staleness.now();
    long number = refreshes.incrementAndGet();
    lastFailure = null;
    try {
      Tables tables = session.begin();
      replica.catchUp(tables, tables.head());
      session.commit();
    } catch (StoreUnavailableException e) {
      lastFailure = e;
      throw e;
    } catch (SQLException e) {
      KeyStorageException failure = database.failure(e);
      lastFailure = failure instanceof StoreUnavailableException unavailable ? unavailable : null;
      throw failure;
    }
    staleness.renewed(begun);
    lastRefreshed = number;
  }

  /** Something done with the copy as the database is now. */
  private <T> T refreshed(Step<T> step) {
    StackSpace.require();
    Deadline deadline = Deadline.after(timeout);
    return database.run(
        Database.Purpose.READING,
        deadline,
        session ->
            withCopy(
                deadline,
                () -> {
                  renew(session);
                  return step.run();
                }));
  }

  /** What a transaction writes, after it has the right to, with the head that it then found. */
  private interface Writing<T> {
    T run(Tables tables, Optional<Head> head) throws SQLException;
  }

  /** What is done with the result of a transaction that was committed. */
  private interface Committed<T> {
    void accept(T result);
  }

  /** Writes items, if there is something to write. */
  private boolean changed(Writing<Optional<ChangeWriter>> writing) {
    return written(writing, written -> written.ifPresent(replica::accept)).isPresent();
  }

  /**
   * Writes in one transaction. Waiting for other nodes holds the turn of a writer only, and none of
   * what readers need. If this fails, it may have happened all the same: the next read asks the
   * database.
   */
  private <T> T written(Writing<T> writing, Committed<T> committed) {
    StackSpace.require();
    Deadline deadline = Deadline.after(timeout);
    writers.lock(deadline);
    boolean done = false;
    try {
      T result =
          database.run(
              Database.Purpose.WRITING,
              deadline,
              session -> {
                Tables tables = session.begin();
                Optional<Head> head = tables.lockedHead();
                T written =
                    withCopy(deadline, () -> written(session, tables, head, writing, committed));
                if (tables.erased()) {
                  erasureDue = true;
                }
                erase(session);
                return written;
              });
      done = true;
      return result;
    } finally {
      if (!done) {
        staleness.expire();
      }
      writers.unlock();
    }
  }

  /** As soon as possible: if others are in the way, with each use of the database from then on. */
  private void erase(Session session) {
    if (erasureDue && session.isErased()) {
      // A deletion of another thread just now sets it again, after this.
      erasureDue = false;
    }
  }

  private <T> T written(
      Session session,
      Tables tables,
      Optional<Head> head,
      Writing<T> writing,
      Committed<T> committed)
      throws SQLException {
    // Nobody else can write meanwhile, so what is known afterwards is true as of now.
    Staleness.Instant begun = staleness.now();
    T result = writing.run(tables, head);
    session.commit();
    committed.accept(result);
    staleness.renewed(begun);
    return result;
  }

  private KeyMaterial deferred(Address key, Bytes materialId, Suite suite) {
    return KeyMaterial.deferred(materialId, suite, () -> fetch(key, materialId, suite));
  }

  private KeyMaterial fetch(Address key, Bytes materialId, Suite suite) {
    SecretBytes bytes = unseal(key, materialId);
    KeyMaterial material = KeyMaterial.of(key.id(), suite, bytes);
    // An id that was stored is never believed.
    if (!material.id().equals(materialId)) {
      material.close();
      throw new AlteredStoreException(key.describe() + ": a key material is another's");
    }
    return material;
  }

  private SecretBytes unseal(Address key, Bytes materialId) {
    StackSpace.require();
    Deadline deadline = Deadline.after(timeout);
    requireOpen();
    Optional<MaterialRow> row =
        database.run(
            Database.Purpose.READING,
            deadline,
            session -> {
              Optional<MaterialRow> found = session.begin().material(key, materialId);
              session.commit();
              return found;
            });
    if (row.isEmpty() || keys.of(row.get().epoch()).isEmpty()) {
      // Removed with its key, or sealed again, by another node: then this one is to learn of it.
      row = caughtUpAndFound(key, materialId, deadline);
      if (!replica.isMaterial(key, materialId)) {
        throw new IllegalStateException("the key was removed");
      }
    }
    MaterialRow stored =
        row.orElseThrow(
            () -> new AlteredStoreException(key.describe() + ": a key material is missing"));
    return keys.of(stored.epoch())
        .flatMap(storeKey -> storeKey.openMaterial(key, materialId, stored.sealed()))
        .orElseThrow(
            () -> new AlteredStoreException(key.describe() + ": a key material was altered"));
  }

  private Optional<MaterialRow> caughtUpAndFound(Address key, Bytes materialId, Deadline deadline) {
    return database.run(
        Database.Purpose.READING,
        deadline,
        session ->
            withCopy(
                deadline,
                () -> {
                  Tables tables = session.begin();
                  replica.catchUp(tables, tables.head());
                  Optional<MaterialRow> found = tables.material(key, materialId);
                  session.commit();
                  return found;
                }));
  }

  /** Something done with the copy. */
  private interface Step<T> {
    T run() throws SQLException;
  }

  private <T> T withCopy(Supplier<T> step) {
    StackSpace.require();
    copy.lock(Deadline.after(timeout));
    try {
      requireOpen();
      return step.get();
    } finally {
      copy.unlock();
    }
  }

  private <T> T withCopy(Deadline deadline, Step<T> step) throws SQLException {
    copy.lock(deadline);
    try {
      requireOpen();
      return step.run();
    } finally {
      copy.unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the key storage is closed");
    }
  }

  /**
   * Wipes what is held in memory and lets go of the database. Calls that have begun finish or fail.
   * Waits for them no longer than the {@linkplain SealedKeyStorageBuilder#timeout(Duration)
   * timeout}; a connection that is in use for longer is closed by the call that uses it. Closing
   * again does nothing, unless something could not be closed the first time.
   */
  @Override
  public void close() {
    closed = true;
    Deadline deadline = Deadline.after(timeout);
    boolean locked = isLocked(deadline);
    try {
      replica.entries().close();
      keys.close();
      database.close(deadline);
    } finally {
      if (locked) {
        copy.unlock();
      }
    }
  }

  /** Waits for a call that changes the copy; what is closed stands being used all the same. */
  private boolean isLocked(Deadline deadline) {
    try {
      copy.lock(deadline);
      return true;
    } catch (StoreUnavailableException e) {
      return false;
    }
  }
}
