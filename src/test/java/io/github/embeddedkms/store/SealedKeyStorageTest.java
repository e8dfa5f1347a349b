package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.exception.DisabledException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.store.fixture.TestKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedKeyStorageTest {

  private static final String ALIAS = "alias/orders";

  @TempDir Path directory;
  private Path file;

  /** The clock that decides whether a copy is stale; it stands still unless a test advances it. */
  private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 1_000);

  private Instant now = Instant.parse("2026-03-04T05:06:07.089Z");

  @BeforeEach
  void chooseFile() {
    file = directory.resolve("keys.db");
  }

  private SealedKeyStorageBuilder builder() {
    return SealedKeyStorage.builder(file)
        .rootKey(RootKey.unsealedForTests())
        .nanoTime(nanoTime::get);
  }

  private LocalKeyProvider open() {
    return over(builder().open());
  }

  private LocalKeyProvider over(KeyStorage storage) {
    return LocalKeyProvider.builder().clock(() -> now).storage(storage).build();
  }

  private static String createKey(LocalKeyProvider kms) {
    return kms.createKey(key -> {}).keyMetadata().keyId();
  }

  @Test
  void reopen_everythingIsUnchanged() {
    String keyId;
    Bytes blob;
    Bytes dataKey;
    try (LocalKeyProvider kms = open()) {
      keyId =
          kms.createKey(
                  key ->
                      key.description("für Bestellungen \uD83D\uDD11")
                          .tags(List.of(new Tag("a", ""))))
              .keyMetadata()
              .keyId();
      kms.createAlias(alias -> alias.aliasName(ALIAS).targetKeyId(keyId));
      GenerateDataKey.Response made = kms.generateDataKey(key -> key.keyId(ALIAS).numberOfBytes(5));
      blob = made.ciphertextBlob();
      dataKey = Bytes.fromByteArray(made.plaintext().asByteArray());
      kms.scheduleKeyDeletion(key -> key.keyId(keyId).pendingWindowInDays(7));
      kms.cancelKeyDeletion(key -> key.keyId(keyId));
      kms.enableKey(key -> key.keyId(keyId));
    }
    try (LocalKeyProvider kms = open()) {
      var metadata = kms.describeKey(key -> key.keyId(ALIAS)).keyMetadata();
      assertThat(metadata.keyId()).isEqualTo(keyId);
      assertThat(metadata.description()).isEqualTo("für Bestellungen \uD83D\uDD11");
      assertThat(metadata.creationDate()).isEqualTo(now);
      assertThat(kms.decrypt(request -> request.ciphertextBlob(blob)).plaintext())
          .isEqualTo(SecretBytes.fromByteArray(dataKey.asByteArray()));
      assertThat(kms.listAliases(request -> {}).aliases()).hasSize(1);
    }
  }

  @Test
  void twoNodes_changeOfOne_isSeenByTheOtherOnceItsCopyIsStale() {
    try (LocalKeyProvider one = open();
        LocalKeyProvider other = open()) {
      String keyId = createKey(one);
      assertThatExceptionOfType(NotFoundException.class)
          .isThrownBy(() -> other.describeKey(key -> key.keyId(keyId)));
      advanceClock(Duration.ofSeconds(1).minusNanos(1));
      assertThatExceptionOfType(NotFoundException.class)
          .isThrownBy(() -> other.describeKey(key -> key.keyId(keyId)));
      advanceClock(Duration.ofNanos(1));
      Bytes blob = other.generateDataKey(key -> key.keyId(keyId).numberOfBytes(1)).ciphertextBlob();
      one.disableKey(key -> key.keyId(keyId));
      // The copy is still fresh, so it is used, although another node has disabled the key.
      other.decrypt(request -> request.ciphertextBlob(blob));
      advanceClock(Duration.ofSeconds(1));
      assertThatExceptionOfType(DisabledException.class)
          .isThrownBy(() -> other.decrypt(request -> request.ciphertextBlob(blob)));
    }
  }

  @Test
  void twoNodes_keysOfMaterial_areThoseOfTheLatestCopy_andAfterReopening() {
    SymmetricMaterial material = sameMaterial();
    KeyEntry first =
        TestKeys.symmetric(new Address("111122223333", "eu-west-1", "key"), now, material);
    KeyEntry second =
        TestKeys.symmetric(new Address("444455556666", "eu-west-1", "key"), now, sameMaterial());
    try (SealedKeyStorage one = builder().open();
        SealedKeyStorage other = builder().open()) {
      one.apply(Change.put(second));
      assertThat(other.keysOfMaterial("eu-west-1", material.id())).isEmpty();
      advanceClock(Duration.ofSeconds(1));
      assertThat(accounts(other, material.id())).containsExactly("444455556666");
      one.apply(Change.put(first));
      advanceClock(Duration.ofSeconds(1));
      assertThat(accounts(other, material.id())).containsExactly("111122223333", "444455556666");
    }
    try (SealedKeyStorage node = builder().open()) {
      assertThat(accounts(node, material.id())).containsExactly("111122223333", "444455556666");
      node.apply(Change.remove(List.of(node.key(second.address()).orElseThrow())));
      assertThat(accounts(node, material.id())).containsExactly("111122223333");
    }
  }

  private static SymmetricMaterial sameMaterial() {
    return SymmetricMaterial.of("key", Suite.XAES_256_GCM, SecretBytes.fromByteArray(new byte[32]));
  }

  private static List<String> accounts(KeyStorage storage, Bytes materialId) {
    return storage.keysOfMaterial("eu-west-1", materialId).stream()
        .map(key -> key.address().account())
        .toList();
  }

  private void advanceClock(Duration by) {
    nanoTime.addAndGet(by.toNanos());
  }

  @Test
  void twoNodes_changeOnStaleCopy_isDecidedOnTheCurrentState() {
    try (LocalKeyProvider one = open();
        LocalKeyProvider other = open()) {
      String keyId = createKey(one);
      advanceClock(Duration.ofSeconds(1));
      other.describeKey(key -> key.keyId(keyId));
      one.scheduleKeyDeletion(key -> key.keyId(keyId));
      // Without a refresh before, because the clock stands still.
      assertThatThrownBy(() -> other.disableKey(key -> key.keyId(keyId)))
          .hasMessageEndingWith(" is pending deletion.");
    }
  }

  @Test
  void maximumStaleness_zero_everyReadSeesTheLatest() {
    try (LocalKeyProvider one = open();
        LocalKeyProvider other = over(builder().maximumStaleness(Duration.ZERO).open())) {
      String keyId = createKey(one);
      other.describeKey(key -> key.keyId(keyId));
      one.disableKey(key -> key.keyId(keyId));
      assertThatExceptionOfType(DisabledException.class)
          .isThrownBy(() -> other.generateDataKey(key -> key.keyId(keyId).numberOfBytes(1)));
    }
  }

  @Test
  void alias_createdAgain_isAnotherOneForNodesThatSawTheFirst() {
    try (SealedKeyStorage one = builder().open();
        SealedKeyStorage other = builder().maximumStaleness(Duration.ZERO).open()) {
      Address address = new Address("111122223333", "eu-west-1", ALIAS);
      AliasEntry alias = new AliasEntry(address, 1, "key", now, now);
      assertThat(one.apply(Change.put(alias))).isTrue();
      AliasEntry first = other.alias(address).orElseThrow();
      one.apply(Change.remove(List.of(first)));
      assertThat(other.alias(address)).isEmpty();
      assertThat(one.apply(Change.put(alias))).isTrue();
      assertThat(other.alias(address).orElseThrow().version()).isEqualTo(3);
      assertThat(one.alias(address)).isEqualTo(other.alias(address));
      assertThat(other.apply(Change.remove(List.of(first)))).isFalse();
    }
  }

  @Test
  void delete_byOneNode_removesKeyAliasesAndMaterialForTheOther() throws SQLException {
    try (LocalKeyProvider one = open();
        LocalKeyProvider other = open()) {
      String keyId = createKey(one);
      one.createAlias(alias -> alias.aliasName(ALIAS).targetKeyId(keyId));
      advanceClock(Duration.ofSeconds(1));
      Bytes blob = other.generateDataKey(key -> key.keyId(ALIAS).numberOfBytes(1)).ciphertextBlob();
      one.scheduleKeyDeletion(key -> key.keyId(keyId).pendingWindowInDays(7));
      now = now.plus(Duration.ofDays(7));
      assertThat(one.purge()).isEqualTo(1);
      advanceClock(Duration.ofSeconds(1));
      assertThatThrownBy(() -> other.describeKey(key -> key.keyId(ALIAS)))
          .hasMessageEndingWith("alias/orders is not found.");
      assertThatThrownBy(() -> other.decrypt(request -> request.ciphertextBlob(blob)))
          .hasMessageContaining(
              " kms:Decrypt on the resource associated with this ciphertext because");
      assertThat(count("kms_material")).isZero();
      // Of the key, its alias and its last use.
      assertThat(count("kms_item WHERE kind = 3")).isEqualTo(3);
    }
  }

  @Test
  void fetchMaterial_keyDeletedByOtherNode_throwsNotFound() {
    try (LocalKeyProvider one = open()) {
      String keyId = createKey(one);
      try (LocalKeyProvider other = open()) {
        one.scheduleKeyDeletion(key -> key.keyId(keyId).pendingWindowInDays(7));
        now = now.plus(Duration.ofDays(7));
        one.purge();
        assertThatThrownBy(() -> other.generateDataKey(key -> key.keyId(keyId).numberOfBytes(1)))
            .isInstanceOf(NotFoundException.class);
      }
    }
  }

  @Test
  void open_newFile_onlyOwnerHasAccess() throws Exception {
    open().close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void open_wrongRootKey_isRefused_andNothingIsWritten() throws Exception {
    open().close();
    byte[] before = Files.readAllBytes(file);
    try (RootKey wrong =
        RootKey.ofBytes(
            new byte[] {
              1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
              25, 26, 27, 28, 29, 30, 31, 32
            })) {
      assertThatExceptionOfType(WrongRootKeyException.class)
          .isThrownBy(() -> SealedKeyStorage.builder(file).rootKey(wrong).open());
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void open_withoutRootKey_isRefused() {
    assertThatThrownBy(() -> SealedKeyStorage.builder(file).open())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("embedded-kms: a store needs a root key");
  }

  @Test
  void minimumSequence_aboveCountOfChanges_isRefused() {
    try (SealedKeyStorage storage = builder().open()) {
      assertThat(storage.sequence()).isZero();
      LocalKeyProvider kms = over(storage);
      createKey(kms);
      createKey(kms);
      assertThat(storage.sequence()).isEqualTo(2);
    }
    builder().minimumSequence(2).open().close();
    assertThatThrownBy(() -> builder().minimumSequence(3).open())
        .isInstanceOf(AlteredStoreException.class)
        .hasMessage("embedded-kms: the store is at sequence 2, and was at 3 before");
  }

  @Test
  void reseal_whileNodesWork_movesEveryRowToNewEpoch() throws SQLException {
    try (SealedKeyStorage storage = builder().open();
        LocalKeyProvider other = over(builder().maximumStaleness(Duration.ZERO).open())) {
      LocalKeyProvider kms = over(storage);
      String keyId = createKey(kms);
      String unused = createKey(kms);
      kms.createAlias(alias -> alias.aliasName(ALIAS).targetKeyId(keyId));
      kms.createAlias(alias -> alias.aliasName("alias/gone").targetKeyId(keyId));
      kms.deleteAlias(alias -> alias.aliasName("alias/gone"));
      Bytes blob = other.generateDataKey(key -> key.keyId(ALIAS).numberOfBytes(1)).ciphertextBlob();
      storage.reseal();
      // Two keys, an alias, a tombstone, a last use, and since when uses are recorded.
      assertThat(count("kms_item WHERE epoch = 2")).isEqualTo(6);
      assertThat(count("kms_material WHERE epoch = 2")).isEqualTo(2);
      assertThat(count("kms_store_key WHERE epoch = 2")).isEqualTo(1);
      assertThat(count("kms_store_key")).isEqualTo(1);
      kms.decrypt(request -> request.ciphertextBlob(blob));
      other.decrypt(request -> request.ciphertextBlob(blob));
      other.generateDataKey(key -> key.keyId(unused).numberOfBytes(1));
      other.disableKey(key -> key.keyId(unused));
    }
    try (LocalKeyProvider kms = open()) {
      assertThat(kms.listKeys(request -> {}).keys()).hasSize(2);
      kms.generateDataKey(key -> key.keyId(ALIAS).numberOfBytes(1));
    }
  }

  @Test
  void changeRootKey_nextOpenNeedsNewKey_runningNodesContinue() {
    try (SealedKeyStorage storage = builder().open();
        LocalKeyProvider other = open();
        RootKey passphrase = RootKey.ofPassphrase("correct horse".toCharArray())) {
      LocalKeyProvider kms = over(storage);
      String keyId = createKey(kms);
      storage.changeRootKey(passphrase);
      createKey(other);
      createKey(kms);
      assertThatExceptionOfType(WrongRootKeyException.class).isThrownBy(this::open);
      try (LocalKeyProvider reopened =
          over(SealedKeyStorage.builder(file).rootKey(passphrase).open())) {
        reopened.generateDataKey(key -> key.keyId(keyId).numberOfBytes(1));
        assertThat(reopened.listKeys(request -> {}).keys()).hasSize(3);
      }
    }
  }

  @Test
  void open_rowRemovedByHand_isRefusedUntilAccepted() throws SQLException {
    String keyId;
    try (LocalKeyProvider kms = open()) {
      keyId = createKey(kms);
      kms.createAlias(alias -> alias.aliasName(ALIAS).targetKeyId(keyId));
    }
    execute("DELETE FROM kms_item WHERE id = '" + ALIAS + "'");
    assertThatThrownBy(this::open)
        .isInstanceOf(AlteredStoreException.class)
        .hasMessage(
            "embedded-kms: the store was altered: its items are not those that were written up to"
                + " sequence 2");
    assertThat(builder().accept()).isEqualTo(3);
    try (LocalKeyProvider kms = open()) {
      assertThat(kms.listAliases(request -> {}).aliases()).isEmpty();
      kms.generateDataKey(key -> key.keyId(keyId).numberOfBytes(1));
    }
  }

  @Test
  void open_tablesOfNewerVersion_isRefused() throws SQLException {
    open().close();
    execute("UPDATE kms_store SET schema_version = 3");
    assertThatThrownBy(this::open)
        .hasMessage(
            "embedded-kms: the store has version 3 of its tables, made by a newer embedded-kms;"
                + " this one knows version 2");
  }

  @Test
  void open_tablesOfOlderVersion_areMigrated_andNodesOfThatVersionStop() {
    Schema next =
        StoreTables.next(
            "-- A comment.\nCREATE TABLE kms_more (a TEXT);\nCREATE TABLE kms_most (b TEXT);");
    try (LocalKeyProvider old = open()) {
      String keyId = createKey(old);
      try (LocalKeyProvider kms = over(builder().schema(next).open())) {
        kms.generateDataKey(key -> key.keyId(keyId).numberOfBytes(1));
        createKey(kms);
      }
      over(builder().schema(next).open()).close();
      advanceClock(Duration.ofSeconds(1));
      assertThatThrownBy(() -> createKey(old))
          .hasMessageContaining("the store has version 3 of its tables");
    }
  }

  @Test
  void close_everyUseFails() {
    SealedKeyStorage storage = builder().open();
    storage.close();
    storage.close();
    assertThatThrownBy(storage::sequence)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the key storage is closed");
    assertThatThrownBy(storage::nextDue).isInstanceOf(IllegalStateException.class);
  }

  private int count(String from) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      return statement.executeQuery("SELECT count(*) FROM " + from).getInt(1);
    }
  }

  private void execute(String command) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(command);
    }
  }
}
