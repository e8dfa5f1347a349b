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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
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
 * <p>Safe for use by several threads. The database is asked by one thread of a storage at a time,
 * never while something is sealed or opened for a caller. Whoever finds the copy too old waits
 * until it is renewed, and for a change of this node that is being written meanwhile.
 */
public final class SealedKeyStorage implements KeyStorage {

  private final Database database;
  private final Replica replica;
  private final StoreKeys keys;
  private final SecureRandom random;
  private final long stalenessNanos;
  private final LongSupplier nanoTime;

  /** Held by whoever uses the database or changes the copy. */
  private final ReentrantLock lock = new ReentrantLock();

  /** When the copy was as the database, on the clock of {@link System#nanoTime}. */
  private volatile long renewed;

  /** How many times the database was asked what has changed. */
  private final AtomicLong looks = new AtomicLong();

  /** Why the last of these looks failed, if it did. */
  private @Nullable StoreUnavailableException lastFailure;

  private boolean closed;

  SealedKeyStorage(
      SealedKeyStorageBuilder settings, Database database, Head head, OpenedRoot root) {
    this.database = database;
    this.keys = new StoreKeys(head.storeId(), root);
    this.replica = new Replica(head, settings.schema, keys, this::deferred);
    this.random = settings.random;
    this.stalenessNanos = settings.maximumStaleness.toNanos();
    this.nanoTime = settings.nanoTime;
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
    return new SealedKeyStorageBuilder(new FileConnection(file));
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
    return new SealedKeyStorageBuilder(new PooledConnections(database));
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
   * @throws StoreUnavailableException if the database cannot be used. If it was lost while the
   *     change was being committed, the change may have happened, wholly; the next look tells.
   * @throws AlteredStoreException if what the database holds was not written by a node of this
   *     store
   */
  @Override
  public boolean apply(Change change) {
    Map<Bytes, MaterialRow> sealed = sealNewMaterials(change);
    return locked(
        () -> {
          long begun = nanoTime.getAsLong();
          Optional<ChangeWriter> written =
              afterwardsKnown(() -> database.write(tables -> write(tables, change, sealed)));
          written.ifPresent(replica::accept);
          renewed = begun;
          return written.isPresent();
        });
  }

  /** If writing fails, it may have happened all the same: the next look asks the database. */
  private <T> T afterwardsKnown(Step<T> writing) {
    try {
      return writing.run();
    } catch (RuntimeException | Error e) {
      renewed = nanoTime.getAsLong() - stalenessNanos;
      throw e;
    }
  }

  private Optional<ChangeWriter> write(
      Tables tables, Change change, Map<Bytes, MaterialRow> sealedBefore) throws SQLException {
    replica.catchUp(tables, tables.lockedHead());
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
    return locked(replica::currentKey);
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
    return locked(
        () -> {
          renew();
          return replica.head().sequence();
        });
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
    OpenedRoot root = newRootKey.forNewStore(random);
    try {
      runLocked(
          () -> {
            database.write(tables -> Resealing.changeRoot(tables, replica, keys, root));
            keys.changeRoot(root);
          });
    } catch (RuntimeException | Error e) {
      root.close();
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
    locked(() -> accepted(resealing::begin));
    List<Address> items = locked(resealing::someItems);
    while (!items.isEmpty()) {
      for (Address item : items) {
        locked(() -> accepted(tables -> resealing.item(tables, item)));
      }
      items = locked(resealing::someItems);
    }
    boolean more = true;
    while (more) {
      more = locked(() -> database.write(resealing::materialsOrEnd));
    }
  }

  private boolean accepted(Database.Work<Optional<ChangeWriter>> work) {
    Optional<ChangeWriter> written = afterwardsKnown(() -> database.write(work));
    written.ifPresent(replica::accept);
    return written.isPresent();
  }

  /** Reads the whole store, once, when it is opened; brings its tables up to date. */
  void start(long minimumSequence) {
    runLocked(
        () -> {
          renew();
          // Before it is migrated, which raises the sequence.
          requireSequence(minimumSequence);
          if (replica.hasOlderTables()) {
            accepted(replica::migrate);
            renew();
          }
        });
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
    return locked(() -> database.write(replica::signEverything));
  }

  /** For tests: how many threads wait for the database or for a change of the copy. */
  int waiting() {
    return lock.getQueueLength();
  }

  private InMemoryKeyStorage fresh() {
    if (isStale()) {
      long looksBefore = looks.get();
      runLocked(
          () -> {
            if (isStale()) {
              requireNoneFailedSince(looksBefore);
              renew();
            }
          });
    }
    return replica.entries();
  }

  /**
   * A look that began after somebody has come, and failed, is his answer too: else each of many
   * would in turn wait for a database that does not answer.
   */
  private void requireNoneFailedSince(long looksBefore) {
    StoreUnavailableException failed = lastFailure;
    if (failed != null && looks.get() > looksBefore) {
      throw failed;
    }
  }

  private boolean isStale() {
    // Read before the clock, or what another thread renews in between looked like the future.
    long then = renewed;
    // The difference, not the numbers: the clock may start anywhere and wrap around.
    long age = nanoTime.getAsLong() - then;
    // On a clock that went back, nobody knows how old the copy is.
    return age < 0 || age >= stalenessNanos;
  }

  private void renew() {
    // Counted from before the look: what is changed right behind it is seen in time.
    long begun = nanoTime.getAsLong();
    looks.incrementAndGet();
    lastFailure = null;
    try {
      database.read(tables -> replica.catchUp(tables, tables.head()));
    } catch (StoreUnavailableException e) {
      lastFailure = e;
      throw e;
    }
    renewed = begun;
  }

  private KeyMaterial deferred(Address key, Bytes materialId, Suite suite) {
    return KeyMaterial.deferred(materialId, suite, () -> fetch(key, materialId, suite));
  }

  private KeyMaterial fetch(Address key, Bytes materialId, Suite suite) {
    SecretBytes bytes = locked(() -> unseal(key, materialId));
    KeyMaterial material = KeyMaterial.of(key.id(), suite, bytes, random);
    // An id that was stored is never believed.
    if (!material.id().equals(materialId)) {
      material.close();
      throw new AlteredStoreException(key.describe() + ": a key material is another's");
    }
    return material;
  }

  private SecretBytes unseal(Address key, Bytes materialId) {
    Optional<MaterialRow> row = database.read(tables -> tables.material(key, materialId));
    if (row.isEmpty() || keys.of(row.get().epoch()).isEmpty()) {
      // Removed with its key, or sealed again, by another node: then this one is to learn of it.
      row =
          database.read(
              tables -> {
                replica.catchUp(tables, tables.head());
                return tables.material(key, materialId);
              });
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

  /** Something done under the lock, which may throw. */
  private interface Step<T> {
    T run();
  }

  private void runLocked(Runnable step) {
    locked(
        () -> {
          step.run();
          return this;
        });
  }

  private <T> T locked(Step<T> step) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the key storage is closed");
      }
      return step.run();
    } finally {
      lock.unlock();
    }
  }

  /** Wipes what is held in memory and lets go of the database. Closing again does nothing. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      replica.entries().close();
      keys.close();
      database.close();
    } finally {
      lock.unlock();
    }
  }
}
