package io.github.embeddedkms.store;

import io.github.embeddedkms.bounded.Deadline;
import io.github.embeddedkms.crypto.SystemRandom;
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
 * Settings of a {@link SealedKeyStorage}, and its opening. Not safe for use by several threads;
 * used once.
 */
public final class SealedKeyStorageBuilder {

  private static final int STORE_ID_BYTES = 16;
  private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

  private final Supplier<Database.Connections> connections;
  private @Nullable RootKey rootKey;
  private long minimumSequence;
  private boolean mustExist;
  private boolean allowUnsafeSqlite;

  // Read by the storage that is opened; the clocks and the schema are for tests.
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

  /** Over connections that are made for each opening. */
  SealedKeyStorageBuilder(Supplier<Database.Connections> connections) {
    this.connections = connections;
  }

  /**
   * What the store is sealed under. A new store takes it for good; an existing one must have been
   * sealed under it.
   *
   * @param rootKey the root key; remains the caller's to close, once the store is open
   * @return this builder
   */
  public SealedKeyStorageBuilder rootKey(RootKey rootKey) {
    this.rootKey = rootKey;
    return this;
  }

  /**
   * How long this node may answer without asking the database: that long at most it does not notice
   * what another node has changed.
   *
   * @param maximumStaleness 0 to ask each time, up to a day; 1 second if not set
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
   * How long one call may wait for the store: for other threads of this node, for changes of other
   * nodes, and for the database, together. Then it fails with a {@link StoreUnavailableException},
   * of which clients see a {@code KMSInternalException} that can be tried again, and nothing is
   * half done. Reading a large store may take longer, as long as it gets on.
   *
   * <p>Two waits are not bounded by this: for a connection of a pool, which the pool bounds
   * (HikariCP's {@code connectionTimeout}), and for the disk under a SQLite file, which nothing
   * bounds. A thread that is interrupted while it waits for others gives up as well; a change that
   * has begun to commit finishes.
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
   * How far this machine's clock may be ahead of the latest time that a store in SQLite has
   * confirmed. Each change confirms the time at which it is made. A clock that is further ahead
   * confirms nothing, and nothing is deleted by it, until {@link SealedKeyStorage#confirmTime()} is
   * called: a wrong clock must not delete keys before their time. A store that is not changed for
   * longer than this needs that call too. Has no effect on PostgreSQL, whose own clock is used.
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
   * The sequence that the store must have reached: a whole store that was put back to an earlier
   * state, a restored backup for example, is then refused.
   *
   * @param minimumSequence what {@link SealedKeyStorage#sequence()} once returned; 0 if not set,
   *     which any store has
   * @return this builder
   */
  public SealedKeyStorageBuilder minimumSequence(long minimumSequence) {
    this.minimumSequence = minimumSequence;
    return this;
  }

  /**
   * Where store keys come from. The store's id, salts and nonces always come from the operating
   * system, whatever is set here: a source that repeats itself would give plaintexts away.
   *
   * @param random a source of real randomness; the operating system's if not set
   * @return this builder
   * @throws IllegalArgumentException if it gives the same bytes twice
   */
  public SealedKeyStorageBuilder random(SecureRandom random) {
    SystemRandom.requireRandomness(random);
    this.random = random;
    return this;
  }

  /**
   * Demands that there is a store already: {@link #open()} then creates none, where it would do so
   * otherwise, and refuses a mistyped name.
   *
   * @return this builder
   */
  public SealedKeyStorageBuilder mustExist() {
    this.mustExist = true;
    return this;
  }

  /**
   * Uses an SQLite that has the WAL-reset bug, where no other driver can be had: all before 3.51.3,
   * except 3.50.7 and later ones of 3.50, and 3.44.6 and later ones of 3.44. With the bug, several
   * connections to one file can lose a commit or damage the file. The storage therefore holds an
   * exclusive lock on the file as long as it is open: nothing else can open or read it, neither
   * another process nor another storage, nor a second connection of a pool. Has no effect on other
   * versions of SQLite, which are used as without this setting, and on PostgreSQL.
   *
   * @return this builder
   */
  public SealedKeyStorageBuilder allowUnsafeSqlite() {
    this.allowUnsafeSqlite = true;
    return this;
  }

