package io.github.embeddedkms.store;

import static io.github.embeddedkms.store.AttackedStore.ENABLED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.store.fixture.TestPostgres;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.postgresql.ds.PGSimpleDataSource;

/** PostgreSQL tables that differ from those that this library creates. */
// If unchecked, an endless view hangs in the database, where an interrupt does not end it.
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class PostgresTableCheckTest {

  private static final String TABLE = "the store's table ";
  private static final String AS_MADE = "the store's tables were altered: ";

  private static final String FUNCTION =
      "CREATE FUNCTION later() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;";

  static final List<Arguments> ATTACKS =
      List.of(
          attack(
              "endless view in the place of a table",
              "DROP TABLE kms_item; CREATE VIEW kms_item AS WITH RECURSIVE numbers(n) AS"
                  + " (SELECT 1 UNION ALL SELECT n + 1 FROM numbers)"
                  + " SELECT n AS kind, n AS account FROM numbers",
              TABLE + "kms_item is a view"),
          attack(
              "view in the place of the head",
              "DROP TABLE kms_store; CREATE VIEW kms_store AS SELECT 1 AS schema_version",
              TABLE + "kms_store is a view"),
          attack(
              "materialized view",
              "DROP TABLE kms_item; CREATE MATERIALIZED VIEW kms_item AS SELECT 1 AS kind",
              TABLE + "kms_item is a materialized view"),
          attack(
              "partitioned table",
              "DROP TABLE kms_item; CREATE TABLE kms_item (kind integer) PARTITION BY RANGE (kind)",
              TABLE + "kms_item is partitioned"),
          attack(
              "sequence",
              "DROP TABLE kms_item; CREATE SEQUENCE kms_item",
              TABLE + "kms_item is not a table"),
          attack(
              "trigger",
              FUNCTION
                  + "CREATE TRIGGER later AFTER INSERT ON kms_item FOR EACH ROW EXECUTE FUNCTION"
                  + " later()",
              TABLE + "kms_item has the trigger later"),
          attack(
              "rule",
              "CREATE RULE later AS ON DELETE TO kms_item DO INSTEAD NOTHING",
              TABLE + "kms_item has the rule later"),
          attack(
              "policy",
              "CREATE POLICY later ON kms_item USING (kind = 1)",
              TABLE + "kms_item has the policy later"),
          attack(
              "row-level security",
              "ALTER TABLE kms_item ENABLE ROW LEVEL SECURITY",
              TABLE + "kms_item has row-level security"),
          attack(
              "child",
              "CREATE TABLE child () INHERITS (kms_item)",
              TABLE + "kms_item is inherited from"),
          attack(
              "parent",
              "CREATE TABLE parent (kind integer NOT NULL); ALTER TABLE kms_item INHERIT parent",
              TABLE + "kms_item inherits"),
          attack(
              "partition",
              "CREATE TABLE parent (LIKE kms_item) PARTITION BY RANGE (kind);"
                  + " ALTER TABLE parent ATTACH PARTITION kms_item DEFAULT",
              TABLE + "kms_item is a partition"),
          attack(
              "table that a crash empties",
              "ALTER TABLE kms_item SET UNLOGGED",
              TABLE + "kms_item is not kept after a crash"),
          attack(
              "generated column",
              "ALTER TABLE kms_item ADD COLUMN more integer GENERATED ALWAYS AS (kind) STORED",
              TABLE + "kms_item.more is computed by the database"),
          attack(
              "identity column",
              "ALTER TABLE kms_item ALTER COLUMN kind ADD GENERATED ALWAYS AS IDENTITY",
              TABLE + "kms_item.kind is computed by the database"),
          attack(
              "added column",
              "ALTER TABLE kms_material ADD COLUMN more text",
              AS_MADE + "unexpected kms_material.more text"),
          attack(
              "column with a hostile name",
              "ALTER TABLE kms_material ADD COLUMN \"a\nb\u001B[2J\" text",
              AS_MADE + "unexpected kms_material.a?b?[2J text"),
          attack(
              "missing column",
              "ALTER TABLE kms_store DROP COLUMN item_count",
              AS_MADE + "there is no kms_store.item_count bigint NOT NULL"),
          attack(
              "missing version of the tables",
              "ALTER TABLE kms_store DROP COLUMN schema_version",
              AS_MADE + "there is no kms_store.schema_version integer NOT NULL"),
          attack(
              "another type",
              "ALTER TABLE kms_item ALTER COLUMN kind TYPE bigint",
              AS_MADE + "unexpected kms_item.kind bigint NOT NULL"),
          attack(
              "domain of the same name as a type",
              "CREATE DOMAIN text AS pg_catalog.text CHECK (length(VALUE) > 0);"
                  + " ALTER TABLE kms_material ALTER COLUMN key_id TYPE {schema}.text",
              AS_MADE + "unexpected kms_material.key_id {schema}.text NOT NULL"),
          attack(
              "another collation",
              "ALTER TABLE kms_item ALTER COLUMN id TYPE text COLLATE \"C\"",
              AS_MADE + "unexpected kms_item.id text COLLATE NOT NULL"),
          attack(
              "added DEFAULT",
              "ALTER TABLE kms_item ALTER COLUMN kind SET DEFAULT random()::integer",
              AS_MADE + "unexpected kms_item.kind integer NOT NULL DEFAULT (random())::integer"),
          attack(
              "missing NOT NULL",
              "ALTER TABLE kms_item ALTER COLUMN mac DROP NOT NULL",
              AS_MADE + "unexpected kms_item.mac bytea"),
          attack(
              "missing CHECK",
              "ALTER TABLE kms_store DROP CONSTRAINT kms_store_only_row_check",
              AS_MADE + "there is no kms_store CHECK ((only_row = 1))"),
          attack(
              "added CHECK",
              "ALTER TABLE kms_item ADD CHECK (kind > 0)",
              AS_MADE + "unexpected kms_item CHECK ((kind > 0))"),
          attack(
              "foreign key in another table",
              "CREATE TABLE notes (epoch integer REFERENCES kms_store_key ON DELETE CASCADE)",
              TABLE + "kms_store_key has the trigger RI_ConstraintTrigger_a_"),
          attack(
              "missing primary key",
              "ALTER TABLE kms_item DROP CONSTRAINT kms_item_pkey",
              AS_MADE + "there is no kms_item PRIMARY KEY (account, region, id)"),
          attack(
              "missing index",
              "DROP INDEX kms_item_by_sequence",
              AS_MADE + "there is no kms_item INDEX USING btree (sequence)"),
          attack(
              "added index",
              "CREATE UNIQUE INDEX ON kms_item (sequence)",
              AS_MADE + "unexpected kms_item UNIQUE INDEX USING btree (sequence)"),
          attack(
              "index of an expression",
              "CREATE INDEX ON kms_item (abs(sequence)) WITH (fillfactor = 50) WHERE kind > 0",
              AS_MADE + "unexpected kms_item INDEX USING btree (abs(sequence)) WHERE (kind > 0)"),
          attack(
              "missing table",
              "DROP TABLE kms_material",
              AS_MADE + "there is no table kms_material"),
          attack("missing head", "DROP TABLE kms_store", AS_MADE + "there is no table kms_store"));

  private static Arguments attack(String title, String commands, String message) {
    return Arguments.of(title, commands, message);
  }

  private AttackedStore store;
  private PGSimpleDataSource database;

  @BeforeEach
  void fill() throws Exception {
    store = AttackedStore.inPostgres().filled();
    database = (PGSimpleDataSource) store.database;
  }

  private String withSchemaName(String text) {
    return text.replace("{schema}", database.getCurrentSchema());
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("ATTACKS")
  void tables_altered_areRefusedAtOpening(String title, String commands, String message) {
    store.tables.execute(withSchemaName(commands));
    Map<String, String> answers = store.answers();
    assertThat(answers).containsOnlyKeys("open");
    // PostgreSQL's own trigger names end in a number.
    assertThat(answers.get("open").replaceAll("(Trigger_a_)\\d+$", "$1"))
        .isEqualTo(AttackedStore.refused(withSchemaName(message)));
  }

  @Test
  void tables_alteredWhileOpen_areRefusedAfterTheNextFailure() {
    try (SealedKeyStorage node = store.open()) {
      store.tables.execute("DROP TABLE kms_item; CREATE VIEW kms_item AS SELECT 1 AS kind");
      store.advanceClock();
      assertThatExceptionOfType(AlteredStoreException.class)
          .isThrownBy(() -> AttackedStore.retarget(node, AttackedStore.ALIAS, ENABLED));
      assertThatExceptionOfType(AlteredStoreException.class)
          .isThrownBy(() -> node.key(ENABLED))
          .withMessage("embedded-kms: " + TABLE + "kms_item is a view");
    }
  }

  /** A schema that is searched first hides one table, but not all. */
  @Test
  void table_inOtherSchemaThanTheHead_isRefused() throws Exception {
    PGSimpleDataSource other = TestPostgres.shared().newDatabase();
    new StoreTables(other)
        .execute("CREATE TABLE kms_item (LIKE " + database.getCurrentSchema() + ".kms_item)");
    other.setCurrentSchema(other.getCurrentSchema() + "," + database.getCurrentSchema());
    assertThatExceptionOfType(AlteredStoreException.class)
        .isThrownBy(() -> store.builder(other).open())
        .withMessage("embedded-kms: " + TABLE + "kms_item is in another schema than kms_store");
  }

  @Test
  void searchPath_schemaBeforePgCatalog_isRefused() {
    database.setCurrentSchema(database.getCurrentSchema() + ",pg_catalog");
    assertThatExceptionOfType(KeyStorageException.class)
        .isThrownBy(() -> store.open())
        .withMessage(
            "embedded-kms: the search path of the connection has "
                + database.getCurrentSchema().replace(",pg_catalog", "")
                + " before pg_catalog: leave pg_catalog out of it");
  }

  @Test
  void schema_withOtherObjects_isAccepted() {
    Map<String, String> before = store.answers();
    store.tables.execute(
        FUNCTION
            + "CREATE TABLE notes (content text, more text GENERATED ALWAYS AS (content) STORED);"
            + "CREATE TRIGGER later AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION later();"
            + "CREATE VIEW report AS SELECT * FROM notes;"
            + "CREATE VIEW keys AS SELECT id FROM kms_item;"
            + "CREATE TABLE kms_more (content text)");
    assertThat(store.answers()).isEqualTo(before);
  }

  @Test
  void tables_changedByMaintenance_areAccepted() {
    Map<String, String> before = store.answers();
    store.tables.execute("ALTER TABLE kms_item SET (fillfactor = 70)");
    store.tables.execute("ALTER INDEX kms_item_by_sequence SET (fillfactor = 70)");
    store.tables.execute("ALTER INDEX kms_item_by_sequence RENAME TO renamed");
    store.tables.execute("REINDEX TABLE CONCURRENTLY kms_item");
    store.tables.execute("CREATE STATISTICS more ON account, region FROM kms_item");
    store.tables.execute("VACUUM FULL ANALYZE kms_item");
    store.tables.execute("COMMENT ON TABLE kms_item IS 'keys'");
    assertThat(store.answers()).isEqualTo(before);
  }

  @Test
  void newStore_besideOtherTables_isCreated() throws Exception {
    AttackedStore other = AttackedStore.inPostgres();
    other.tables.execute("CREATE TABLE notes (content text); CREATE VIEW report AS SELECT 1");
    assertThat(other.filled().answers()).doesNotContainKey("open");
  }
}
