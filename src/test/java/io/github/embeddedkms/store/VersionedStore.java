package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyListEntry;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.store.StoreTables.Row;
import io.github.embeddedkms.store.fixture.IndependentStoreReader;
import io.github.embeddedkms.store.process.Contents;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A store written by a node of the previous version, with keys in every state, aliases and
 * tombstones, and what nodes and the database return about it.
 */
final class VersionedStore {

  private static final Map<String, String> CONTEXT = Map.of("purpose", "test");

  final TestDatabase database;
  final AtomicLong nanoTime = new AtomicLong();
  Instant now = Instant.parse("2026-03-04T05:06:07.089Z");

  String enabled;
  String disabled;
  String pending;

  /** The ciphertexts, by the names of their keys. */
  final Map<String, Bytes> ciphertexts = new LinkedHashMap<>();

  private final KmsProcess writer;
  private final StoreTables tables;

  /** Fills an empty database using a node, which then keeps it open with the given staleness. */
  VersionedStore(TestDatabase database, KmsProcess writer, Duration maximumStaleness) {
    this.database = database;
    this.writer = writer;
    this.tables = new StoreTables(database.dataSource());
    openBy(writer, maximumStaleness);
    fill();
  }

  /** Lets a process open the store, on the clocks of this store. */
  void openBy(KmsProcess process, Duration maximumStaleness) {
    process.open(database.url(), maximumStaleness, () -> now, nanoTime::get);
  }

  private void fill() {
    enabled = createKey("enabled");
    disabled = createKey("disabled");
    pending = createKey("pending");
    String deleted = createKey("deleted");
    for (String alias : List.of("orders", "invoices", "moved")) {
      writer.createAlias(b -> b.aliasName("alias/" + alias).targetKeyId(enabled));
    }
    writer.createAlias(b -> b.aliasName("alias/deleted").targetKeyId(deleted));
    writer.scheduleKeyDeletion(b -> b.keyId(deleted).pendingWindowInDays(7));
    now = now.plus(Duration.ofDays(8));
    writer.disableKey(b -> b.keyId(disabled));
    writer.scheduleKeyDeletion(b -> b.keyId(pending).pendingWindowInDays(30));
    writer.deleteAlias(b -> b.aliasName("alias/invoices"));
    writer.updateAlias(b -> b.aliasName("alias/moved").targetKeyId(disabled));
  }

  /** Creates another key and a ciphertext of the same name, and returns the key's id. */
  String createKey(String name) {
    String id =
        writer
            .createKey(b -> b.description(name).tags(List.of(new Tag("name", name))))
            .keyMetadata()
            .keyId();
    ciphertexts.put(
        name,
        writer
            .encrypt(
                b ->
                    b.keyId(id)
                        .plaintext(SecretBytes.fromUtf8String("text of " + name))
                        .encryptionContext(CONTEXT))
            .ciphertextBlob());
    return id;
  }

  /** Returns what a client sees of the store. */
  Map<String, Object> answers(KmsClient kms) {
    Map<String, Object> answers = new TreeMap<>();
    List<KeyListEntry> keys = kms.listKeys(b -> {}).keys();
    answers.put("keys", keys);
    answers.put("aliases", kms.listAliases(b -> {}).aliases());
    for (KeyListEntry key : keys) {
      String id = key.keyId();
      answers.put("key " + id, kms.describeKey(b -> b.keyId(id)).keyMetadata());
      answers.put("aliases of " + id, kms.listAliases(b -> b.keyId(id)).aliases());
    }
    ciphertexts.forEach((name, blob) -> answers.put("text of " + name, decrypted(kms, blob)));
    return answers;
  }

  static String decrypted(KmsClient kms, Bytes blob) {
    try {
      return kms.decrypt(b -> b.ciphertextBlob(blob).encryptionContext(CONTEXT))
          .plaintext()
          .asUtf8String();
    } catch (KmsException e) {
      return e.errorCode();
    }
  }

  /**
   * Asserts that the answers are those for the original contents written by the previous version.
   */
  void assertFilled(Map<String, Object> answers) {
    assertThat(answers)
        .hasSize(2 + 2 * 3 + 4)
        .containsEntry("text of enabled", "text of enabled")
        .containsEntry("text of disabled", "DisabledException")
        .containsEntry("text of pending", "KMSInvalidStateException")
        .containsEntry("text of deleted", "AccessDeniedException");
    assertThat((List<?>) answers.get("aliases of " + enabled)).hasSize(1);
    assertThat((List<?>) answers.get("aliases of " + disabled)).hasSize(1);
  }

  void assertTagged(KeyStorage storage) {
    List<KeyEntry> keys = storage.keysAfter(Contents.address(""), 10);
    assertThat(keys)
        .extracting(key -> key.address().id())
        .containsExactlyInAnyOrder(enabled, disabled, pending);
    assertThat(keys)
        .allSatisfy(
            key -> assertThat(key.tags()).containsExactly(new Tag("name", key.description())));
  }

  long schema() {
    return tables.onlyRow(StoreTables.HEAD).number("schema_version");
  }

  /** Returns the rows of a table, byte for byte. */
  Set<String> rows(String table) {
    Set<String> rows = new TreeSet<>();
    for (Row row : tables.rows(table)) {
      Map<String, Object> columns = new LinkedHashMap<>(row.columns());
      columns.replaceAll(
          (name, value) -> value instanceof byte[] bytes ? StoreTables.hex(bytes) : value);
      rows.add(columns.toString());
    }
    return rows;
  }

  Map<String, Set<String>> rows() {
    Map<String, Set<String>> rows = new LinkedHashMap<>();
    StoreTables.ALL.forEach(table -> rows.put(table, rows(table)));
    return rows;
  }

  /** Returns the documents of keys and aliases, byte for byte, by their addresses. */
  Map<String, String> documents() {
    Map<String, String> documents = new TreeMap<>();
    for (Row row : tables.rows(StoreTables.ITEM)) {
      if (row.address().id().endsWith(LastUseEntry.ID_SUFFIX)) {
        continue;
      }
      documents.put(row.address().id(), StoreTables.hex(row.bytes("document")));
    }
    return documents;
  }

  void assertReadableIndependently(int schema) throws Exception {
    try (Connection connection = database.connect()) {
      IndependentStoreReader reader =
          IndependentStoreReader.read(connection, 1, parameters -> new byte[32]);
      assertThat(reader.schema()).isEqualTo(schema);
      // Tables of version 1 have no such column. The last uses that this version writes are what
      // raises the version that may write.
      assertThat(reader.writer()).isEqualTo(schema == 1 ? 0 : hasLastUses() ? 3 : 1);
    }
  }

  private boolean hasLastUses() {
    return tables.rows(StoreTables.ITEM).stream()
        .anyMatch(row -> row.address().id().endsWith(LastUseEntry.ID_SUFFIX));
  }
}
