package io.github.embeddedkms.store;

import io.github.embeddedkms.bounded.Deadline;
import io.github.embeddedkms.crypto.SystemRandom;
import io.github.embeddedkms.json.JsonRecords;
import io.github.embeddedkms.model.Bytes;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Configures and opens a {@link SealedKeyStorage}. Not safe for use by several threads. Use each
 * builder once.
 */
public final class SealedKeyStorageBuilder {

  private static final int STORE_ID_BYTES = 16;
  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

  private final Supplier<Database.Connections> connections;
  private @Nullable RootKey rootKey;
  private long minimumSequence;
  private boolean mustExist;
  private boolean allowUnsafeSqlite;

  // Read by the storage that is opened. Clocks, schema and kinds can be changed for tests.
  SecureRandom random = SystemRandom.create();
  Duration maximumStaleness = Duration.ofSeconds(1);
  Duration timeout = Duration.ofSeconds(10);
  Duration maximumClockJump = Duration.ofDays(7);
  LongSupplier nanoTime = System::nanoTime;
  LongSupplier wallClockMillis = System::currentTimeMillis;
  LongSupplier stalenessMillis = wallClockMillis;
  Schema schema = Schema.current();
  List<EntryKind<?>> kinds = InMemoryKeyStorage.KINDS;
  boolean readOnly;

  /** Creates a builder with a supplier that is called for each opening. */
  SealedKeyStorageBuilder(Supplier<Database.Connections> connections) {
    this.connections = connections;
  }

  /**
   * Sets the root key that the store is sealed under. A new store is sealed under it; an existing
   * store must have been sealed under it.
   *
   * @param rootKey the root key; the caller closes it once the store is open
   * @return this builder
   */
  public SealedKeyStorageBuilder rootKey(RootKey rootKey) {
    this.rootKey = rootKey;
    return this;
  }

