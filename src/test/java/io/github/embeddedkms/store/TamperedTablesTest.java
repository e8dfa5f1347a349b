package io.github.embeddedkms.store;

import static io.github.embeddedkms.store.AttackedStore.ALIAS;
import static io.github.embeddedkms.store.AttackedStore.ENABLED;
import static io.github.embeddedkms.store.StoreTables.HEAD;
import static io.github.embeddedkms.store.StoreTables.ITEM;
import static io.github.embeddedkms.store.StoreTables.MATERIAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.store.StoreTables.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Tables that differ from those that were created, so that their columns may hold values of any
 * type. A node refuses such tables before it reads from them. Most of these tests are about the
 * second line of defense, which is reached if that check is left out.
 */
class TamperedTablesTest {

  static final List<String> TABLES = StoreTables.ALL;

  private static final String NOT_AS_MADE =
      "refused: embedded-kms: the store's tables were altered";

  @TempDir Path directory;

  /** Values of other types; what the driver makes of them is up to the driver. */
  private static final List<Object> VALUES =
      List.of(
          "",
          "1",
          "text",
          "\u0000",
          "\uFFFD",
          1.5,
          -1,
          Long.MAX_VALUE,
          (1L << 32) + 1,
          new byte[0],
          new byte[] {1},
          new byte[] {(byte) 0xFF, 0});

  /** Asserts that every answer is the same as before, or a refusal. */
  private static void assertHarmlessOrRefused(
      String edit, Map<String, String> answers, Map<String, String> before) {
    if (!answers.containsKey("open")) {
      assertThat(answers.keySet()).as(edit).isEqualTo(before.keySet());
    }
    answers.forEach(
        (question, answer) -> {
          if (!answer.startsWith("refused: embedded-kms: ")) {
            assertThat(answer).as("%s, %s", edit, question).isEqualTo(before.get(question));
          }
        });
  }

  @ParameterizedTest
  @FieldSource("TABLES")
  void value_ofAnotherType_isHarmlessOrRefused(String table) {
    AttackedStore store =
        AttackedStore.inFile(directory.resolve("keys.db")).withoutTableCheck().filled();
    Map<String, String> before = store.answers();
    store.tables.loosen(table);
    assertThat(store.answers()).isEqualTo(before);
    Row row = store.tables.rows(table).get(0);
    for (String column : row.columns().keySet()) {
      for (Object value : VALUES) {
        String edit = "%s.%s = %s".formatted(table, column, value);
        assertHarmlessOrRefused(
            edit, store.answersWith(table, row, row.with(column, value)), before);
      }
    }
  }

