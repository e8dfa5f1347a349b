package io.github.embeddedkms.store;

import static io.github.embeddedkms.store.AttackedStore.ALIAS;
import static io.github.embeddedkms.store.AttackedStore.DISABLED;
import static io.github.embeddedkms.store.AttackedStore.ENABLED;
import static io.github.embeddedkms.store.AttackedStore.OTHER_ALIAS;
import static io.github.embeddedkms.store.AttackedStore.PENDING;
import static io.github.embeddedkms.store.AttackedStore.SM4;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.StoreTables.Row;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Any single edit of any table is harmless or refused: no node ever gives another answer because of
 * it, neither one that is opened afterwards nor one that was running and writes on.
 */
class TamperedStoreProperties {

  private enum Kind {
    /** A bit of a blob, a number, a character. */
    CHANGE,
    DELETE,
    /** The value of the same column in another row. */
    COPY_VALUE,
    /** The values of all columns of another row, but for where the row stands. */
    COPY_CONTENT,
    /** A row, or one of its columns, of an earlier time; or of another store. */
    PUT_BACK,
    PUT_BACK_VALUE
  }

  /** What is done, to which row and column (by number), and with which of what there is. */
  private record Edit(Kind kind, String table, int row, int column, int which) {}

  private static final List<String> PLACE =
      List.of("account", "region", "id", "key_id", "material_id");

  private static TemporaryFolder folder;
  private static AttackedStore store;

  /** The store as it was after each change, the newest last; and another one. */
  private static final List<Map<String, List<Row>>> TIMES = new ArrayList<>();

  private static Map<String, List<Row>> newest;
  private static Map<String, String> answers;

  /** How many edits of each kind were refused: if none, the property says nothing. */
  private static final Map<Kind, AtomicInteger> REFUSED = new EnumMap<>(Kind.class);

  @BeforeContainer
  static void makeStore() {
    folder = TemporaryFolder.create("tampered-");
    TIMES.add(AttackedStore.inFile(folder.resolve("other.db")).filled().tables.everything());
    store = AttackedStore.inFile(folder.resolve("keys.db")).filled();
    try (SealedKeyStorage node = store.open()) {
      for (Consumer<SealedKeyStorage> write : WRITES) {
        TIMES.add(store.tables.everything());
        write.accept(node);
      }
    }
    newest = store.tables.everything();
    answers = store.answers();
    for (Kind kind : Kind.values()) {
      REFUSED.put(kind, new AtomicInteger());
    }
  }

  @AfterContainer
  static void cleanUp() {
    folder.close();
    assertThat(REFUSED).allSatisfy((kind, count) -> assertThat(count).hasPositiveValue());
  }

  /** Changes of every kind, each of which can be made again and again. */
  private static final List<Consumer<SealedKeyStorage>> WRITES =
      List.of(
          node -> AttackedStore.retarget(node, OTHER_ALIAS, ENABLED),
          TamperedStoreProperties::disableOrEnable,
          node -> AttackedStore.retarget(node, ALIAS, DISABLED),
          node ->
              AttackedStore.change(
                  node, PENDING, key -> key.state(KeyState.DISABLED).deletionDate(null)),
          node ->
              node.key(SM4)
                  .ifPresentOrElse(
                      key -> node.apply(Change.remove(List.of(key))),
                      () -> node.apply(Change.put(AttackedStore.newKey(SM4, Suite.XSM4_GCM)))));

  private static void disableOrEnable(SealedKeyStorage node) {
    boolean enabled = node.key(ENABLED).orElseThrow().state() == KeyState.ENABLED;
    AttackedStore.change(
        node, ENABLED, key -> key.state(enabled ? KeyState.DISABLED : KeyState.ENABLED));
  }

