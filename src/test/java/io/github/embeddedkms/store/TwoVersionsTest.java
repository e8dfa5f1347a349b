package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.store.StoreTables.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Nodes of the previous version of this library, in their own processes, and nodes of this version
 * on one store. In {@link RollingUpgradeTest} they work at the same time.
 */
@Timeout(120)
class TwoVersionsTest {

  /** The text file next to the jar documents how it was built. */
  static final Path PREVIOUS = Path.of("src/test/resources/versions/schema-1.jar");

  static final String REFUSAL =
      "embedded-kms: the store has version 2 of its tables, made by a newer embedded-kms; this one"
          + " knows version 1";

  private static final Duration HOUR = Duration.ofHours(1);

  private static KmsProcess previous;
  private static KmsProcess otherPrevious;

  @TempDir Path directory;

  private VersionedStore store;

  @BeforeAll
  static void start() {
    previous = KmsProcess.start(PREVIOUS);
    otherPrevious = KmsProcess.start(PREVIOUS);
  }

  @AfterAll
  static void stop() {
    previous.close();
    otherPrevious.close();
  }

  private TestDatabase database(Dialect kind) throws SQLException {
    return kind == Dialect.SQLITE
        ? TestDatabase.sqlite(directory.resolve("keys.db"))
        : TestDatabase.postgres();
  }

  /**
   * Creates a store with a node of the previous version, which keeps it open with the given
   * staleness.
   */
  private void fill(Dialect kind, Duration maximumStaleness) throws SQLException {
    store = new VersionedStore(database(kind), previous, maximumStaleness);
  }

  private LocalKeyProvider openCurrent() {
    return provider(store.database.open(Duration.ZERO));
  }

  private LocalKeyProvider openForReading() {
    return provider(
        store
            .database
            .builder()
            .rootKey(RootKey.unsealedForTests())
            .maximumStaleness(Duration.ZERO)
            .readOnly()
            .open());
  }

  private LocalKeyProvider provider(SealedKeyStorage storage) {
    return LocalKeyProvider.builder().clock(() -> store.now).storage(storage).build();
  }

