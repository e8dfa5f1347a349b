package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.embeddedkms.store.fixture.TestGrants;
import io.github.embeddedkms.store.process.Contents;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Grants are stored, and listed and counted by each of their groups, in every storage. */
@Timeout(120)
class GrantStorageTest {

  private static final Address KEY = Contents.address("11111111-1111-1111-1111-111111111111");
  private static final Address OTHER_KEY = Contents.address("22222222-2222-2222-2222-222222222222");
  private static final String ALICE = "arn:aws:iam::000000000000:user/alice";
  private static final String BOB = "arn:aws:iam::000000000000:user/bob";
  private static final int MANY = 1_000;

  @TempDir Path directory;

  private TestDatabase database;

  private KeyStorage open(String kind) throws SQLException {
    if (kind.equals("memory")) {
      return KeyStorage.inMemory();
    }
    database =
        kind.equals("SQLite")
            ? TestDatabase.sqlite(directory.resolve("keys.db"))
            : TestDatabase.postgres();
    return database.open(Duration.ZERO);
  }

  /** Returns the storage as a node finds it that opens it now; memory is kept. */
  private KeyStorage reopened(KeyStorage storage) {
    if (database == null) {
      return storage;
    }
    storage.close();
    return database.open(Duration.ZERO);
  }

  private static void put(KeyStorage storage, List<GrantEntry> grants) {
    assertThat(storage.apply(new Change(List.copyOf(grants), List.of(), List.of()))).isTrue();
  }

  private static List<GrantEntry> list(KeyStorage storage, Address group) {
    List<GrantEntry> all = storage.entriesOf(GrantEntry.KIND, group, "", Integer.MAX_VALUE);
    assertThat(storage.countOf(GrantEntry.KIND, group)).isEqualTo(all.size());
    return all;
  }

