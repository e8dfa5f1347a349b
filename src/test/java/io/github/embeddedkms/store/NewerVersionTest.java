package io.github.embeddedkms.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.GrantOperation;
import io.github.embeddedkms.model.KeyListEntry;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.StoreTables.Row;
import io.github.embeddedkms.store.fixture.TestKeys;
import io.github.embeddedkms.store.process.Contents;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A node of this version and a node of a later version share a store. The later one gives keys a
 * nickname and writes entries of another kind.
 */
class NewerVersionTest {

  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.089Z");
  private static final Address NICKNAMED = Contents.address("11111111-1111-1111-1111-111111111111");
  private static final Address OTHER = Contents.address("22222222-2222-2222-2222-222222222222");
  private static final String NONE = "33333333-3333-3333-3333-333333333333";
  private static final Address NOTE = Contents.address("note");
  private static final List<EntryKind<?>> LATER =
      List.of(KeyEntry.KIND, AliasEntry.KIND, NoteEntry.KIND, NicknamedKey.KIND);
  private static final String REFUSED =
      "embedded-kms: key 11111111-1111-1111-1111-111111111111 of account 000000000000 in us-east-1"
          + " was written by a newer version of embedded-kms";

  @TempDir Path directory;

  private TestDatabase database;

  private SealedKeyStorageBuilder builder() {
    return database.builder().rootKey(RootKey.unsealedForTests()).maximumStaleness(Duration.ZERO);
  }

  private SealedKeyStorage open() {
    return builder().open();
  }

  private SealedKeyStorage openLater() {
    return builder().kinds(LATER).open();
  }

  private void create(String kind) throws SQLException {
    database =
        kind.equals("SQLite")
            ? TestDatabase.sqlite(directory.resolve("keys.db"))
            : TestDatabase.postgres();
    try (SealedKeyStorage storage = open()) {
      storage.apply(Change.put(TestKeys.symmetric(NICKNAMED, NOW)));
      storage.apply(Change.put(TestKeys.symmetric(OTHER, NOW)));
      storage.apply(Change.put(new AliasEntry(alias("a"), 1, NICKNAMED.id(), NOW, NOW)));
      storage.apply(Change.put(new AliasEntry(alias("b"), 1, OTHER.id(), NOW, NOW)));
    }
  }

  private static Address alias(String name) {
    return Contents.address("alias/" + name);
  }

  private static void addNicknameAndNote(SealedKeyStorage later) {
    NicknamedKey key = later.entry(NicknamedKey.KIND, NICKNAMED).orElseThrow();
    assertThat(later.apply(Change.put(key.nicknamed("a nickname")))).isTrue();
    assertThat(later.apply(Change.put(new NoteEntry(NOTE, 1, OTHER.id(), "a note", null))))
        .isTrue();
  }