  /**
   * Sets for how long this node may read from its copy without querying the database: the maximum
   * delay with which it notices the changes of other nodes.
   *
   * @param maximumStaleness 0 to query the database at each call, up to a day; 1 second if not set
   * @return this builder
   * @throws IllegalArgumentException if it is negative or longer than a day
   */
  public SealedKeyStorageBuilder maximumStaleness(Duration maximumStaleness) {
    if (maximumStaleness.isNegative() || maximumStaleness.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "embedded-kms: a staleness is 0 to 24 hours, not " + maximumStaleness);
    }
    this.maximumStaleness = maximumStaleness;
    return this;
  }

  /**
   * Sets how long one call may wait for the store: for other threads of this node, for changes of
   * other nodes, and for the database, in total. After that, the call fails with a {@link
   * StoreUnavailableException}, which clients receive as a {@code KMSInternalException} that can be
   * retried; no change is left half done. Reading a large store may take longer, as long as it
   * makes progress.
   *
   * <p>Two waits are not bounded by this: for a connection of a pool, which the pool bounds
   * (HikariCP's {@code connectionTimeout}), and for the disk under a SQLite file, which nothing
   * bounds. A thread that is interrupted while it waits for others also gives up. A change whose
   * commit has begun finishes.
   *
   * @param timeout 1 millisecond to 60 seconds; 10 seconds if not set
   * @return this builder
   * @throws IllegalArgumentException if it is shorter or longer than that
   */
  public SealedKeyStorageBuilder timeout(Duration timeout) {
    if (timeout.compareTo(Duration.ofMillis(1)) < 0
        || timeout.compareTo(Duration.ofSeconds(60)) > 0) {
      throw new IllegalArgumentException("embedded-kms: a timeout is 1 ms to 60 s, not " + timeout);
    }
    this.timeout = timeout;
    return this;
  }

  /**
   * Sets how far this machine's clock may be ahead of the latest time that a store in SQLite has
   * confirmed. Each change confirms the time at which it is made. A clock that is further ahead
   * confirms no time and causes no deletions until {@link SealedKeyStorage#confirmTime()} is
   * called, because a wrong clock must not delete keys early. That call is also needed for a store
   * that was not changed for longer than this. Has no effect on PostgreSQL, whose own clock is
   * used.
   *
   * @param maximumClockJump 1 minute to 365 days; 7 days if not set, the shortest waiting period of
   *     a deletion
   * @return this builder
   * @throws IllegalArgumentException if it is shorter or longer than that
   */
  public SealedKeyStorageBuilder maximumClockJump(Duration maximumClockJump) {
    if (maximumClockJump.compareTo(Duration.ofMinutes(1)) < 0
        || maximumClockJump.compareTo(Duration.ofDays(365)) > 0) {
      throw new IllegalArgumentException(
          "embedded-kms: a clock jump is 1 minute to 365 days, not " + maximumClockJump);
    }
    this.maximumClockJump = maximumClockJump;
    return this;
  }

  /**
   * Sets the sequence that the store must have reached. A store that as a whole was put back to an
   * earlier state, a restored backup for example, is then refused.
   *
   * @param minimumSequence a value that {@link SealedKeyStorage#sequence()} returned earlier; 0 if
   *     not set, which accepts every store
   * @return this builder
   */
  public SealedKeyStorageBuilder minimumSequence(long minimumSequence) {
    this.minimumSequence = minimumSequence;
    return this;
  }

  /**
   * Sets the source of randomness for store keys. The store's id, salts and nonces always come from
   * the operating system, whatever is set here: a source that repeats itself would reveal
   * plaintexts.
   *
   * @param random a source of true randomness; the operating system's if not set
   * @return this builder
   * @throws IllegalArgumentException if it returns the same bytes twice
   */
  public SealedKeyStorageBuilder random(SecureRandom random) {
    SystemRandom.requireRandomness(random);
    this.random = random;
    return this;
  }

  /**
   * Requires that the store exists: {@link #open()} then does not create one, so that a mistyped
   * name is refused.
   *
   * @return this builder
   */
  public SealedKeyStorageBuilder mustExist() {
    this.mustExist = true;
    return this;
  }

  /**
   * Allows an SQLite that has the WAL-reset bug, for environments where no other driver is
   * available. All versions before 3.51.3 have it, except 3.50.7 and later 3.50 releases, and
   * 3.44.6 and later 3.44 releases. With the bug, several connections to one file can lose a commit
   * or damage the file. The storage therefore holds an exclusive lock on the file as long as it is
   * open: no other process, no other storage and no second connection of a pool can open or read
   * it. Has no effect with other versions of SQLite, or on PostgreSQL.
   *
   * @return this builder
   */
  public SealedKeyStorageBuilder allowUnsafeSqlite() {
    this.allowUnsafeSqlite = true;
    return this;
  }

  /**
   * Opens the store for reading only. It {@linkplain #mustExist() must exist}. Nothing is created,
   * recorded, migrated or purged; tables of an older version are read as they are. Calls that would
   * change a key or alias, and the methods of {@link SealedKeyStorage} that write, throw {@link
   * UnsupportedOperationException}. A key whose deletion date has passed is reported as deleted,
   * although its rows still exist.
   *
   * <p>A SQLite file may then be on a read-only mount, or one that this process may not write.
   * SQLite takes no locks and creates no files next to it, so no process may change the file while
   * it is open here; a change is either not noticed or reported as {@link AlteredStoreException}.
   * The file's owner and mode are not checked. The staleness does not apply: the file is read once
   * when it is opened, and again for each key material.
   *
   * <p>With a {@code DataSource}, only reading transactions are used. It may lead to a standby
   * server, whose data can be older than the staleness by its lag, or log in as a user with only
   * {@code SELECT} on the four tables.
   *
   * @return this builder
   */
  public SealedKeyStorageBuilder readOnly() {
    readOnly = true;
    return mustExist();
  }

  /**
   * Returns whether there is a store. Needs no root key, creates nothing and does not open the
   * store.
   *
   * @return false if the file is missing or empty, or the database has no such tables
   * @throws StoreUnavailableException if the database cannot be used
   * @throws KeyStorageException if a newer version of this library has created the tables, or if
   *     the file is not a regular file
   */
  public boolean exists() {
    if (connections.get().isMissing()) {
      return false;
    }
    Database database = database();
    try {
      return find(database).isPresent();
    } finally {
      database.close(Deadline.after(timeout));
    }
  }

  /**
   * For tests: sets an adjustable clock, in nanoseconds from an arbitrary origin. It alone then
   * decides whether the copy is too old.
   */
  SealedKeyStorageBuilder nanoTime(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.stalenessMillis = () -> 0;
    return this;
  }

  /** For tests: sets an adjustable wall clock, in milliseconds since 1970-01-01T00:00Z. */
  SealedKeyStorageBuilder wallClockMillis(LongSupplier wallClockMillis) {
    this.wallClockMillis = wallClockMillis;
    this.stalenessMillis = wallClockMillis;
    return this;
  }

  /** For tests: sets other kinds of entries, those of later versions for example. */
  SealedKeyStorageBuilder kinds(List<EntryKind<?>> kinds) {
    this.kinds = kinds;
    return this;
  }

  /** For tests: sets tables of another version. */
  SealedKeyStorageBuilder schema(Schema schema) {
    this.schema = schema;
    return this;
  }

  /**
   * Opens the store, or creates it if there is none (unless it {@linkplain #mustExist() must
   * exist}). Reads the whole store, and checks every row and their sum. Tables of an older version
   * are migrated to the newest one, which cannot be undone: older versions of this library then
   * refuse the store.
   *
   * @return the open storage
   * @throws IllegalStateException if no root key was set
   * @throws WrongRootKeyException if the store is sealed under another root key; nothing was
   *     written
   * @throws AlteredStoreException if the content of the store is not what was written, or its
   *     sequence is lower than required
   * @throws StoreNotFoundException if the store must exist and does not; nothing was created
   * @throws StoreUnavailableException if the database cannot be used
   * @throws KeyStorageException if a newer version of this library has created the tables; if the
   *     version of the driver or the database is too old or unsafe; if, for {@linkplain #readOnly()
   *     reading only}, changes to the store are still in a write-ahead log next to its file; or if
   *     one of its files is writable by all users and this process cannot change that, or is a
   *     directory or anything else but a regular file
   */
  public SealedKeyStorage open() {
    if (mustExist) {
      requireFile();
    }
    Database database = database();
    try {
      SealedKeyStorage storage = storage(database, findOrCreate(database));
      try {
        storage.start(minimumSequence);
        return storage;
      } catch (RuntimeException | Error e) {
        storage.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      database.close(Deadline.after(timeout));
      throw e;
    }
  }

  /**
   * Accepts the present content of the store and signs it, after a manual repair: the removal of a
   * damaged row, for example. Each remaining row must be authentic. Nodes that have the store open
   * continue only if they have seen exactly this content. Does not open the store.
   *
   * @return the new sequence of the store
   * @throws UnsupportedOperationException if the store is for reading only
   * @throws KeyStorageException as {@link #open()} does, except for rows that are missing or older
   */
  public long accept() {
    requireFile();
    Database database = database();
    try {
      try (SealedKeyStorage storage = storage(database, requireStore(find(database)))) {
        return storage.acceptCurrentRows();
      }
    } finally {
      database.close(Deadline.after(timeout));
    }
  }

  /**
   * The head and the store keys of a store, read in one transaction, since another node may be
   * ending an epoch.
   *
   * @param head the head
   * @param keys the store keys, including that of the head's epoch
   */
  private record Found(Head head, List<StoreKeyRow> keys) {}

  private Database database() {
    JsonRecords.requireLibrary();
    Database.Connections used = connections.get();
    if (readOnly) {
      used = used.forReading();
    }
    if (used.areImmutable()) {
      // A file that no process changes never becomes stale.
      maximumStaleness = FOREVER;
    }
    return new Database(used, readOnly, new DriverCheck(allowUnsafeSqlite), new TableCheck(schema));
  }

  private SealedKeyStorage storage(Database database, Found found) {
    StoreKeyRow current =
        found.keys().stream()
            .filter(row -> row.epoch() == found.head().epoch())
            .findFirst()
            .orElseThrow(() -> new AlteredStoreException("the store has lost its store key"));
    OpenedRoot root = rootKey().forRow(current);
    return new SealedKeyStorage(this, database, found.head(), root);
  }

  private Found findOrCreate(Database database) {
    Optional<Found> found = find(database);
    if (found.isPresent()) {
      return found.get();
    }
    if (mustExist) {
      throw missing();
    }
    if (minimumSequence > 0) {
      throw new AlteredStoreException(
          "there is no store, and it was at sequence " + minimumSequence + " before");
    }
    create(database);
    return requireStore(find(database));
  }

  private Optional<Found> find(Database database) {
    return database.run(
        Database.Purpose.READING,
        Deadline.after(timeout),
        session -> {
          Optional<Found> found = find(session.begin());
          session.commit();
          return found;
        });
  }

  private Optional<Found> find(Tables tables) throws SQLException {
    Optional<Head> head = tables.head(0);
    if (head.isEmpty()) {
      return Optional.empty();
    }
    schema.requireKnown(head.get());
    return Optional.of(new Found(head.get(), tables.storeKeys()));
  }

  private Found requireStore(Optional<Found> found) {
    return found.orElseThrow(this::missing);
  }

  /** Checked before anything is opened, because the driver would create the file. */
  private void requireFile() {
    if (connections.get().isMissing()) {
      throw missing();
    }
  }

  private StoreNotFoundException missing() {
    return new StoreNotFoundException(connections.get().place(Deadline.after(timeout)));
  }

  /** Creates the tables, unless another node was faster. */
  private void create(Database database) {
    // Derived before the database is locked, because deriving it from a passphrase is slow.
    try (OpenedRoot root = rootKey().forNewStore()) {
      database.run(
          Database.Purpose.WRITING,
          Deadline.after(timeout),
          session -> {
            Tables tables = session.begin();
            tables.beginCreating();
            Optional<Head> others = tables.head(0);
            Head head = others.isPresent() ? others.get() : create(tables, root);
            session.commit();
            return head;
          });
    }
  }

  private Head create(Tables tables, OpenedRoot root) throws SQLException {
    schema.migrate(tables, 0);
    byte[] storeId = new byte[STORE_ID_BYTES];
    // The id is the salt of the root key's derivation, and salts never come from the source that
    // the user chose.
    SystemRandom.create().nextBytes(storeId);
    StoreClock clock = new StoreClock(maximumClockJump, nanoTime, wallClockMillis);
    clock.readDatabaseTime(tables);
    Head empty =
        Head.empty(
            Bytes.fromByteArray(storeId), schema.version(), StoreKeys.FIRST_EPOCH, clock.now());
    try (StoreKeys keys = new StoreKeys(empty.storeId(), root)) {
      tables.insertStoreKey(keys.generate(StoreKeys.FIRST_EPOCH, random));
      Head head = empty.tagged(keys.open(StoreKeys.FIRST_EPOCH).sealSum(empty, SetSum.ZERO));
      tables.insertHead(head);
      return head;
    }
  }

  private RootKey rootKey() {
    RootKey chosen = rootKey;
    if (chosen == null) {
      throw new IllegalStateException("embedded-kms: a store needs a root key");
    }
    return chosen;
  }
}
