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
import io.github.embeddedkms.store.fixture.TemporaryFolder;
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
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Any single edit of any table is harmless or refused: no node ever returns a different result
 * because of it, neither a node that is opened afterwards nor one that was running and continues to
 * write.
 */
class TamperedStoreProperties {

  private enum Kind {
    /** A bit of a blob, a number or a character is changed. */
    CHANGE,
    DELETE,
    /** The value of the same column in another row is copied. */
    COPY_VALUE,
    /** The values of all columns of another row are copied, except those that identify the row. */
    COPY_CONTENT,
    /** A row, or one of its columns, is replaced by that of an earlier time or of another store. */
    PUT_BACK,
    PUT_BACK_VALUE
  }

  /**
   * The kind of edit, its table, row and column (by number), and a number that selects the source.
   */
  private record Edit(Kind kind, String table, int row, int column, int which) {}

  private static final List<String> ADDRESS_COLUMNS =
      List.of("account", "region", "id", "key_id", "material_id");

  private static TemporaryFolder folder;
  private static AttackedStore store;

  /** The store as it was after each change, the newest last, and one other store. */
  private static final List<Map<String, List<Row>>> STATES = new ArrayList<>();

  private static Map<String, List<Row>> newest;
  private static Map<String, String> answers;

  /** The number of refused edits of each kind: with none, the property would show nothing. */
  private static final Map<Kind, AtomicInteger> REFUSED = new EnumMap<>(Kind.class);

  @BeforeContainer
  static void createStore() {
    folder = TemporaryFolder.create("tampered-");
    STATES.add(AttackedStore.inFile(folder.resolve("other.db")).filled().tables.everything());
    store = AttackedStore.inFile(folder.resolve("keys.db")).filled();
    try (SealedKeyStorage node = store.open()) {
      for (Consumer<SealedKeyStorage> write : WRITES) {
        STATES.add(store.tables.everything());
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

  /** Changes of every kind, each of which can be repeated any number of times. */
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
            // Old values are often the present ones, and then nothing is refused.
            Arbitraries.frequency(
                Tuple.of(1, Kind.CHANGE),
                Tuple.of(1, Kind.DELETE),
                Tuple.of(3, Kind.COPY_VALUE),
                Tuple.of(1, Kind.COPY_CONTENT),
                Tuple.of(1, Kind.PUT_BACK),
                Tuple.of(3, Kind.PUT_BACK_VALUE)),
            // Items are chosen most often, because most rows are there.
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

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void open_anyEdit_isHarmlessOrRefused(@ForAll("edits") Edit edit) {
    open(edit);
  }

  @Tag("thorough")
  @Property(tries = 600, edgeCases = EdgeCasesMode.NONE)
  void open_manyEdits_areHarmlessOrRefused(@ForAll("edits") Edit edit) {
    open(edit);
  }

  private static void open(Edit edit) {
    if (isApplied(edit)) {
      Map<String, String> after = store.answers();
      assertSameOrRefused(after, answers);
      if (!after.equals(answers)) {
        REFUSED.get(edit.kind).incrementAndGet();
      }
    }
    store.tables.putEverything(newest);
  }

  @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
  void runningNode_anyEdit_isHarmlessOrRefused_andWritesDoNotMakeItValid(
      @ForAll("edits") Edit edit, @ForAll("writes") List<Integer> writes) {
    editWhileRunning(edit, writes);
  }

  @Tag("thorough")
  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
  void runningNode_manyEdits_areHarmlessOrRefused_andWritesDoNotMakeThemValid(
      @ForAll("edits") Edit edit, @ForAll("writes") List<Integer> writes) {
    editWhileRunning(edit, writes);
  }

  private static void editWhileRunning(Edit edit, List<Integer> writes) {
    try (SealedKeyStorage node = store.open()) {
      assertThat(AttackedStore.answers(node)).isEqualTo(answers);
      if (isApplied(edit)) {
        store.advanceClock();
        Map<String, String> running = AttackedStore.answers(node);
        assertSameOrRefused(running, answers);
        for (int write : writes) {
          try {
            WRITES.get(write).accept(node);
          } catch (KeyStorageException e) {
            // The row that it would have replaced is not the one that it has read.
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

  /** Makes an edit; returns false if the database does not allow it. */
  private static boolean isApplied(Edit edit) {
    List<Row> rows = new ArrayList<>(store.tables.rows(edit.table));
    int number = edit.row % rows.size();
    Row row = rows.get(number);
    List<String> columns = List.copyOf(row.columns().keySet());
    String column = columns.get(edit.column % columns.size());
    List<Row> older = STATES.get(edit.which % STATES.size()).get(edit.table);
    Row other = rows.get(edit.which % rows.size());
    Row then = older.get(edit.row % older.size());
    switch (edit.kind) {
      case CHANGE -> rows.set(number, row.with(column, changed(row.get(column), edit.which)));
      case DELETE -> rows.remove(number);
      case COPY_VALUE -> rows.set(number, row.with(column, other.get(column)));
      case COPY_CONTENT -> rows.set(number, inPlaceOf(row, other));
      case PUT_BACK -> {
        rows.removeIf(each -> address(each).equals(address(then)));
        rows.add(then);
      }
      case PUT_BACK_VALUE -> rows.set(number, row.with(column, then.get(column)));
    }
    try {
      store.tables.putAll(edit.table, rows);
      return true;
    } catch (AssertionError e) {
      // Two rows with the same primary key, or a second row in a table of one row.
      return false;
    }
  }

  private static Row inPlaceOf(Row row, Row content) {
    Row result = content;
    for (String column : ADDRESS_COLUMNS) {
      if (row.columns().containsKey(column)) {
        result = result.with(column, row.get(column));
      }
    }
    return result;
  }

  private static String address(Row row) {
    StringBuilder address = new StringBuilder();
    for (String column : ADDRESS_COLUMNS) {
      Object value = row.columns().get(column);
      address.append(value instanceof byte[] bytes ? StoreTables.hex(bytes) : value).append(' ');
    }
    return address
        .append(row.columns().containsKey("key_check") ? row.get("epoch") : "")
        .toString();
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