  private static Address sameAs(GrantEntry grant) {
    return GrantEntry.byFingerprint(grant.key(), grant.grant().fingerprint());
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "SQLite", "PostgreSQL"})
  void grants_putAndRemoved_areListedByEveryGroup_inTheOrderOfCreation(String kind)
      throws SQLException {
    GrantEntry last = TestGrants.of(KEY, 300, ALICE, "", "name", BOB);
    GrantEntry first = TestGrants.of(KEY, 2, ALICE, "Tenant=a", null, null);
    GrantEntry second = TestGrants.of(KEY, 16, BOB, "tenant=a", "name", BOB);
    GrantEntry other = TestGrants.of(OTHER_KEY, 17, ALICE, "", "name", BOB);
    KeyStorage storage = open(kind);
    put(storage, List.of(last, other, first, second));
    for (int opened = 0; opened < 2; opened++) {
      assertThat(storage.entry(GrantEntry.KIND, second.address())).hasValue(second);
      assertThat(storage.key(second.address())).isEmpty();
      assertThat(list(storage, KEY)).containsExactly(first, second, last);
      assertThat(list(storage, OTHER_KEY)).containsExactly(other);
      assertThat(list(storage, GrantEntry.byGrantee(KEY, ALICE))).containsExactly(first, last);
      assertThat(list(storage, GrantEntry.byGrantee(KEY, BOB))).containsExactly(second);
      assertThat(list(storage, GrantEntry.byConstraints(KEY, ALICE, first.grant().constraintKey())))
          .containsExactly(first);
      assertThat(list(storage, GrantEntry.byConstraints(KEY, ALICE, ""))).containsExactly(last);
      assertThat(list(storage, sameAs(second))).containsExactly(second);
      assertThat(list(storage, sameAs(last))).containsExactly(last);
      assertThat(list(storage, GrantEntry.byRetirer(Contents.REGION, BOB)))
          .containsExactly(second, other, last);
      assertThat(list(storage, GrantEntry.byRetirer("eu-west-1", BOB))).isEmpty();
      assertThat(list(storage, GrantEntry.byGrantee(OTHER_KEY, BOB))).isEmpty();
      assertThat(storage.entriesOf(GrantEntry.KIND, KEY, first.position(), 1))
          .containsExactly(second);
      assertThat(storage.entriesOf(GrantEntry.KIND, KEY, last.position(), 1)).isEmpty();
      assertThat(storage.countOf(AliasEntry.KIND, KEY)).isZero();
      storage = reopened(storage);
    }
    assertThat(storage.apply(Change.remove(List.of(second)))).isTrue();
    assertThat(storage.apply(Change.remove(List.of(second)))).isFalse();
    storage = reopened(storage);
    assertThat(list(storage, KEY)).containsExactly(first, last);
    assertThat(list(storage, GrantEntry.byGrantee(KEY, BOB))).isEmpty();
    assertThat(list(storage, sameAs(second))).isEmpty();
    assertThat(list(storage, sameAs(last))).containsExactly(last);
    assertThat(list(storage, GrantEntry.byRetirer(Contents.REGION, BOB)))
        .containsExactly(other, last);
    storage.close();
    KeyStorage closed = storage;
    assertThatIllegalStateException().isThrownBy(() -> closed.countOf(GrantEntry.KIND, KEY));
  }

  /** A change that removes a key with many grants, or a part of them. */
  @ParameterizedTest
  @ValueSource(strings = {"memory", "SQLite", "PostgreSQL"})
  void manyGrants_removedByOneChange_areGone(String kind) throws SQLException {
    KeyStorage storage = open(kind);
    List<GrantEntry> grants = TestGrants.plain(KEY, 0, MANY + 1);
    put(storage, grants);
    storage = reopened(storage);
    assertThat(list(storage, KEY)).containsExactlyElementsOf(grants);
    assertThat(storage.apply(Change.remove(list(storage, KEY).subList(0, MANY)))).isTrue();
    assertThat(list(storage, KEY)).containsExactly(grants.get(MANY));
    storage = reopened(storage);
    assertThat(list(storage, KEY)).containsExactly(grants.get(MANY));
    storage.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "SQLite", "PostgreSQL"})
  void apply_groupHasAsManyAsTheLimit_isRefused(String kind) throws SQLException {
    KeyStorage storage = open(kind);
    GrantEntry one = TestGrants.of(KEY, 1, ALICE, "", "name", null);
    GrantEntry two = TestGrants.of(KEY, 2, ALICE, "", "name", null);
    Address name = sameAs(one);
    assertThat(storage.apply(Change.put(one).ifKeyHasFewerThan(1, GrantEntry.KIND, name))).isTrue();
    assertThat(storage.apply(Change.put(two).ifKeyHasFewerThan(1, GrantEntry.KIND, name)))
        .isFalse();
    assertThat(storage.apply(Change.put(two).ifKeyHasFewerThan(2, GrantEntry.KIND, name))).isTrue();
    storage = reopened(storage);
    assertThat(
            storage.apply(Change.remove(List.of(two)).ifKeyHasFewerThan(2, GrantEntry.KIND, KEY)))
        .isFalse();
    assertThat(
            storage.apply(Change.remove(List.of(two)).ifKeyHasFewerThan(3, GrantEntry.KIND, KEY)))
        .isTrue();
    assertThat(list(storage, name)).containsExactly(one);
    storage.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "SQLite", "PostgreSQL"})
  void limit_changesOfSeveralThreads_isNeverExceeded(String kind) throws Exception {
    KeyStorage storage = open(kind);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<Boolean>> results = new ArrayList<>();
    for (GrantEntry grant : TestGrants.plain(KEY, 0, 40)) {
      Change change = Change.put(grant).ifKeyHasFewerThan(10, GrantEntry.KIND, KEY);
      results.add(threads.submit(() -> storage.apply(change)));
    }
    int applied = 0;
    for (Future<Boolean> result : results) {
      applied += result.get() ? 1 : 0;
    }
    threads.shutdown();
    assertThat(applied).isEqualTo(10);
    assertThat(list(storage, KEY)).hasSize(10);
    storage.close();
  }
}