  @Provide
  Arbitrary<Edit> edits() {
    Arbitrary<Integer> number = Arbitraries.integers().between(0, 1_000);
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            // Most of the rows are here.
            Arbitraries.frequency(
                Tuple.of(2, StoreTables.HEAD),
                Tuple.of(1, StoreTables.STORE_KEY),
                Tuple.of(6, StoreTables.ITEM),
                Tuple.of(3, StoreTables.MATERIAL)),
            number,
            number,
            number)
        .as(Edit::new);
  }

  @Property(tries = 600, edgeCases = EdgeCasesMode.NONE)
  void editOfAStore_isHarmlessOrRefused_byWhoOpensIt(@ForAll("edits") Edit edit) {
    if (isMade(edit)) {
      Map<String, String> after = store.answers();
      assertSameOrRefused(after, answers);
      if (!after.equals(answers)) {
        REFUSED.get(edit.kind).incrementAndGet();
      }
    }
    store.tables.putEverything(newest);
  }

  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
  void editOfAStore_isHarmlessOrRefused_byARunningNode_whoseWritesDoNotMakeItGood(
      @ForAll("edits") Edit edit, @ForAll("writes") List<Integer> writes) {
    try (SealedKeyStorage node = store.open()) {
      assertThat(AttackedStore.answers(node)).isEqualTo(answers);
      if (isMade(edit)) {
        store.advanceClock();
        Map<String, String> running = AttackedStore.answers(node);
        assertSameOrRefused(running, answers);
        for (int write : writes) {
          try {
            WRITES.get(write).accept(node);
          } catch (KeyStorageException e) {
            // What it would have replaced is not what it has seen.
            assertThat(e).isNotInstanceOf(StoreUnavailableException.class);
          }
        }
        Map<String, String> written = AttackedStore.answers(node);
        written.replaceAll(
            (question, answer) -> answer.startsWith("refused") ? answers.get(question) : answer);
        assertSameOrRefused(store.answers(), written);
      }
    }
    store.tables.putEverything(newest);
  }

  @Provide
  Arbitrary<List<Integer>> writes() {
    return Arbitraries.integers().between(0, WRITES.size() - 1).list().ofMinSize(1).ofMaxSize(4);
  }

  private static void assertSameOrRefused(Map<String, String> after, Map<String, String> before) {
    after.forEach(
        (question, answer) -> {
          if (!answer.startsWith("refused: embedded-kms: ")) {
            assertThat(answer).as(question).isEqualTo(before.get(question));
          }
        });
  }

  /** Makes an edit; false if the database does not allow it. */
  private static boolean isMade(Edit edit) {
    List<Row> rows = new ArrayList<>(store.tables.rows(edit.table));
    int number = edit.row % rows.size();
    Row row = rows.get(number);
    List<String> columns = List.copyOf(row.columns().keySet());
    String column = columns.get(edit.column % columns.size());
    List<Row> older = TIMES.get(edit.which % TIMES.size()).get(edit.table);
    Row other = rows.get(edit.which % rows.size());
    Row then = older.get(edit.row % older.size());
    switch (edit.kind) {
      case CHANGE -> rows.set(number, row.with(column, changed(row.get(column), edit.which)));
      case DELETE -> rows.remove(number);
      case COPY_VALUE -> rows.set(number, row.with(column, other.get(column)));
      case COPY_CONTENT -> rows.set(number, inPlaceOf(row, other));
      case PUT_BACK -> {
        rows.removeIf(each -> place(each).equals(place(then)));
        rows.add(then);
      }
      case PUT_BACK_VALUE -> rows.set(number, row.with(column, then.get(column)));
    }
    try {
      store.tables.putAll(edit.table, rows);
      return true;
    } catch (AssertionError e) {
      // Two rows in one place, or not the only one.
      return false;
    }
  }

  private static Row inPlaceOf(Row row, Row content) {
    Row result = content;
    for (String column : PLACE) {
      if (row.columns().containsKey(column)) {
        result = result.with(column, row.get(column));
      }
    }
    return result;
  }

  private static String place(Row row) {
    StringBuilder place = new StringBuilder();
    for (String column : PLACE) {
      Object value = row.columns().get(column);
      place.append(value instanceof byte[] bytes ? StoreTables.hex(bytes) : value).append(' ');
    }
    return place.append(row.columns().containsKey("key_check") ? row.get("epoch") : "").toString();
  }

  private static Object changed(Object value, int how) {
    if (value instanceof byte[] bytes) {
      byte[] changed = bytes.length == 0 ? new byte[1] : bytes.clone();
      changed[how % changed.length] ^= (byte) (1 << how % 8);
      return changed;
    }
    if (value instanceof String text) {
      int at = how % text.length();
      return text.substring(0, at) + (char) (text.charAt(at) ^ 1) + text.substring(at + 1);
    }
    return how % 2 == 0 ? ((Number) value).longValue() + 1 + how / 2 : -1L - how / 2;
  }
}