  private Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> list = Files.list(directory)) {
      for (Path file : list.toList()) {
        files.put(file.getFileName().toString(), StoreTables.hex(Files.readAllBytes(file)));
      }
    }
    return files;
  }

  /** Asserts that a process of the previous version refuses an order. */
  static void assertRefused(ThrowingCallable order) {
    assertThatThrownBy(order)
        .isExactlyInstanceOf(AssertionError.class)
        .hasMessageContaining(
            ": failed " + KeyStorageException.class.getName() + ": " + REFUSAL + " [");
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void readOnly_previousStore_isReadUnchanged_andPreviousVersionContinues(Dialect kind)
      throws Exception {
    fill(kind, Duration.ZERO);
    Map<String, Object> before = store.answers(previous);
    store.assertFilled(before);
    previous.closeStore();
    Map<String, String> files = files();
    Map<String, Set<String>> rows = store.rows();
    try (LocalKeyProvider reader = openForReading()) {
      assertThat(store.answers(reader)).isEqualTo(before);
    }
    assertThat(files()).isEqualTo(files);
    assertThat(store.rows()).isEqualTo(rows);
    assertThat(store.schema()).isEqualTo(1);

    store.openBy(previous, Duration.ZERO);
    assertThat(store.answers(previous)).isEqualTo(before);
    // Readers of a file are left out, because a file that is open read-only must not be changed.
    try (LocalKeyProvider reader = kind == Dialect.POSTGRESQL ? openForReading() : null) {
      store.enabled = store.createKey("later");
      previous.updateAlias(b -> b.aliasName("alias/moved").targetKeyId(store.enabled));
      if (reader != null) {
        assertThat(store.answers(reader)).isEqualTo(store.answers(previous));
      }
    }
    Map<String, Object> after = store.answers(previous);
    assertThat(after).containsEntry("text of later", "text of later");
    previous.closeStore();
    try (LocalKeyProvider reader = openForReading()) {
      assertThat(store.answers(reader)).isEqualTo(after);
    }
    store.assertReadableIndependently(1);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void open_previousStore_losesNothing(Dialect kind) throws Exception {
    fill(kind, Duration.ZERO);
    Map<String, Object> before = store.answers(previous);
    previous.closeStore();
    Map<String, Set<String>> rows = store.rows();
    openCurrent().close();
    assertThat(store.schema()).isEqualTo(2);
    // Only the head was written.
    rows.put(StoreTables.HEAD, store.rows(StoreTables.HEAD));
    assertThat(store.rows()).isEqualTo(rows);
    assertRefused(() -> store.openBy(previous, Duration.ZERO));
    assertThat(store.rows()).isEqualTo(rows);

    try (SealedKeyStorage storage = store.database.open(Duration.ZERO);
        LocalKeyProvider kms = provider(storage)) {
      assertThat(store.answers(kms)).isEqualTo(before);
      store.assertTagged(storage);
    }
    store.assertReadableIndependently(2);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void change_migratedStore_writesTheDocumentsOfThePreviousVersion(Dialect kind) throws Exception {
    fill(kind, Duration.ZERO);
    Map<String, Object> before = store.answers(previous);
    previous.closeStore();
    Set<String> rows = store.rows(StoreTables.ITEM);
    Map<String, String> documents = store.documents();
    try (LocalKeyProvider kms = openCurrent()) {
      // Makes and undoes changes: this version then has written the same bytes as the previous one.
      kms.disableKey(b -> b.keyId(store.enabled));
      kms.enableKey(b -> b.keyId(store.enabled));
      kms.cancelKeyDeletion(b -> b.keyId(store.pending));
      kms.scheduleKeyDeletion(b -> b.keyId(store.pending).pendingWindowInDays(30));
      kms.updateAlias(b -> b.aliasName("alias/moved").targetKeyId(store.enabled));
      kms.updateAlias(b -> b.aliasName("alias/moved").targetKeyId(store.disabled));
      assertThat(store.answers(kms)).isEqualTo(before);
      assertThat(store.documents()).isEqualTo(documents);
      Set<String> rewritten = new HashSet<>(store.rows(StoreTables.ITEM));
      rewritten.removeAll(rows);
      rewritten.removeIf(row -> row.contains(LastUseEntry.ID_SUFFIX));
      assertThat(rewritten).hasSize(3);

      kms.enableKey(b -> b.keyId(store.disabled));
      kms.deleteAlias(b -> b.aliasName("alias/orders"));
      String created = kms.createKey(b -> {}).keyMetadata().keyId();
      Map<String, String> changed = store.documents();
      for (String address : List.of(store.disabled, "alias/orders")) {
        assertThat(changed.get(address)).isNotEqualTo(documents.get(address));
        changed.put(address, documents.get(address));
      }
      assertThat(changed.remove(created)).isNotNull();
      assertThat(changed).isEqualTo(documents);
      assertThat(VersionedStore.decrypted(kms, store.ciphertexts.get("disabled")))
          .isEqualTo("text of disabled");
    }
    store.assertReadableIndependently(2);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void previousNode_runningDuringMigration_isRefused_andWritesNothing(Dialect kind)
      throws Exception {
    fill(kind, HOUR);
    store.openBy(otherPrevious, Duration.ZERO);
    Map<String, Object> before = store.answers(otherPrevious);
    store.assertFilled(before);
    try (LocalKeyProvider kms = openCurrent()) {
      Map<String, Set<String>> rows = store.rows();
      // Its copy has not expired, and nothing has changed since.
      assertThat(store.answers(previous)).isEqualTo(before);
      assertEverythingRefused(otherPrevious);
      assertWritesRefused(previous);
      // After a failed write, a node does not know how old its copy is.
      assertEverythingRefused(previous);
      assertThat(store.rows()).isEqualTo(rows);
      assertThat(store.answers(kms)).isEqualTo(before);
    }
    assertRefused(() -> store.openBy(previous, HOUR));
    store.assertReadableIndependently(2);
  }

  private void assertWritesRefused(KmsProcess process) {
    assertRefused(() -> process.createKey(b -> {}));
    assertRefused(() -> process.disableKey(b -> b.keyId(store.enabled)));
    assertRefused(() -> process.deleteAlias(b -> b.aliasName("alias/orders")));
  }

  private void assertEverythingRefused(KmsProcess process) {
    assertRefused(() -> process.describeKey(b -> b.keyId(store.enabled)));
    assertRefused(() -> process.listKeys(b -> {}));
    assertRefused(() -> process.listAliases(b -> {}));
    Bytes blob = store.ciphertexts.get("enabled");
    assertRefused(() -> VersionedStore.decrypted(process, blob));
    assertWritesRefused(process);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void previousNode_copyBecomesStale_isRefused(Dialect kind) throws Exception {
    fill(kind, HOUR);
    Map<String, Object> before = store.answers(previous);
    try (LocalKeyProvider kms = openCurrent()) {
      kms.disableKey(b -> b.keyId(store.enabled));
      Map<String, Set<String>> rows = store.rows();
      store.nanoTime.addAndGet(HOUR.toNanos() - 1);
      // The copy has not expired, so the answers are those from before the change.
      assertThat(store.answers(previous)).isEqualTo(before);
      store.nanoTime.addAndGet(1);
      assertEverythingRefused(previous);
      // Due keys are not deleted either.
      store.now = store.now.plus(Duration.ofDays(31));
      assertEverythingRefused(previous);
      assertThat(store.rows()).isEqualTo(rows);
      assertThat(kms.purge()).isEqualTo(1);
      assertEverythingRefused(previous);
    }
    store.assertReadableIndependently(2);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void previousNode_currentStore_isRefused_andLeftUnchanged(Dialect kind) throws Exception {
    TestDatabase database = database(kind);
    StoreTables tables = new StoreTables(database.dataSource());
    try (LocalKeyProvider kms =
        LocalKeyProvider.builder().storage(database.open(Duration.ZERO)).build()) {
      kms.createKey(b -> {});
    }
    Map<String, String> files = files();
    Map<String, List<Row>> rows = tables.everything();
    assertRefused(
        () -> previous.open(database.url(), Duration.ZERO, Instant::now, System::nanoTime));
    assertThat(files()).isEqualTo(files);
    assertThat(tables.everything()).usingRecursiveComparison().isEqualTo(rows);
    assertThat(rows.get(StoreTables.ITEM)).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void nodeBelowWriter_storeOfPreviousVersion_readsAndRefusesWrites(Dialect kind) throws Exception {
    fill(kind, Duration.ZERO);
    Map<String, Object> before = store.answers(previous);
    previous.closeStore();
    openCurrent().close();
    Map<String, Set<String>> rows = store.rows();
    SealedKeyStorage storage =
        store
            .database
            .builder()
            .rootKey(RootKey.unsealedForTests())
            .schema(Schema.withDocuments(new DocumentVersions(0, entry -> 0)))
            .open();
    try (LocalKeyProvider kms = provider(storage)) {
      assertThat(store.answers(kms)).isEqualTo(before);
      assertBelowWriter(() -> kms.createKey(b -> {}));
      assertBelowWriter(() -> kms.disableKey(b -> b.keyId(store.enabled)));
      assertBelowWriter(() -> kms.deleteAlias(b -> b.aliasName("alias/orders")));
      // A due key stays.
      store.now = store.now.plus(Duration.ofDays(31));
      assertThat(kms.purge()).isZero();
      store.now = store.now.minus(Duration.ofDays(31));
      assertThat(store.answers(kms)).isEqualTo(before);
    }
    assertThat(store.rows()).isEqualTo(rows);
  }

  private static void assertBelowWriter(ThrowingCallable write) {
    assertThatExceptionOfType(KmsInternalException.class)
        .isThrownBy(write)
        .withMessage(
            "embedded-kms: writing to the store requires version 1 of its documents; this"
                + " embedded-kms supports version 0 and can only read the store");
  }
}
