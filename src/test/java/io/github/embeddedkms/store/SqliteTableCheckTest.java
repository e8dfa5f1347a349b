package io.github.embeddedkms.store;

import static io.github.embeddedkms.store.AttackedStore.ALIAS;
import static io.github.embeddedkms.store.AttackedStore.DISABLED;
import static io.github.embeddedkms.store.AttackedStore.ENABLED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** An SQLite file whose tables differ from those that this library creates. */
// If unchecked, an endless view hangs in the database, where an interrupt does not end it.
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class SqliteTableCheckTest {

  private static final String OTHER = "the store's file contains something other than tables: ";
  private static final String AS_MADE = "the store's tables were altered: ";

  /** SQLite itself notices an entry that claims to be another one. */
  private static final String DAMAGED = "the store's file is damaged or not a SQLite database";

  private static final String ENDLESS =
      "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers)"
          + " SELECT n AS kind, n AS account, n AS region, n AS id, n AS version, n AS sequence,"
          + " n AS epoch, n AS document, n AS mac FROM numbers";

  /** Edits a definition in place, which no command of SQLite does. */
  private static String define(String name, String before, String after) {
    return "PRAGMA writable_schema = ON;UPDATE sqlite_master SET sql = replace(sql, '%s', '%s')"
            .formatted(before, after)
        + " WHERE name = '%s';PRAGMA writable_schema = RESET;PRAGMA schema_version = 99"
            .formatted(name);
  }

  /** Makes an entry of the schema claim to be another one. */
  private static String disguise(String name, String type) {
    return "PRAGMA writable_schema = ON;UPDATE sqlite_master SET type = '%s', name = 'innocent',"
            .formatted(type)
        + " tbl_name = 'innocent' WHERE name = '%s';PRAGMA writable_schema = RESET".formatted(name);
  }

  static final List<Arguments> ATTACKS =
      List.of(
          attack(
              "endless view in the place of a table",
              "DROP TABLE kms_item;CREATE VIEW kms_item AS " + ENDLESS,
              OTHER + "CREATE VIEW kms_item AS " + ENDLESS.substring(0, 96) + "..."),
          attack(
              "endless view in the place of the head",
              "DROP TABLE kms_store;CREATE VIEW kms_store AS SELECT 1",
              OTHER + "CREATE VIEW kms_store AS SELECT 1"),
          attack(
              "view over full-text search",
              "CREATE VIRTUAL TABLE words USING fts5(content);DROP TABLE kms_item;"
                  + "CREATE VIEW kms_item AS SELECT * FROM words",
              OTHER + "CREATE VIRTUAL TABLE words USING fts5(content)"),
          attack(
              "view beside the tables",
              "CREATE VIEW report AS SELECT 1",
              OTHER + "CREATE VIEW report AS SELECT 1"),
          attack(
              "virtual table beside the tables",
              "CREATE VIRTUAL TABLE boxes USING rtree(id, a, b)",
              OTHER + "CREATE VIRTUAL TABLE boxes USING rtree(id, a, b)"),
          attack(
              "trigger",
              "CREATE TRIGGER later AFTER INSERT ON kms_item BEGIN DELETE FROM kms_item; END",
              OTHER
                  + "CREATE TRIGGER later AFTER INSERT ON kms_item BEGIN DELETE FROM kms_item; END"),
          attack(
              "trigger on another table",
              "CREATE TABLE audit (at TEXT);"
                  + "CREATE TRIGGER later AFTER INSERT ON audit BEGIN SELECT 1; END",
              OTHER + "CREATE TRIGGER later AFTER INSERT ON audit BEGIN SELECT 1; END"),
          attack(
              "trigger that claims to be a table",
              "CREATE TRIGGER later AFTER INSERT ON kms_item BEGIN SELECT 1; END;"
                  + disguise("later", "table"),
              DAMAGED),
          attack(
              "view that claims to be a table",
              "CREATE VIEW report AS SELECT 1;" + disguise("report", "table"),
              DAMAGED),
          attack(
              "generated column",
              "ALTER TABLE kms_item ADD COLUMN more INTEGER GENERATED ALWAYS AS (kind)",
              "the store's column kms_item.more is computed by the database"),
          attack(
              "generated column in the place of another",
              define("kms_item", "mac BLOB NOT NULL", "mac BLOB AS (document) STORED NOT NULL"),
              "the store's column kms_item.mac is computed by the database"),
          attack(
              "added column",
              "ALTER TABLE kms_material ADD COLUMN more TEXT",
              AS_MADE + "unexpected kms_material.more TEXT"),
          attack(
              "column with a hostile name",
              "ALTER TABLE kms_material ADD COLUMN \"a\nb\u001B[2J\" TEXT",
              AS_MADE + "unexpected kms_material.a?b?[2J TEXT"),
          attack(
              "missing column",
              "ALTER TABLE kms_store DROP COLUMN item_count",
              AS_MADE + "kms_store is defined differently"),
          attack(
              "missing version of the tables",
              "ALTER TABLE kms_store DROP COLUMN schema_version",
              AS_MADE + "there is no kms_store.schema_version INTEGER NOT NULL"),
          attack(
              "column renamed",
              "ALTER TABLE kms_store RENAME COLUMN tag TO label",
              AS_MADE + "unexpected kms_store.label BLOB NOT NULL"),
          attack(
              "another type",
              define("kms_item", "kind INTEGER", "kind ANY"),
              AS_MADE + "unexpected kms_item.kind ANY NOT NULL"),
          attack(
              "no type",
              "CREATE TABLE loose AS SELECT * FROM kms_material;DROP TABLE kms_material;"
                  + "ALTER TABLE loose RENAME TO kms_material",
              AS_MADE + "unexpected kms_material.account TEXT"),
          attack(
              "values of any type",
              define("kms_store_key", "STRICT", ""),
              AS_MADE + "kms_store_key is defined differently"),
          attack(
              "missing NOT NULL",
              define("kms_item", "mac BLOB NOT NULL", "mac BLOB"),
              AS_MADE + "unexpected kms_item.mac BLOB"),
          attack(
              "added DEFAULT",
              define("kms_store", "tag BLOB NOT NULL", "tag BLOB NOT NULL DEFAULT 1"),
              AS_MADE + "unexpected kms_store.tag BLOB NOT NULL DEFAULT 1"),
          attack(
              "missing CHECK",
              define("kms_store", " CHECK (only_row = 1)", ""),
              AS_MADE + "kms_store is defined differently"),
          attack(
              "added CHECK",
              define("kms_item", "kind INTEGER", "kind INTEGER CHECK (abs(kind) = 1)"),
              AS_MADE + "kms_item is defined differently"),
          attack(
              "another collation",
              define("kms_item", "account TEXT NOT NULL", "account TEXT NOT NULL COLLATE NOCASE"),
              AS_MADE + "kms_item is defined differently"),
          attack(
              "foreign key",
              define(
                  "kms_item", "mac BLOB NOT NULL", "mac BLOB NOT NULL REFERENCES kms_store(tag)"),
              AS_MADE + "kms_item is defined differently"),
          attack(
              "missing index",
              "DROP INDEX kms_item_by_sequence",
              AS_MADE + "there is no kms_item INDEX kms_item_by_sequence"),
          attack(
              "added index",
              "CREATE UNIQUE INDEX more ON kms_item (sequence)",
              AS_MADE + "unexpected kms_item INDEX more UNIQUE"),
          attack(
              "index of an expression",
              "CREATE INDEX more ON kms_item (abs(sequence)) WHERE kind > 0",
              AS_MADE + "unexpected kms_item INDEX more PARTIAL"),
          attack(
              "index that claims to be of another table",
              "CREATE INDEX more ON kms_item (abs(sequence));" + disguise("more", "index"),
              DAMAGED),
          attack(
              "index of another column under the same name",
              "DROP INDEX kms_item_by_sequence;"
                  + "CREATE INDEX kms_item_by_sequence ON kms_item (epoch)",
              AS_MADE + "kms_item is defined differently"),
          attack(
              "missing table",
              "DROP TABLE kms_material",
              AS_MADE + "there is no table kms_material"),
          attack("missing head", "DROP TABLE kms_store", AS_MADE + "there is no table kms_store"));

  private static Arguments attack(String title, String commands, String message) {
    return Arguments.of(title, commands, message);
  }

  @TempDir Path directory;

  private AttackedStore store;

  @BeforeEach
  void fill() {
    store = AttackedStore.inFile(directory.resolve("keys.db")).filled();
  }

  private void run(String commands) {
    // The text of a trigger contains semicolons too.
    store.tables.execute(commands.split(";(?=PRAGMA|UPDATE|CREATE|DROP|ALTER)"));
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("ATTACKS")
  void tables_altered_areRefusedAtOpening(String title, String commands, String message) {
    run(commands);
    assertThat(store.answers()).isEqualTo(AttackedStore.notOpened(message));
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("ATTACKS")
  void tables_altered_areRefusedByOpenStorage(String title, String commands, String message) {
    try (SealedKeyStorage node = store.open();
        SealedKeyStorage pooled = store.builder(store.database).open()) {
      run(commands);
      store.advanceClock();
      for (SealedKeyStorage open : List.of(node, pooled)) {
        assertThatExceptionOfType(AlteredStoreException.class)
            .isThrownBy(() -> open.key(ENABLED))
            .withMessage("embedded-kms: " + message);
      }
    }
  }

  @Test
  void change_tablesAlteredWhileOpen_isRefused() {
    try (SealedKeyStorage node = store.open()) {
      AliasEntry before = node.alias(ALIAS).orElseThrow();
      run("CREATE TRIGGER later AFTER UPDATE ON kms_item BEGIN SELECT 1; END");
      assertThatExceptionOfType(AlteredStoreException.class)
          .isThrownBy(
              () -> node.apply(Change.put(before.retargeted(DISABLED.id(), AttackedStore.NOW))))
          .withMessageContaining(OTHER);
      run("DROP TRIGGER later");
      AttackedStore.retarget(node, ALIAS, DISABLED);
    }
  }

  /** Nothing makes the open connection read the definitions again. */
  @Test
  void definition_editedWithoutSchemaVersion_isIgnoredByOpenConnection_andRefusedByNewOne() {
    String edit = define("kms_item", "mac BLOB NOT NULL", "mac BLOB AS (document) NOT NULL");
    try (SealedKeyStorage node = store.open()) {
      Map<String, String> before = AttackedStore.answers(node);
      run(edit.replace(";PRAGMA schema_version = 99", ""));
      store.advanceClock();
      assertThat(AttackedStore.answers(node)).isEqualTo(before);
      assertThat(store.answers())
          .isEqualTo(
              AttackedStore.notOpened(
                  "the store's column kms_item.mac is computed by the database"));
    }
  }

  @Test
  void open_otherTablesStatisticsOrVacuum_isAccepted() {
    Map<String, String> before = store.answers();
    run("CREATE TABLE notes (content TEXT);CREATE INDEX notes_index ON notes (content)");
    store.tables.execute("ANALYZE");
    assertThat(store.answers()).isEqualTo(before);
    store.tables.execute("VACUUM");
    assertThat(store.answers()).isEqualTo(before);
  }

  @Test
  void newStore_besideView_isRefused() {
    AttackedStore other = AttackedStore.inFile(directory.resolve("other.db"));
    other.tables.execute("CREATE VIEW report AS SELECT 1");
    assertThat(other.answers())
        .isEqualTo(AttackedStore.notOpened(OTHER + "CREATE VIEW report AS SELECT 1"));
  }

  @Test
  void newStore_besideOtherTables_isCreated() {
    AttackedStore other = AttackedStore.inFile(directory.resolve("other.db"));
    other.tables.execute("CREATE TABLE notes (content TEXT)");
    assertThat(other.filled().answers()).doesNotContainKey("open");
  }

  @Test
  void open_newerVersionWithOtherTables_errorNamesTheVersion() {
    run("ALTER TABLE kms_store ADD COLUMN more INTEGER");
    store.tables.execute("UPDATE kms_store SET schema_version = 3");
    assertThat(store.answers())
        .isEqualTo(
            AttackedStore.notOpened(
                "the store has version 3 of its tables, made by a newer embedded-kms; this one"
                    + " knows version 2"));
  }

  @Test
  void open_olderVersion_isComparedWithItsOwnDescription() {
    Schema current = Schema.current();
    Schema next =
        new Schema(
            3,
            (dialect, version) ->
                version <= 2
                    ? current.scripts().apply(dialect, version)
                    : "CREATE TABLE kms_more (a TEXT) STRICT",
            (dialect, version) ->
                current.descriptions().apply(dialect, Math.min(version, 2))
                    + (version <= 2
                        ? ""
                        : "kms_more.a TEXT\nkms_more SQL CREATE TABLE kms_more (a TEXT) STRICT\n"));
    store.builder().schema(next).open().close();
    store.builder().schema(next).open().close();
    run("ALTER TABLE kms_more ADD COLUMN b TEXT");
    assertThatExceptionOfType(AlteredStoreException.class)
        .isThrownBy(() -> store.builder().schema(next).open())
        .withMessage("embedded-kms: " + AS_MADE + "unexpected kms_more.b TEXT");
  }
}