  /** SQLite stores longer integers than its driver returns when it is asked for short ones. */
  @ParameterizedTest
  @CsvSource({
    "kms_store, schema_version",
    "kms_store, epoch",
    "kms_store_key, epoch",
    "kms_store_key, kind",
    "kms_item, kind",
    "kms_item, epoch"
  })
  void number_moreThan32Bits_isRefused(String table, String column) {
    AttackedStore store = AttackedStore.inFile(directory.resolve("keys.db")).filled();
    Row row = store.tables.rows(table).get(0);
    long longer = row.number(column) + (1L << 32);
    assertThat(store.answersWith(table, row, row.with(column, longer)))
        .isEqualTo(
            AttackedStore.notOpened("a row of the store has the impossible number " + longer));
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void value_null_isHarmlessOrRefused(Dialect kind) throws Exception {
    AttackedStore store = AttackedStore.in(kind, directory).withoutTableCheck().filled();
    Map<String, String> before = store.answers();
    List<String> refused = new ArrayList<>();
    for (String table : TABLES) {
      store.tables.loosen(table);
      Row row = store.tables.rows(table).get(0);
      for (String column : row.columns().keySet()) {
        Map<String, String> answers = store.answersWith(table, row, row.with(column, null));
        assertHarmlessOrRefused(table + "." + column, answers, before);
        if (!answers.equals(before)) {
          refused.add(table + "." + column);
        }
      }
    }
    // The remaining columns are not read, or are empty anyway.
    assertThat(refused)
        .hasSize(27)
        .doesNotContain("kms_store.only_row", "kms_store.floor", "kms_store_key.parameters");
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void primaryKey_null_isRefused(Dialect kind) throws Exception {
    AttackedStore store = AttackedStore.in(kind, directory).withoutTableCheck().filled();
    store.tables.loosen(ITEM);
    Row row = store.tables.row(ITEM, ALIAS);
    for (String column : List.of("account", "region", "id")) {
      assertThat(store.answersWith(ITEM, row, row.with(column, null)))
          .isEqualTo(
              AttackedStore.notOpened(
                  "a row of the store has NULL in a column that requires a value"));
    }
  }

  /** Two rows have the same address, which the original tables would not allow. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void row_duplicated_isRefused(Dialect kind) throws Exception {
    AttackedStore store = AttackedStore.in(kind, directory).withoutTableCheck().filled();
    Map<String, String> before = store.answers();
    Row older = store.tables.row(ITEM, ALIAS);
    try (SealedKeyStorage node = store.open()) {
      store.tables.loosen(ITEM);
      store.tables.insert(ITEM, older);
      assertThat(store.answers().get("open")).contains(" is in the store twice");
      AttackedStore.retarget(node, ALIAS, AttackedStore.DISABLED);
      assertThat(store.answers().get("open")).contains(" is in the store twice");
      store.tables.loosen(MATERIAL);
      store.tables.insert(MATERIAL, store.tables.row(MATERIAL, ENABLED));
      store.tables.putAll(ITEM, store.tables.rows(ITEM).stream().distinct().toList());
    }
    assertThat(before).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "SQLITE, kms_store_key",
    "SQLITE, kms_item",
    "SQLITE, kms_material",
    "POSTGRESQL, kms_store_key",
    "POSTGRESQL, kms_item",
    "POSTGRESQL, kms_material"
  })
  void table_dropped_isRefused(Dialect kind, String table) throws Exception {
    AttackedStore store = AttackedStore.in(kind, directory).filled();
    try (SealedKeyStorage node = store.open()) {
      store.tables.execute("DROP TABLE " + table);
      assertThat(store.answers())
          .isEqualTo(Map.of("open", NOT_AS_MADE + ": there is no table " + table));
      assertThatExceptionOfType(AlteredStoreException.class).isThrownBy(node::reseal);
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void head_removed_isRefused_andNoNewStoreIsCreated(Dialect kind) throws Exception {
    AttackedStore store = AttackedStore.in(kind, directory).filled();
    try (SealedKeyStorage node = store.open()) {
      store.tables.putAll(HEAD, List.of());
      assertThat(store.answers()).isEqualTo(Map.of("open", NOT_AS_MADE));
      store.advanceClock();
      assertThatExceptionOfType(AlteredStoreException.class)
          .isThrownBy(() -> node.key(ENABLED))
          .withMessage("embedded-kms: the store is gone");
      store.tables.execute("DROP TABLE kms_store");
      assertThat(store.answers())
          .isEqualTo(Map.of("open", NOT_AS_MADE + ": there is no table kms_store"));
      assertThat(store.tables.rows(ITEM)).hasSize(7);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "kms_item, sequence, text",
    "kms_item, sequence, numeric",
    "kms_item, document, text",
    "kms_item, kind, text",
    "kms_item, account, bytea",
    "kms_store, sequence, text",
    "kms_store, epoch, boolean",
    "kms_store, tag, text",
    "kms_store_key, sealed, text",
    "kms_store_key, kind, bigint",
    "kms_material, epoch, bigint",
    "kms_material, sealed, text",
    "kms_material, key_id, bytea"
  })
  void column_ofAnotherType_isHarmlessOrRefused(String table, String column, String type)
      throws Exception {
    AttackedStore store = AttackedStore.inPostgres().withoutTableCheck().filled();
    Map<String, String> before = store.answers();
    String value =
        switch (type) {
          case "boolean" -> column + " = 1";
          case "bytea" -> "convert_to(%s, 'UTF8')".formatted(column);
          default -> column + "::" + type;
        };
    store.tables.execute(
        "ALTER TABLE %s ALTER COLUMN %s TYPE %s USING %s".formatted(table, column, type, value));
    assertHarmlessOrRefused(type, store.answers(), before);
  }

  @Test
  void column_dropped_isRefused() throws Exception {
    AttackedStore store = AttackedStore.inPostgres().filled();
    try (SealedKeyStorage node = store.open()) {
      store.tables.execute("ALTER TABLE kms_item DROP COLUMN mac");
      assertThat(store.answers())
          .isEqualTo(Map.of("open", NOT_AS_MADE + ": there is no kms_item.mac bytea NOT NULL"));
      assertThatExceptionOfType(AlteredStoreException.class)
          .isThrownBy(() -> AttackedStore.retarget(node, ALIAS, ENABLED))
          .withMessage(NOT_AS_MADE.replace("refused: ", ""));
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void wholeStore_olderThanMinimumSequence_isRefusedBeforeMigration(Dialect kind) throws Exception {
    AttackedStore store = AttackedStore.in(kind, directory).filled();
    Schema next = StoreTables.next("CREATE TABLE kms_more (content TEXT);");
    // The migration is a change, after which the store would be at sequence 12 again.
    assertThatExceptionOfType(AlteredStoreException.class)
        .isThrownBy(() -> store.builder().schema(next).minimumSequence(12).open())
        .withMessage("embedded-kms: the store is at sequence 11, and was at 12 before");
    assertThat(store.tables.onlyRow(HEAD).number("schema_version")).isEqualTo(2);
  }
}
