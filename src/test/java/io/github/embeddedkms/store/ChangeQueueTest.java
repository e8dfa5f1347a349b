package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.fixture.Intercepted;
import io.github.embeddedkms.store.fixture.TestKeys;
import io.github.embeddedkms.store.process.Contents;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of several threads are written together, and each thread receives its own result. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ChangeQueueTest {

  /** What happens at a commit. */
  private interface Commit {
    void run() throws Exception;
  }

  private static final int THREADS = 8;
  private static final String MULTI_REGION_ID = "mrk-1234abcd12ab34cd56ef1234567890ab";

  @TempDir Path directory;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicReference<Commit> beforeCommit = new AtomicReference<>(() -> {});

  private TestDatabase database;
  private SealedKeyStorage storage;

  @AfterEach
  void close() {
    threads.shutdownNow();
    storage.close();
  }

  private void open(String kind) throws SQLException {
    database =
        kind.equals("SQLite")
            ? TestDatabase.sqlite(directory.resolve("keys.db"))
            : TestDatabase.postgres();
    DataSource source =
        Intercepted.of(
            DataSource.class,
            (proxy, method, arguments) ->
                connection(
                    (Connection) Intercepted.call(database.dataSource(), method, arguments)));
    storage =
        SealedKeyStorage.builder(source)
            .rootKey(RootKey.unsealedForTests())
            .timeout(Duration.ofSeconds(60))
            .open();
    storage.apply(Change.put(FaultedStorage.key("key")));
  }

  private Connection connection(Connection connection) {
    return Intercepted.of(
        Connection.class,
        (proxy, method, arguments) -> {
          if (method.getName().equals("unwrap")) {
            return proxy;
          }
          if (method.getName().equals("commit")) {
            beforeCommit.get().run();
          }
          Object result = Intercepted.call(connection, method, arguments);
          return method.getName().equals("createStatement")
              ? statement((Statement) result)
              : result;
        });
  }

  private Statement statement(Statement statement) {
    return Intercepted.of(
        Statement.class,
        (proxy, method, arguments) -> {
          if (method.getName().equals("execute") && "COMMIT".equals(arguments[0])) {
            beforeCommit.get().run();
          }
          return Intercepted.call(statement, method, arguments);
        });
  }

  /**
   * Starts changes while another node keeps this one from writing, the first change first, and lets
   * the node continue once all of them wait.
   */
  private List<Future<Boolean>> applyTogether(List<Change> changes) throws Exception {
    List<Future<Boolean>> results = new ArrayList<>();
    try (Connection other = database.connect()) {
      other.setAutoCommit(database.isSqlite());
      Dialect.execute(
          other, database.isSqlite() ? "BEGIN IMMEDIATE" : "SELECT * FROM kms_store FOR UPDATE");
      for (Change change : changes) {
        results.add(threads.submit(() -> storage.apply(change)));
        awaitWaiting(results.size() - 1);
      }
      Dialect.execute(other, "ROLLBACK");
    }
    return results;
  }

  /** Waits until a number of threads wait for their turn, and no thread for anything else. */
  private void awaitWaiting(int count) throws InterruptedException {
    // The copy is only used for a short time before that wait.
    for (int seen = 0; seen < 20; seen = storage.waiting() == count ? seen + 1 : 0) {
      Thread.sleep(1);
    }
  }

  private static List<Change> keys() {
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      changes.add(Change.put(FaultedStorage.key("key" + i)));
    }
    return changes;
  }

  private Contents stored() {
    try (SealedKeyStorage other = database.builder().rootKey(RootKey.unsealedForTests()).open()) {
      return Contents.of(other);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void apply_manyThreadsWait_areWrittenInOneTransaction(String kind) throws Exception {
    open(kind);
    long sequence = storage.sequence();
    for (Future<Boolean> result : applyTogether(keys())) {
      assertThat(result.get()).isTrue();
    }
    assertThat(storage.sequence()).isEqualTo(sequence + 1);
    assertThat(Contents.of(storage).keys()).hasSize(THREADS + 1);
    assertThat(stored()).isEqualTo(Contents.of(storage));
    for (int i = 0; i < THREADS; i++) {
      KeyEntry key = storage.key(Contents.address("key" + i)).orElseThrow();
      assertThat(key.currentMaterial().<Integer, RuntimeException>lend(raw -> raw.length))
          .isEqualTo(32);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void apply_commitFails_allFail_andNothingIsVisible(String kind) throws Exception {
    open(kind);
    Contents before = Contents.of(storage);
    beforeCommit.set(
        () -> {
          beforeCommit.set(() -> {});
          throw database.isSqlite()
              ? new SQLException("planted", null, 10)
              : new SQLException("planted", "08006");
        });
    for (Future<Boolean> result : applyTogether(keys())) {
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(result::get)
          .withCauseInstanceOf(StoreUnavailableException.class);
    }
    assertThat(Contents.of(storage)).isEqualTo(before).isEqualTo(stored());
    assertThat(storage.apply(Change.put(FaultedStorage.key("key1")))).isTrue();
    assertThat(stored()).isEqualTo(Contents.of(storage));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void apply_beforeCommit_noneIsVisible(String kind) throws Exception {
    open(kind);
    List<Integer> visible = new ArrayList<>();
    beforeCommit.set(() -> visible.add(stored().keys().size()));
    for (Future<Boolean> result : applyTogether(keys())) {
      assertThat(result.get()).isTrue();
    }
    assertThat(visible).contains(1).doesNotContain(2, 3, 4, 5, 6, 7, 8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void apply_changesOfOneKey_oneIsMade(String kind) throws Exception {
    open(kind);
    KeyEntry key = storage.key(Contents.address("key")).orElseThrow();
    Change disable = Change.replace(key, key.changed(next -> next.state(KeyState.DISABLED)));
    Change describe = Change.replace(key, key.changed(next -> next.description("other")));
    Change alias = Change.put(FaultedStorage.alias("alias/a", "key")).ifUnchanged(key);
    List<Boolean> made = new ArrayList<>();
    for (Future<Boolean> result : applyTogether(List.of(disable, describe, alias))) {
      made.add(result.get());
    }
    assertThat(made).containsExactly(true, false, false);
    assertThat(stored()).isEqualTo(Contents.of(storage));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void apply_twoPrimaryKeysOfOneMultiRegionKey_oneIsMade(String kind) throws Exception {
    open(kind);
    List<KeyEntry> primaries = new ArrayList<>();
    for (String region : List.of("us-east-1", "eu-west-1")) {
      primaries.add(multiRegionKey(Contents.ACCOUNT, region));
    }
    // A key of another account is not related.
    primaries.add(multiRegionKey("111122223333", "eu-west-1"));
    long sequence = storage.sequence();
    List<Boolean> made = new ArrayList<>();
    for (Future<Boolean> result : applyTogether(primaries.stream().map(Change::put).toList())) {
      made.add(result.get());
    }
    assertThat(made).containsExactly(true, false, true);
    assertThat(storage.sequence()).isEqualTo(sequence + 1);
    assertThat(storage.relatedKeys(Contents.ACCOUNT, MULTI_REGION_ID))
        .extracting(KeyEntry::address)
        .containsExactly(primaries.get(0).address());
  }

  private static KeyEntry multiRegionKey(String account, String region) {
    return TestKeys.symmetric(
        new Address(account, region, MULTI_REGION_ID), Instant.parse("2026-03-04T05:06:07.089Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void apply_rowOfOneChangeIsAltered_othersAreMade(String kind) throws Exception {
    open(kind);
    // The first change would write this one's row too.
    List<Change> changes = keys();
    Address altered = Contents.address("key3");
    database.execute(
        "INSERT INTO kms_item (kind, account, region, id, version, sequence, epoch, document, mac)"
            + " SELECT kind, account, region, '"
            + altered.id()
            + "', version, 0, epoch, document, mac FROM kms_item");
    List<Future<Boolean>> results = applyTogether(changes);
    for (int i = 0; i < THREADS; i++) {
      if (i == 3) {
        assertThatExceptionOfType(ExecutionException.class)
            .isThrownBy(results.get(3)::get)
            .havingCause()
            .isInstanceOf(AlteredStoreException.class)
            .withMessageEndingWith(altered.describe() + " was altered or removed in the store");
      } else {
        assertThat(results.get(i).get()).isTrue();
      }
    }
    assertThat(Contents.of(storage).keys()).hasSize(THREADS);
  }

  /** Its caller would wipe the material of a key that is about to be stored. */
  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void apply_interruptedDuringTheCommitOfAnother_waitsForItsResult(String kind) throws Exception {
    open(kind);
    CountDownLatch committing = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    AtomicReference<Thread> second = new AtomicReference<>();
    beforeCommit.set(
        () -> {
          committing.countDown();
          interrupted.await();
        });
    List<Future<Boolean>> results = new ArrayList<>();
    try (Connection other = database.connect()) {
      other.setAutoCommit(database.isSqlite());
      Dialect.execute(
          other, database.isSqlite() ? "BEGIN IMMEDIATE" : "SELECT * FROM kms_store FOR UPDATE");
      results.add(threads.submit(() -> storage.apply(keys().get(0))));
      awaitWaiting(0);
      results.add(
          threads.submit(
              () -> {
                second.set(Thread.currentThread());
                return storage.apply(keys().get(1)) && Thread.interrupted();
              }));
      awaitWaiting(1);
      Dialect.execute(other, "ROLLBACK");
    }
    committing.await();
    second.get().interrupt();
    while (storage.waiting() > 0) {
      Thread.onSpinWait();
    }
    assertThat(results).noneMatch(Future::isDone);
    interrupted.countDown();
    assertThat(results.get(0).get()).isTrue();
    assertThat(results.get(1).get()).isTrue();
    assertThat(Contents.of(storage).keys()).containsOnlyKeys("key", "key0", "key1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void apply_interruptedBeforeItsTurn_isNotWrittenByAnother(String kind) throws Exception {
    open(kind);
    AtomicReference<Thread> second = new AtomicReference<>();
    List<Future<Boolean>> results = new ArrayList<>();
    try (Connection other = database.connect()) {
      other.setAutoCommit(database.isSqlite());
      Dialect.execute(
          other, database.isSqlite() ? "BEGIN IMMEDIATE" : "SELECT * FROM kms_store FOR UPDATE");
      results.add(threads.submit(() -> storage.apply(keys().get(0))));
      awaitWaiting(0);
      results.add(
          threads.submit(
              () -> {
                second.set(Thread.currentThread());
                return storage.apply(keys().get(1));
              }));
      awaitWaiting(1);
      second.get().interrupt();
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(results.get(1)::get)
          .havingCause()
          .isInstanceOf(StoreUnavailableException.class)
          .withMessage("embedded-kms: interrupted while waiting for the store");
      Dialect.execute(other, "ROLLBACK");
    }
    assertThat(results.get(0).get()).isTrue();
    assertThat(Contents.of(storage).keys()).containsOnlyKeys("key", "key0");
  }
}
