package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyListEntry;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.fixture.TestGrants;
import io.github.embeddedkms.store.process.Contents;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A node of the last version that has no grants, in its own process, and a node of this version on
 * one store. The older one reads every key, and never deletes one without its grants.
 */
@Timeout(120)
class GrantVersionsTest {

  /** The text file next to the jar documents how it was built. */
  private static final Path PREVIOUS = Path.of("src/test/resources/versions/documents-5.jar");

  private static final String BELOW_WRITER =
      "embedded-kms: writing to the store requires version 6 of its documents; this embedded-kms"
          + " supports version 5 and can only read the store";

  private static KmsProcess previous;

  @TempDir Path directory;

  private TestDatabase database;
  private SealedKeyStorage storage;
  private LocalKeyProvider kms;
  private String granted;
  private String pending;
  private Instant now = Instant.now();

  @BeforeAll
  static void start() {
    previous = KmsProcess.start(PREVIOUS);
  }

  @AfterAll
  static void stop() {
    previous.close();
  }

  /** Creates a store with two keys, which a node of this version and a previous one keep open. */
  private void fill(Dialect kind) throws SQLException {
    database =
        kind == Dialect.SQLITE
            ? TestDatabase.sqlite(directory.resolve("keys.db"))
            : TestDatabase.postgres();
    storage = database.open(Duration.ZERO);
    kms = LocalKeyProvider.builder().clock(() -> now).storage(storage).build();
    granted = kms.createKey(b -> {}).keyMetadata().keyId();
    pending = kms.createKey(b -> {}).keyMetadata().keyId();
    kms.createAlias(b -> b.aliasName("alias/pending").targetKeyId(pending));
    openPrevious();
  }

  @AfterEach
  void close() {
    kms.close();
  }

  private void openPrevious() {
    previous.open(database.url(), Duration.ZERO, () -> now, System::nanoTime);
  }

  private List<GrantEntry> grants() {
    List<GrantEntry> grants =
        List.of(
            TestGrants.plain(Contents.address(granted), 1),
            TestGrants.plain(Contents.address(pending), 2),
            TestGrants.plain(Contents.address(pending), 3));
    return grants;
  }

  private List<GrantEntry> grantsOf(String keyId) {
    return storage.entriesOf(GrantEntry.KIND, Contents.address(keyId), "", 10);
  }

  private static Bytes encrypt(String keyId) {
    return previous
        .encrypt(b -> b.keyId(keyId).plaintext(SecretBytes.fromUtf8String("hello")))
        .ciphertextBlob();
  }

  private void assertPreviousReadsEverything(Bytes blob) {
    assertThat(previous.decrypt(b -> b.ciphertextBlob(blob)).plaintext().asUtf8String())
        .isEqualTo("hello");
    assertThat(previous.decrypt(b -> b.ciphertextBlob(encrypt(granted))).keyId()).endsWith(granted);
    assertThat(previous.listKeys(b -> {}).keys())
        .extracting(KeyListEntry::keyId)
        .containsExactlyInAnyOrder(granted, pending);
    assertThat(previous.listAliases(b -> b.keyId(pending)).aliases()).hasSize(1);
  }

  private void assertWritesAreRefused() {
    for (ThrowingCallable order :
        List.<ThrowingCallable>of(
            () -> previous.createKey(b -> {}),
            () -> previous.disableKey(b -> b.keyId(granted)),
            () -> previous.scheduleKeyDeletion(b -> b.keyId(granted).pendingWindowInDays(7)),
            () -> previous.deleteAlias(b -> b.aliasName("alias/pending")))) {
      assertThatThrownBy(order)
          .isExactlyInstanceOf(AssertionError.class)
          .hasMessageContaining(
              ": failed " + KeyStorageException.class.getName() + ": " + BELOW_WRITER + " [");
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void firstGrant_previousNodeReadsOn_andWritesNothing(Dialect kind) throws Exception {
    fill(kind);
    Bytes blob = encrypt(granted);
    // It may write until there is a grant.
    previous.disableKey(b -> b.keyId(pending));
    previous.enableKey(b -> b.keyId(pending));
    List<GrantEntry> grants = grants();
    assertThat(storage.apply(new Change(List.copyOf(grants), List.of(), List.of()))).isTrue();
    assertPreviousReadsEverything(blob);
    assertWritesAreRefused();
    // The same if it is started only now.
    openPrevious();
    assertPreviousReadsEverything(blob);
    assertWritesAreRefused();
    assertThat(grantsOf(granted)).containsExactly(grants.get(0));
    assertThat(grantsOf(pending)).containsExactly(grants.get(1), grants.get(2));

    // A store that has had grants stays closed to it: tombstones of grants remain.
    assertThat(storage.apply(Change.remove(List.copyOf(grants)))).isTrue();
    assertPreviousReadsEverything(blob);
    assertWritesAreRefused();
  }

  /** Otherwise, the grants would be left behind, for another key of the same id. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void dueKeyWithGrants_previousNode_doesNotDeleteIt(Dialect kind) throws Exception {
    fill(kind);
    Bytes blob = encrypt(pending);
    List<GrantEntry> grants = grants();
    assertThat(storage.apply(new Change(List.copyOf(grants), List.of(), List.of()))).isTrue();
    kms.scheduleKeyDeletion(b -> b.keyId(pending).pendingWindowInDays(7));
    now = now.plus(Duration.ofDays(8));
    for (int opened = 0; opened < 2; opened++) {
      assertThat(previous.listKeys(b -> {}).keys())
          .extracting(KeyListEntry::keyId)
          .contains(granted);
      assertThatThrownBy(() -> previous.decrypt(b -> b.ciphertextBlob(blob)))
          .isInstanceOf(io.github.embeddedkms.exception.KmsException.class);
      openPrevious();
    }
    assertThat(storage.key(Contents.address(pending))).isPresent();
    assertThat(grantsOf(pending)).containsExactly(grants.get(1), grants.get(2));
  }
}
