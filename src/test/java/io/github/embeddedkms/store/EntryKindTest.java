package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.store.fixture.TestKeys;
import io.github.embeddedkms.store.process.Contents;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A kind of entry that exists only in the tests is handled as keys and aliases are. */
class EntryKindTest {

  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.089Z");
  private static final List<EntryKind<?>> KINDS =
      List.of(KeyEntry.KIND, AliasEntry.KIND, NoteEntry.KIND);
  private static final Address KEY = Contents.address("key");
  private static final Address OTHER_KEY = Contents.address("other");
  private static final NoteEntry ONE =
      new NoteEntry(Contents.address("note/1"), 1, "key", "first", null);
  private static final NoteEntry TWO =
      new NoteEntry(Contents.address("note/2"), 1, "key", "second", NOW.plusSeconds(5));

  @TempDir Path directory;

  private KeyStorage open(String kind) throws SQLException {
    return switch (kind) {
      case "memory" -> new InMemoryKeyStorage(KINDS);
      case "SQLite" -> open(TestDatabase.sqlite(directory.resolve("keys.db")));
      default -> open(TestDatabase.postgres());
    };
  }

  private static SealedKeyStorage open(TestDatabase database) {
    return database
        .builder()
        .rootKey(RootKey.unsealedForTests())
        .maximumStaleness(Duration.ZERO)
        .kinds(KINDS)
        .open();
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "SQLite", "PostgreSQL"})
  void notes_putFoundListedChangedRemoved_behaveLikeOtherEntries(String kind) throws SQLException {
    try (KeyStorage storage = open(kind)) {
      assertThat(storage.apply(new Change(List.of(TWO, ONE), List.of(), List.of()))).isTrue();
      assertThat(storage.apply(Change.put(ONE))).isFalse();
      assertThat(storage.entry(NoteEntry.KIND, ONE.address())).hasValue(ONE);
      assertThat(storage.entry(KeyEntry.KIND, ONE.address())).isEmpty();
      assertThat(storage.entriesAfter(NoteEntry.KIND, Contents.address(""), 10))
          .containsExactly(ONE, TWO);
      assertThat(storage.entriesAfter(NoteEntry.KIND, ONE.address(), 10)).containsExactly(TWO);
      assertThat(storage.entriesOf(NoteEntry.KIND, KEY, "", 1)).containsExactly(ONE);
      assertThat(storage.entriesOf(AliasEntry.KIND, KEY, "", 1)).isEmpty();

      NoteEntry moved = ONE.next("moved", "other", NOW);
      assertThat(storage.apply(Change.replace(ONE, moved))).isTrue();
      assertThat(storage.apply(Change.replace(ONE, moved))).isFalse();
      assertThat(storage.entriesOf(NoteEntry.KIND, KEY, "", 10)).containsExactly(TWO);
      assertThat(storage.entriesOf(NoteEntry.KIND, OTHER_KEY, "", 10)).containsExactly(moved);

      assertThat(storage.apply(Change.remove(List.of(ONE)))).isFalse();
      assertThat(storage.apply(Change.remove(List.of(moved)))).isTrue();
      assertThat(storage.entry(NoteEntry.KIND, ONE.address())).isEmpty();
      assertThat(storage.entriesOf(NoteEntry.KIND, OTHER_KEY, "", 10)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory", "SQLite", "PostgreSQL"})
  void due_entriesOfSeveralKinds_areOrderedByTime(String kind) throws SQLException {
    try (KeyStorage storage = open(kind)) {
      assertThat(storage.nextDue()).isEmpty();
      KeyEntry key =
          TestKeys.symmetric(KEY, NOW)
              .changed(next -> next.deletionDate(NOW.plusSeconds(7)))
              .atVersion(1);
      NoteEntry last = ONE.next("last", "key", NOW.plusSeconds(9)).atVersion(1);
      storage.apply(new Change(List.of(last, key, TWO), List.of(), List.of()));
      assertThat(storage.nextDue()).hasValue(NOW.plusSeconds(5));
      assertThat(storage.due(NOW.plusSeconds(4))).isEmpty();
      assertThat(storage.due(NOW.plusSeconds(8)))
          .extracting(Entry::address)
          .containsExactly(TWO.address(), KEY);
      storage.apply(Change.put(TWO.next("later", "key", NOW.plusSeconds(20))));
      assertThat(storage.due(NOW.plusSeconds(30)))
          .extracting(Entry::address)
          .containsExactly(KEY, last.address(), TWO.address());
      storage.apply(Change.remove(storage.due(NOW.plusSeconds(8))));
      assertThat(storage.nextDue()).hasValue(NOW.plusSeconds(9));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void notes_otherNodeOrReopened_areRead(String kind) throws SQLException {
    TestDatabase database =
        kind.equals("SQLite")
            ? TestDatabase.sqlite(directory.resolve("keys.db"))
            : TestDatabase.postgres();
    try (SealedKeyStorage storage = open(database);
        SealedKeyStorage other = open(database)) {
      storage.apply(new Change(List.of(ONE, TWO), List.of(), List.of()));
      assertThat(other.entry(NoteEntry.KIND, ONE.address())).hasValue(ONE);
      other.apply(Change.remove(List.of(ONE)));
      assertThat(storage.entriesOf(NoteEntry.KIND, KEY, "", 10)).containsExactly(TWO);
    }
    try (SealedKeyStorage storage = open(database)) {
      storage.reseal();
      assertThat(storage.entriesAfter(NoteEntry.KIND, Contents.address(""), 10))
          .containsExactly(TWO);
      assertThat(storage.nextDue()).hasValue(NOW.plusSeconds(5));
    }
  }
}