  private Bytes documentOfNicknamed() {
    Row row = new StoreTables(database.dataSource()).row("kms_item", NICKNAMED);
    return Bytes.fromByteArray(row.bytes("document"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void read_laterNodeHasWritten_onlyItsEntriesAreRefused(String kind) throws SQLException {
    create(kind);
    try (SealedKeyStorage node = open();
        SealedKeyStorage later = openLater()) {
      Bytes material = node.key(NICKNAMED).orElseThrow().currentMaterial().id();
      addNicknameAndNote(later);
      assertOnlyNicknamedIsRefused(node, material);
    }
    try (SealedKeyStorage node = open();
        SealedKeyStorage later = openLater()) {
      Bytes material =
          later.entry(NicknamedKey.KIND, NICKNAMED).orElseThrow().key().currentMaterial().id();
      assertOnlyNicknamedIsRefused(node, material);
      // Nothing that this version does not know has been lost.
      assertThat(later.entry(NicknamedKey.KIND, NICKNAMED).orElseThrow().nickname())
          .isEqualTo("a nickname");
      assertThat(later.entry(NoteEntry.KIND, NOTE).orElseThrow().text()).isEqualTo("a note");
      assertThat(later.entriesOf(NoteEntry.KIND, OTHER, "", 10)).hasSize(1);
    }
  }

  private void assertOnlyNicknamedIsRefused(SealedKeyStorage node, Bytes material) {
    Bytes before = documentOfNicknamed();
    assertRefused(() -> node.key(NICKNAMED));
    assertRefused(() -> node.keyOfMaterial(Contents.ACCOUNT, Contents.REGION, material));
    // A caller of another account, who may get such a list, must not learn of the key.
    assertThat(node.keysOfMaterial(Contents.REGION, material)).isEmpty();
    assertRefused(() -> node.apply(Change.put(TestKeys.symmetric(NICKNAMED, NOW))));
    assertThat(node.alias(alias("a"))).isPresent();
    assertThat(node.keysAfter(Contents.address(""), 10))
        .extracting(KeyEntry::address)
        .containsExactly(OTHER);
    KeyEntry other = node.key(OTHER).orElseThrow();
    assertThat(
            node.keyOfMaterial(
                Contents.ACCOUNT, Contents.REGION, Bytes.fromByteArray(new byte[32])))
        .isEmpty();
    assertThat(node.apply(Change.put(other.changed(next -> next.description("changed"))))).isTrue();
    assertThat(documentOfNicknamed()).isEqualTo(before);
    assertThatThrownBy(() -> node.apply(Change.put(new AliasEntry(NOTE, 1, OTHER.id(), NOW, NOW))))
        .isInstanceOf(KeyStorageException.class)
        .hasMessageContaining("note of account");
  }

  private static void assertRefused(Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(KeyStorageException.class).hasMessage(REFUSED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void provider_laterNodeHasWritten_refusesOnlyThatKey(String kind) throws SQLException {
    create(kind);
    try (SealedKeyStorage storage = open();
        LocalKeyProvider kms = LocalKeyProvider.builder().storage(storage).build()) {
      Bytes blob = encrypt(kms, NICKNAMED.id());
      try (SealedKeyStorage later = openLater()) {
        addNicknameAndNote(later);
      }
      assertCallRefused(() -> kms.describeKey(b -> b.keyId(NICKNAMED.id())));
      assertCallRefused(() -> kms.describeKey(b -> b.keyId("alias/a")));
      assertCallRefused(() -> encrypt(kms, NICKNAMED.id()));
      assertCallRefused(() -> kms.decrypt(b -> b.ciphertextBlob(blob)));
      assertCallRefused(() -> kms.disableKey(b -> b.keyId(NICKNAMED.id())));
      assertThat(kms.listKeys(b -> {}).keys())
          .extracting(KeyListEntry::keyId)
          .containsExactly(OTHER.id());
      assertThat(kms.listAliases(b -> {}).aliases()).hasSize(2);
      assertThat(
              kms.decrypt(b -> b.ciphertextBlob(encrypt(kms, OTHER.id())))
                  .plaintext()
                  .asUtf8String())
          .isEqualTo("hello");
      kms.createAlias(b -> b.aliasName("alias/c").targetKeyId(OTHER.id()));
      kms.createKey(b -> {});
      assertThat(refusalInOtherAccount(kms, NICKNAMED.id()))
          .isEqualTo(refusalInOtherAccount(kms, NONE));
    }
  }

  /**
   * A provider that only reads hides the aliases and grants of due keys, so it asks for the key.
   */
  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void readOnlyProvider_laterNodeHasWritten_listsAliasesAndGrantsOfThatKey(String kind)
      throws SQLException {
    create(kind);
    String retirer = "arn:aws:iam::000000000000:role/Cleaner";
    try (SealedKeyStorage storage = open();
        LocalKeyProvider kms = LocalKeyProvider.builder().storage(storage).build()) {
      for (Address key : List.of(NICKNAMED, OTHER)) {
        kms.createGrant(
            grant ->
                grant
                    .keyId(key.id())
                    .granteePrincipal(retirer)
                    .retiringPrincipal(retirer)
                    .operations(List.of(GrantOperation.DECRYPT)));
      }
    }
    try (SealedKeyStorage later = openLater()) {
      addNicknameAndNote(later);
    }
    try (SealedKeyStorage storage = builder().readOnly().open();
        LocalKeyProvider kms = LocalKeyProvider.builder().storage(storage).build()) {
      assertThat(kms.listAliases(b -> {}).aliases()).hasSize(2);
      assertThat(kms.listRetirableGrants(b -> b.retiringPrincipal(retirer)).grants()).hasSize(2);
      assertThat(kms.listKeys(b -> {}).keys()).hasSize(1);
      assertCallRefused(() -> kms.describeKey(b -> b.keyId("alias/a")));
      assertCallRefused(() -> kms.listGrants(b -> b.keyId(NICKNAMED.id())));
    }
  }

  private static Bytes encrypt(LocalKeyProvider kms, String keyId) {
    return kms.encrypt(b -> b.keyId(keyId).plaintext(SecretBytes.fromUtf8String("hello")))
        .ciphertextBlob();
  }

  /**
   * Returns the error for a caller of another account, which must not reveal that such a key
   * exists.
   */
  private static String refusalInOtherAccount(LocalKeyProvider kms, String keyId) {
    String arn = kms.defaultCaller().arn("key/" + keyId);
    return catchThrowableOfType(
            AccessDeniedException.class,
            () -> kms.inAccount("111122223333").describeKey(b -> b.keyId(arn)))
        .getMessage();
  }

  private static void assertCallRefused(Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(KmsInternalException.class).hasMessage(REFUSED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void reseal_byNodeThatCannotReadAllEntries_losesNothing(String kind) throws SQLException {
    create(kind);
    try (SealedKeyStorage node = open();
        SealedKeyStorage later = openLater()) {
      addNicknameAndNote(later);
      node.reseal();
      NicknamedKey key = later.entry(NicknamedKey.KIND, NICKNAMED).orElseThrow();
      assertThat(key.nickname()).isEqualTo("a nickname");
      assertThat(key.key().currentMaterial().<Integer, RuntimeException>lend(raw -> raw.length))
          .isEqualTo(32);
      assertThat(later.entry(NoteEntry.KIND, NOTE)).isPresent();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void read_laterNodeRemovesPolicy_keyIsReadAgain(String kind) throws SQLException {
    create(kind);
    try (SealedKeyStorage node = open();
        SealedKeyStorage later = openLater()) {
      addNicknameAndNote(later);
      assertRefused(() -> node.key(NICKNAMED));
      NicknamedKey key = later.entry(NicknamedKey.KIND, NICKNAMED).orElseThrow();
      later.apply(Change.put(key.nicknamed(null)));
      assertThat(node.key(NICKNAMED)).isPresent();
      NoteEntry note = later.entry(NoteEntry.KIND, NOTE).orElseThrow();
      later.apply(Change.remove(List.of(note)));
      assertThat(node.alias(NOTE)).isEmpty();
      assertThat(node.apply(Change.put(new AliasEntry(NOTE, 1, OTHER.id(), NOW, NOW)))).isTrue();
    }
  }
}
