package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.fixture.BreakingDataSource;
import io.github.embeddedkms.store.fixture.BreakingDataSource.Lost;
import io.github.embeddedkms.store.process.Contents;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The connection breaks at single steps of a change: here at a third of them, in {@link
 * BreakingConnectionAtEachStepTest} at every one. Afterwards the change has been applied or it has
 * not, nothing is half done, and the storage that met the failure knows which of the two is the
 * case.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class BreakingConnectionTest {

  /** More steps than any change has: a loop that gets this far would never end. */
  private static final int MOST_STEPS = 150;

  @TempDir Path directory;

  /** The first step that breaks. Another third of the steps is tried in each run. */
  private final int first = 1 + new Random().nextInt(stride());

  private TestDatabase database;
  private BreakingDataSource connections;

  /** Returns 1 if every step is to break, 2 for every other one. */
  int stride() {
    return 3;
  }

  private FaultedStorage open(String kind, Lost lost) throws SQLException {
    database =
        kind.equals("SQLite")
            ? TestDatabase.sqlite(directory.resolve("keys.db"))
            : TestDatabase.postgres();
    connections = new BreakingDataSource(database.dataSource(), lost);
    // No copy expires, so an error in a storage's copy would stay and be noticed.
    return new FaultedStorage(
        database, SealedKeyStorage.builder(connections.dataSource()).nanoTime(() -> 0));
  }

  @ParameterizedTest
  @CsvSource({"SQLite, STEP", "SQLite, ANSWER", "PostgreSQL, STEP", "PostgreSQL, ANSWER"})
  void change_connectionBreaks_isAppliedCompletelyOrNotAtAll(String kind, Lost lost)
      throws Exception {
    try (FaultedStorage node = open(kind, lost)) {
      SealedKeyStorage storage = node.storage();
      applyBreakingAtEachStep(node, "create other", () -> Change.put(FaultedStorage.key("other")));
      applyBreakingAtEachStep(
          node, "alias alias/b other", () -> Change.put(FaultedStorage.alias("alias/b", "other")));
      applyBreakingAtEachStep(
          node,
          "disable other",
          () -> {
            KeyEntry key = storage.key(Contents.address("other")).orElseThrow();
            return Change.replace(key, key.changed(next -> next.state(KeyState.DISABLED)));
          });
      applyBreakingAtEachStep(
          node,
          "delete other",
          () ->
              Change.remove(
                  List.of(
                      storage.alias(Contents.address("alias/b")).orElseThrow(),
                      storage.key(Contents.address("other")).orElseThrow())));
      assertThat(database.number("SELECT count(*) FROM kms_material")).isEqualTo(1);
      node.assertWorksAgain(Contents.of(storage));
    }
  }

  private interface ChangeSource {
    Change change();
  }

  private void applyBreakingAtEachStep(
      FaultedStorage node, String description, ChangeSource source) {
    Contents before = node.stored();
    Contents after = before.after(description);
    Contents stored = before;
    for (int step = first; stored.equals(before); step += stride()) {
      assertThat(step).as(description).isLessThan(MOST_STEPS);
      Change change = source.change();
      long sequence = node.storage().sequence();
      connections.breakAt(step);
      boolean acknowledged = false;
      try {
        acknowledged = node.storage().apply(change);
      } catch (StoreUnavailableException e) {
        assertThat(e).hasMessageStartingWith("embedded-kms: the store's ");
      } finally {
        connections.breakNoMore();
      }
      stored = node.stored();
      assertThat(stored).as(description + " at step " + step).isIn(before, after);
      if (acknowledged) {
        assertThat(stored).isEqualTo(after);
      }
      assertThat(Contents.of(node.storage())).isEqualTo(stored);
      assertThat(node.storage().sequence())
          .isEqualTo(stored.equals(before) ? sequence : sequence + 1);
    }
  }

  @ParameterizedTest
  @CsvSource({"SQLite, STEP", "SQLite, ANSWER", "PostgreSQL, STEP", "PostgreSQL, ANSWER"})
  void reseal_repeatedAfterConnectionBreaks_continuesWhereItStopped(String kind, Lost lost)
      throws Exception {
    try (FaultedStorage node = open(kind, lost)) {
      Contents before = node.stored();
      int broken = 0;
      boolean done = false;
      while (!done) {
        assertThat(broken).isLessThan(10 * MOST_STEPS);
        connections.breakAt(first + broken * stride());
        try {
          node.storage().reseal();
          done = true;
        } catch (StoreUnavailableException e) {
          broken++;
        } finally {
          connections.breakNoMore();
        }
        assertThat(node.stored()).isEqualTo(before);
        assertThat(Contents.of(node.storage())).isEqualTo(before);
      }
      assertThat(broken).isGreaterThanOrEqualTo(11 / stride());
      assertThat(database.number("SELECT count(*) FROM kms_store_key")).isEqualTo(1);
      assertThat(database.number("SELECT min(epoch) FROM kms_material"))
          .isEqualTo(database.number("SELECT epoch FROM kms_store"))
          .isEqualTo(database.number("SELECT min(epoch) FROM kms_item"));
      node.assertWorksAgain(before);
    }
  }

  @ParameterizedTest
  @CsvSource({"SQLite, STEP", "SQLite, ANSWER", "PostgreSQL, STEP", "PostgreSQL, ANSWER"})
  void changeRootKey_connectionBreaks_oneRootKeyFits_andRetrySucceeds(String kind, Lost lost)
      throws Exception {
    try (FaultedStorage node = open(kind, lost);
        RootKey old = RootKey.unsealedForTests();
        RootKey next = ChangingNode.rootKey(1)) {
      boolean done = false;
      for (int step = first; !done; step += stride()) {
        assertThat(step).isLessThan(MOST_STEPS);
        connections.breakAt(step);
        try {
          node.storage().changeRootKey(next);
          done = true;
        } catch (StoreUnavailableException e) {
          assertThat(isOpenedBy(old)).isNotEqualTo(isOpenedBy(next));
        } finally {
          connections.breakNoMore();
        }
      }
      assertThat(isOpenedBy(old)).isFalse();
      assertThat(isOpenedBy(next)).isTrue();
      node.storage().reseal();
      assertThat(isOpenedBy(next)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"SQLite, STEP", "SQLite, ANSWER", "PostgreSQL, STEP", "PostgreSQL, ANSWER"})
  void compact_connectionBreaks_isDoneCompletelyOrNotAtAll(String kind, Lost lost)
      throws Exception {
    try (FaultedStorage node = open(kind, lost)) {
      for (int i = 0; i < 3; i++) {
        node.storage().apply(Change.put(FaultedStorage.alias("alias/" + i, "key")));
        node.storage()
            .apply(
                Change.remove(
                    List.of(node.storage().alias(Contents.address("alias/" + i)).orElseThrow())));
      }
      Contents before = node.stored();
      long sequence = node.storage().sequence();
      long tombstones = 3;
      int broken = 0;
      while (tombstones > 0) {
        assertThat(broken).isLessThan(MOST_STEPS);
        connections.breakAt(first + broken * stride());
        int removed = 0;
        try {
          removed = node.storage().compact();
        } catch (StoreUnavailableException e) {
          broken++;
        } finally {
          connections.breakNoMore();
        }
        tombstones = database.number("SELECT count(*) FROM kms_item WHERE kind = 3");
        assertThat(tombstones).isIn(0L, 3L);
        assertThat(removed).isIn(0, 3);
        assertThat(database.number("SELECT floor FROM kms_store"))
            .isEqualTo(tombstones == 0 ? sequence : 0);
        assertThat(node.stored()).isEqualTo(before);
        assertThat(Contents.of(node.storage())).isEqualTo(before);
        assertThat(node.storage().sequence()).isEqualTo(sequence + (tombstones == 0 ? 1 : 0));
      }
      assertThat(broken).isGreaterThanOrEqualTo(5 / stride());
      assertThat(node.storage().compact()).isZero();
      node.assertWorksAgain(before);
    }
  }

  @ParameterizedTest
  @CsvSource({"SQLite, STEP", "SQLite, ANSWER", "PostgreSQL, STEP", "PostgreSQL, ANSWER"})
  void open_connectionBreaks_olderStoreIsMigratedCompletelyOrNotAtAll(String kind, Lost lost)
      throws Exception {
    open(kind, lost).close();
    database = database.numbered(1);
    Contents before;
    try (FaultedStorage first =
        new FaultedStorage(database, database.builder().schema(StoreTables.FIRST))) {
      before = Contents.of(first.storage());
    }
    long sequence = database.number("SELECT sequence FROM kms_store");
    connections = new BreakingDataSource(database.dataSource(), lost);
    boolean done = false;
    for (int step = first; !done; step += stride()) {
      assertThat(step).isLessThan(MOST_STEPS);
      connections.breakAt(step);
      try {
        SealedKeyStorage.builder(connections.dataSource())
            .rootKey(RootKey.unsealedForTests())
            .open()
            .close();
        done = true;
      } catch (StoreUnavailableException e) {
        assertThat(e).hasMessageStartingWith("embedded-kms: the store's ");
      } finally {
        connections.breakNoMore();
      }
      long schema = database.number("SELECT schema_version FROM kms_store");
      assertThat(schema).isIn(1L, 2L);
      assertThat(database.number("SELECT sequence FROM kms_store"))
          .isEqualTo(sequence + schema - 1);
      Schema currentSchema = schema == 1 ? StoreTables.FIRST : Schema.current();
      try (SealedKeyStorage reader =
          database.builder().schema(currentSchema).rootKey(RootKey.unsealedForTests()).open()) {
        assertThat(Contents.of(reader)).isEqualTo(before);
      }
    }
    assertThat(database.number("SELECT schema_version FROM kms_store")).isEqualTo(2);
  }

  private boolean isOpenedBy(RootKey key) {
    try (SealedKeyStorage storage = database.builder().rootKey(key).open()) {
      assertThat(Contents.of(storage).keys()).hasSize(1);
      return true;
    } catch (WrongRootKeyException e) {
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({"SQLite, STEP", "SQLite, ANSWER", "PostgreSQL, STEP", "PostgreSQL, ANSWER"})
  void open_connectionBreaks_newStoreIsCreatedCompletelyOrNotAtAll(String kind, Lost lost)
      throws Exception {
    open(kind, lost).close();
    for (int step = first; true; step += stride()) {
      assertThat(step).isLessThan(MOST_STEPS);
      TestDatabase fresh = database.numbered(step);
      BreakingDataSource breaking = new BreakingDataSource(fresh.dataSource(), lost);
      SealedKeyStorageBuilder builder =
          SealedKeyStorage.builder(breaking.dataSource()).rootKey(RootKey.unsealedForTests());
      breaking.breakAt(step);
      try {
        builder.open().close();
        break;
      } catch (StoreUnavailableException e) {
        assertThat(fresh.tables()).isIn(0L, 4L);
      } finally {
        breaking.breakNoMore();
      }
      try (SealedKeyStorage storage = fresh.builder().rootKey(RootKey.unsealedForTests()).open()) {
        assertThat(storage.apply(Change.put(FaultedStorage.key("key")))).isTrue();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"SQLite", "PostgreSQL"})
  void reseal_rootKeyChangedByAnotherNode_doesNotSealUnderTheOldKey(String kind) throws Exception {
    try (FaultedStorage node = open(kind, Lost.STEP);
        RootKey next = ChangingNode.rootKey(1)) {
      try (SealedKeyStorage other = database.builder().rootKey(RootKey.unsealedForTests()).open()) {
        other.changeRootKey(next);
      }
      assertThatExceptionOfType(WrongRootKeyException.class)
          .isThrownBy(() -> node.storage().reseal());
      assertThat(isOpenedBy(next)).isTrue();
      assertThat(node.change()).isTrue();
    }
  }
}
