package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.store.process.Contents;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every wait for the store has a time limit, and readers do not wait for a waiting writer. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class StoreWaitsTest {

  private static final String LOCKED = "embedded-kms: the store is locked by others for too long";
  private static final String INTERRUPTED = "embedded-kms: interrupted while waiting for the store";

  @TempDir Path directory;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private TestDatabase database;

  @AfterEach
  void endThreads() {
    threads.shutdownNow();
  }

  private FaultedStorage open(String kind, Duration timeout) throws SQLException {
    database =
        kind.equals("SQLite")
            ? TestDatabase.sqlite(directory.resolve("keys.db"))
            : TestDatabase.postgres();
    return new FaultedStorage(
        database, database.builder().maximumStaleness(Duration.ZERO).timeout(timeout));
  }

  /** Another node that has begun to write and does not continue. */
  private Connection stuckWriter() throws SQLException {
    Connection other = database.connect();
    if (database.isSqlite()) {
      Dialect.execute(other, "BEGIN IMMEDIATE");
    } else {
      other.setAutoCommit(false);
      Dialect.execute(other, "SELECT * FROM kms_store FOR UPDATE");
    }
    return other;
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void read_writerWaitsForAnotherNode_continues(String kind) throws Exception {
    try (FaultedStorage node = open(kind, Duration.ofSeconds(60));
        Connection other = stuckWriter()) {
      List<Future<Boolean>> changes = waitingChanges(node);
      for (int i = 0; i < 100; i++) {
        assertThat(Contents.of(node.storage()).keys()).containsOnlyKeys("key");
      }
      assertThat(changes).noneMatch(Future::isDone);
      end(other);
      assertThat(changes.get(0).get()).isTrue();
      assertThat(changes.get(1).get()).isTrue();
      assertThat(Contents.of(node.storage()).keys()).containsOnlyKeys("key", "first", "second");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void fetchMaterial_writerWaitsForAnotherNode_continues(String kind) throws Exception {
    try (FaultedStorage node = open(kind, Duration.ofSeconds(60))) {
      try (SealedKeyStorage another =
          database.builder().rootKey(RootKey.unsealedForTests()).open()) {
        another.apply(Change.put(FaultedStorage.key("foreign")));
      }
      try (Connection other = stuckWriter()) {
        List<Future<Boolean>> changes = waitingChanges(node);
        KeyEntry foreign = node.storage().key(Contents.address("foreign")).orElseThrow();
        assertThat(foreign.currentMaterial().<Integer, RuntimeException>lend(raw -> raw.length))
            .isEqualTo(32);
        assertThat(changes).noneMatch(Future::isDone);
        end(other);
        assertThat(changes.get(0).get()).isTrue();
        assertThat(changes.get(1).get()).isTrue();
      }
    }
  }

  /** Starts two changes of one node: one holds the writers' lock, and the other waits for it. */
  private List<Future<Boolean>> waitingChanges(FaultedStorage node) throws SQLException {
    List<Future<Boolean>> changes = new ArrayList<>();
    for (String id : List.of("first", "second")) {
      changes.add(threads.submit(() -> node.storage().apply(Change.put(FaultedStorage.key(id)))));
    }
    awaitOneWaiting(node, changes);
    // That may have been the short wait for the copy, which both changes begin with. It is served
    // in order of arrival, so after this read only the wait for the writers' lock is left.
    node.key();
    awaitOneWaiting(node, changes);
    if (!database.isSqlite()) {
      awaitLockWait();
    }
    return changes;
  }

  private static void awaitOneWaiting(FaultedStorage node, List<Future<Boolean>> changes) {
    while (node.storage().waiting() != 1) {
      assertThat(changes).noneMatch(Future::isDone);
    }
  }

  /** Waits until a connection to the server waits for a lock. */
  private void awaitLockWait() throws SQLException {
    while (database.number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0) {
      Thread.onSpinWait();
    }
  }

  private static void end(Connection other) throws SQLException {
    if (other.getAutoCommit()) {
      Dialect.execute(other, "ROLLBACK");
    } else {
      other.rollback();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void change_interruptedWhileAnotherNodeWrites_fails_andNextCallWorks(String kind)
      throws Exception {
    try (FaultedStorage node = open(kind, Duration.ofSeconds(60));
        Connection other = stuckWriter()) {
      AtomicBoolean stillInterrupted = new AtomicBoolean();
      CountDownLatch begun = new CountDownLatch(1);
      Future<?> change =
          threads.submit(
              () -> {
                begun.countDown();
                try {
                  node.change();
                } finally {
                  stillInterrupted.set(Thread.currentThread().isInterrupted());
                }
              });
      begun.await();
      // The interrupt arrives before or during the wait.
      change.cancel(true);
      threads.shutdown();
      assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
      assertThat(stillInterrupted).isTrue();
      end(other);
      assertThat(node.change()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void change_interruptedBefore_failsWithoutWaiting(String kind) throws Exception {
    try (FaultedStorage node = open(kind, Duration.ofSeconds(60));
        Connection other = stuckWriter()) {
      Thread.currentThread().interrupt();
      KeyEntry key = node.key();
      assertThatThrownBy(
              () -> node.assertChangeRefused(key, StoreUnavailableException.class, "none"))
          .hasMessageContaining(INTERRUPTED);
      assertThat(Thread.interrupted()).isTrue();
      end(other);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void change_manyWritersWhileAnotherNodeHoldsLock_allTimeOut(String kind) throws Exception {
    try (FaultedStorage node = open(kind, Duration.ofSeconds(1));
        Connection other = stuckWriter()) {
      Contents before = node.stored();
      KeyEntry key = node.key();
      List<Future<?>> changes = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        changes.add(
            threads.submit(
                () ->
                    node.storage()
                        .apply(Change.put(key.changed(next -> next.description("changed"))))));
      }
      for (Future<?> change : changes) {
        assertThatThrownBy(change::get)
            .isInstanceOf(ExecutionException.class)
            .cause()
            .isInstanceOf(StoreUnavailableException.class)
            .message()
            .isIn(LOCKED, "embedded-kms: the store is in use by other threads for too long");
      }
      end(other);
      node.assertWorksAgain(before);
    }
  }

  /** A writer that came first is not overtaken by readers that keep coming back. */
  @Test
  void change_manyReaders_isNotStarved() throws Exception {
    try (FaultedStorage node = open("SQLite", Duration.ofSeconds(60))) {
      AtomicBoolean finished = new AtomicBoolean();
      AtomicInteger reads = new AtomicInteger();
      List<Future<?>> readers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        readers.add(
            threads.submit(
                () -> {
                  while (!finished.get()) {
                    node.key();
                    reads.incrementAndGet();
                  }
                }));
      }
      while (reads.get() < 50) {
        assertThat(readers).noneMatch(Future::isDone);
      }
      for (int i = 0; i < 20; i++) {
        assertThat(node.change()).isTrue();
      }
      finished.set(true);
      for (Future<?> reader : readers) {
        reader.get();
      }
    }
  }

  @Test
  void read_tableLocked_timesOutWithRetryableServiceError() throws Exception {
    try (FaultedStorage node = open("PostgreSQL", Duration.ofSeconds(1));
        Connection other = database.connect()) {
      LocalKeyProvider kms = LocalKeyProvider.builder().storage(node.storage()).build();
      String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
      other.setAutoCommit(false);
      Dialect.execute(other, "LOCK TABLE kms_store IN ACCESS EXCLUSIVE MODE");
      assertThatThrownBy(() -> kms.describeKey(b -> b.keyId(keyId)))
          .isInstanceOf(KmsInternalException.class)
          .hasMessage(LOCKED);
      assertThatThrownBy(() -> kms.createKey(b -> {}))
          .isInstanceOf(KmsInternalException.class)
          .hasMessage(LOCKED);
      other.rollback();
      assertThat(kms.describeKey(b -> b.keyId(keyId)).keyMetadata().keyId()).isEqualTo(keyId);
    }
  }

  @Test
  void close_tableLocked_returns() throws Exception {
    try (FaultedStorage node = open("PostgreSQL", Duration.ofSeconds(2));
        Connection other = database.connect()) {
      other.setAutoCommit(false);
      Dialect.execute(other, "LOCK TABLE kms_store IN ACCESS EXCLUSIVE MODE");
      Future<KeyEntry> read = threads.submit(() -> node.key());
      awaitLockWait();
      node.storage().close();
      assertThatThrownBy(read::get).isInstanceOf(ExecutionException.class);
      assertThatThrownBy(node::key)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the key storage is closed");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void read_afterPauseOfVirtualMachine_refreshesCopy(String kind) throws Exception {
    open(kind, Duration.ofSeconds(60)).close();
    long[] wallClock = {1_000_000};
    try (SealedKeyStorage storage =
            database
                .builder()
                .rootKey(RootKey.unsealedForTests())
                // The JVM's own clock stands still.
                .nanoTime(() -> 0)
                .wallClockMillis(() -> wallClock[0])
                .maximumStaleness(Duration.ofSeconds(1))
                .open();
        SealedKeyStorage other = database.builder().rootKey(RootKey.unsealedForTests()).open()) {
      KeyEntry key = storage.key(Contents.address("key")).orElseThrow();
      other.apply(
          Change.put(
              other.key(key.address()).orElseThrow().changed(next -> next.description("changed"))));
      assertThat(storage.key(key.address())).contains(key);
      wallClock[0] += 2_000;
      assertThat(storage.key(key.address()).orElseThrow().description()).isEqualTo("changed");
      wallClock[0] -= 1_000;
      other.apply(
          Change.put(
              other.key(key.address()).orElseThrow().changed(next -> next.description("again"))));
      // A clock that was set back says nothing about the age of the copy.
      assertThat(storage.key(key.address()).orElseThrow().description()).isEqualTo("again");
    }
  }
}
