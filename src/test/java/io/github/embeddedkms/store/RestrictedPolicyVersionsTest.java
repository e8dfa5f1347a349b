package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyListEntry;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.fixture.TestPolicies;
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
 * A node of the last version that stores key policies without enforcing them, in its own process,
 * and a node of this version on one store. The older one never uses a key against its policy.
 */
@Timeout(120)
class RestrictedPolicyVersionsTest {

  /** The text file next to the jar documents how it was built. */
  private static final Path PREVIOUS = Path.of("src/test/resources/versions/documents-4.jar");

  private static final Policy UNRESTRICTED = TestPolicies.unrestricted(Contents.ACCOUNT);
  private static final Policy RESTRICTED = TestPolicies.withoutDecrypt(Contents.ACCOUNT, "guest");

  private static final String BELOW_WRITER =
      "embedded-kms: writing to the store requires version 5 of its documents; this embedded-kms"
          + " supports version 4 and can only read the store";

  private static KmsProcess previous;

  @TempDir Path directory;

  private TestDatabase database;
  private SealedKeyStorage storage;
  private LocalKeyProvider kms;
  private String free;
  private String restricted;

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
    kms = LocalKeyProvider.builder().storage(storage).build();
    free = kms.createKey(b -> {}).keyMetadata().keyId();
    restricted = kms.createKey(b -> {}).keyMetadata().keyId();
    kms.createAlias(b -> b.aliasName("alias/restricted").targetKeyId(restricted));
    openPrevious();
  }

  @AfterEach
  void close() {
    kms.close();
  }

  private void openPrevious() {
    previous.open(database.url(), Duration.ZERO, Instant::now, System::nanoTime);
  }

  private void putPolicy(Policy policy) {
    AttackedStore.change(storage, Contents.address(restricted), key -> key.policy(policy));
  }

  private long writer() {
    return new StoreTables(database.dataSource()).onlyRow(StoreTables.HEAD).number("writer");
  }

  private Bytes encrypt(String keyId) {
    return previous
        .encrypt(b -> b.keyId(keyId).plaintext(SecretBytes.fromUtf8String("hello")))
        .ciphertextBlob();
  }

  private static String decrypt(Bytes blob) {
    return previous.decrypt(b -> b.ciphertextBlob(blob)).plaintext().asUtf8String();
  }

  private static List<String> keys() {
    return previous.listKeys(b -> {}).keys().stream().map(KeyListEntry::keyId).toList();
  }

  private static void assertRefused(ThrowingCallable order, Class<?> failure, String message) {
    assertThatThrownBy(order)
        .isExactlyInstanceOf(AssertionError.class)
        .hasMessageContaining(": failed " + failure.getName() + ": " + message + " [");
  }

  private void assertRestrictedIsRefused(Bytes blob) {
    String message =
        "embedded-kms: "
            + Contents.address(restricted).describe()
            + " was written by a newer version of embedded-kms";
    for (ThrowingCallable order :
        List.<ThrowingCallable>of(
            () -> previous.describeKey(b -> b.keyId(restricted)),
            () -> previous.describeKey(b -> b.keyId("alias/restricted")),
            () -> previous.getKeyPolicy(b -> b.keyId(restricted)),
            () -> encrypt(restricted),
            () -> decrypt(blob),
            () -> previous.disableKey(b -> b.keyId(restricted)))) {
      assertRefused(order, UnreadableItemException.class, message);
    }
    assertThat(keys()).containsExactly(free);
  }

  private void assertWritesAreRefused() {
    for (ThrowingCallable order :
        List.<ThrowingCallable>of(
            () -> previous.createKey(b -> {}),
            () -> previous.disableKey(b -> b.keyId(free)),
            () -> previous.deleteAlias(b -> b.aliasName("alias/restricted")))) {
      assertRefused(order, KeyStorageException.class, BELOW_WRITER);
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void policyThatAllowsEverything_previousNodeGoesOn(Dialect kind) throws Exception {
    fill(kind);
    putPolicy(UNRESTRICTED);
    assertThat(writer()).isLessThan(5);
    assertThat(previous.getKeyPolicy(b -> b.keyId(restricted)).policy())
        .contains("\"AWS\" : \"000000000000\"");
    previous.disableKey(b -> b.keyId(restricted));
    previous.enableKey(b -> b.keyId(restricted));
    assertThat(decrypt(encrypt(restricted))).isEqualTo("hello");
    assertThat(storage.key(Contents.address(restricted)).orElseThrow().policy())
        .isEqualTo(UNRESTRICTED);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void firstRestrictedPolicy_previousNodeReadsOn_withoutItsKey_andWritesNothing(Dialect kind)
      throws Exception {
    fill(kind);
    Bytes blob = encrypt(restricted);
    Bytes other = encrypt(free);
    previous.disableKey(b -> b.keyId(free));
    previous.enableKey(b -> b.keyId(free));
    putPolicy(RESTRICTED);
    assertThat(writer()).isEqualTo(5);
    var rows = new StoreTables(database.dataSource()).everything();
    assertRestrictedIsRefused(blob);
    assertWritesAreRefused();
    assertThat(decrypt(other)).isEqualTo("hello");
    // The same if it is started only now.
    openPrevious();
    assertRestrictedIsRefused(blob);
    assertWritesAreRefused();
    assertThat(decrypt(encrypt(free))).isEqualTo("hello");
    assertThat(new StoreTables(database.dataSource()).everything())
        .usingRecursiveComparison()
        .isEqualTo(rows);

    putPolicy(null);
    assertThat(decrypt(blob)).isEqualTo("hello");
    assertThat(keys()).containsExactlyInAnyOrder(free, restricted);
    assertWritesAreRefused();
    assertThat(kms.decrypt(b -> b.ciphertextBlob(other)).plaintext().asUtf8String())
        .isEqualTo("hello");
  }
}