  /**
   * Opens the store for reading only, which {@linkplain #mustExist() must exist}: nothing is
   * created, recorded, migrated or purged; tables of an older version are read as they are. Calls
   * that would change a key or alias, and the methods of {@link SealedKeyStorage} that write, throw
   * {@link UnsupportedOperationException}. A key whose deletion date is past is answered as
   * deleted, although its rows are still there.
   *
   * <p>A SQLite file may then lie on a read-only mount, or be one that this process may not write.
   * SQLite takes no locks and creates no files beside it, so no process may change the file while
   * it is open here; a change is not seen, or is reported as {@link AlteredStoreException}. The
   * file's owner and mode are not checked. The staleness does not apply: the file is read once, and
   * again for each key material.
   *
   * <p>Of a {@code DataSource} only reading transactions are used. It may lead to a standby server,
   * whose answers are older than the staleness by its lag, or log in as a user that has only {@code
   * SELECT} on the four tables.
   *
   * @return this builder
   */
  public SealedKeyStorageBuilder readOnly() {
    readOnly = true;
    return mustExist();
  }

  /**
   * Whether there is a store. It takes no root key, creates nothing and opens nothing.
   *
   * @return false if the file is missing or empty, or the database has none of the tables
   * @throws StoreUnavailableException if the database cannot be used
   * @throws KeyStorageException if a newer version of this library has made the tables
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
   * For tests: a clock that can be turned, in nanoseconds from anywhere; whether the copy is too
   * old is not asked of any other clock then.
   */
  SealedKeyStorageBuilder nanoTime(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.stalenessMillis = () -> 0;
    return this;
  }

  /** For tests: a wall clock that can be turned, in milliseconds of the epoch. */
  SealedKeyStorageBuilder wallClockMillis(LongSupplier wallClockMillis) {
    this.wallClockMillis = wallClockMillis;
    this.stalenessMillis = wallClockMillis;
    return this;
  }

  /** For tests: other kinds of entries, those of later versions for example. */
  SealedKeyStorageBuilder kinds(List<EntryKind<?>> kinds) {
    this.kinds = kinds;
    return this;
  }

  /** For tests: tables of another version. */
  SealedKeyStorageBuilder schema(Schema schema) {
    this.schema = schema;
    return this;
  }

  /**
   * Opens the store, or makes it if there is none (unless it {@linkplain #mustExist() must exist}):
   * reads all of it, and checks every row and their sum. Tables of an older version are brought to
   * the newest one, which cannot be undone: older versions of this library then refuse the store.
   *
   * @return the open storage
   * @throws IllegalStateException if no root key was set
   * @throws WrongRootKeyException if the store is sealed under another root key; nothing was
   *     written
   * @throws AlteredStoreException if what is there is not what was written, or has a lower sequence
   *     than demanded
   * @throws StoreNotFoundException if there is no store and it must exist; nothing was created
   * @throws StoreUnavailableException if the database cannot be used
   * @throws KeyStorageException if a newer version of this library has made the tables, or the
   *     driver or the database has a version that is too old, or unsafe; or, for {@linkplain
   *     #readOnly() reading only}, changes to the store wait in a write-ahead log beside its file;
   *     or if all users may write one of its files and this process cannot change that
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
   * Takes what the store holds now for what it is to hold, and signs that: after a repair by hand,
   * the removal of a damaged row for example. Each row that is left must be authentic. Nodes that
   * have the store open go on only if they have seen exactly this. Opens nothing.
   *
   * @return the sequence that the store has now
   * @throws UnsupportedOperationException if the store is for reading only
   * @throws KeyStorageException as {@link #open()} does, but for rows that are missing or older
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
   * What a store begins with, of one moment: another node may be ending an epoch.
   *
   * @param head the head
   * @param keys the store keys, of which one is that of the head's epoch
   */
  private record Found(Head head, List<StoreKeyRow> keys) {}

  private Database database() {
    Database.Connections used = connections.get();
    if (readOnly) {
      used = used.forReading();
    }
    if (used.areImmutable()) {
      // What nobody changes is never too old.
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

  /** Before anything is opened: the driver would create the file. */
  private void requireFile() {
    if (connections.get().isMissing()) {
      throw missing();
    }
  }

  private StoreNotFoundException missing() {
    return new StoreNotFoundException(connections.get().place(Deadline.after(timeout)));
  }

  /** Makes the tables, unless another node was faster. */
  private void create(Database database) {
    // Before the database is locked: deriving it from a passphrase takes its time.
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
    // It salts the root key's derivation, and salts never come from a chosen source.
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
