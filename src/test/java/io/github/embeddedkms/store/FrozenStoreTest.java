package io.github.embeddedkms.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.gson.JsonObject;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.blob.IndependentBlobReader;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.store.fixture.IndependentStoreReader;
import io.github.embeddedkms.store.fixture.IndependentStoreSeal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Stores of released versions, which must open for ever, with a blob for each of their keys. The
 * files are never regenerated; later versions add their own files.
 */
class FrozenStoreTest {

  private static final String HALF_RESEALED = "store-v1";
  private static final String UNDER_A_PASSPHRASE = "store-v1-passphrase";

  /**
   * Tables of version 2, half resealed, with some tombstones already removed and others still
   * there.
   */
  private static final String COMPACTED = "store-v2";

  /** Documents of version 3: keys with automatic rotation and several materials. */
  private static final String ROTATED = "store-v2-rotation";

  /** Documents of version 5: a key with a policy that restricts its use. */
  private static final String POLICIES = "store-v2-policy";

  /** Documents of version 6: a key with grants, one of which was revoked. */
  private static final String GRANTS = "store-v2-grants";

  private static final Path FOLDER = Path.of("src/test/resources/vectors");

  /** Before the scheduled key is due for deletion. */
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.089Z");

  /** A key of a store, and a blob created with it. */
  private record Vector(
      String name,
      String keyArn,
      String keyId,
      String state,
      Map<String, String> context,
      Bytes plaintext,
      Bytes blob) {

    String region() {
      return keyArn.split(":", -1)[3];
    }

    String account() {
      return keyArn.split(":", -1)[4];
    }
  }

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void chooseFile() {
    file = directory.resolve("keys.db");
  }

  private void copy(String name) throws IOException {
    Files.write(file, Files.readAllBytes(FOLDER.resolve(name + ".db")));
  }

  private static List<Map<String, List<String>>> blocks(String name) throws IOException {
    List<Map<String, List<String>>> blocks = new ArrayList<>();
    for (String text : Files.readString(FOLDER.resolve(name + ".txt")).split("\n\n", -1)) {
      Map<String, List<String>> block = new LinkedHashMap<>();
      text.lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(": ", 2))
          .forEach(field -> block.computeIfAbsent(field[0], x -> new ArrayList<>()).add(field[1]));
      if (!block.isEmpty()) {
        blocks.add(block);
      }
    }
    return blocks;
  }

  private static List<Vector> vectors(String name) throws IOException {
    List<Vector> vectors = new ArrayList<>();
    for (Map<String, List<String>> block : blocks(name)) {
      if (block.containsKey("key-arn")) {
        Map<String, String> context = new LinkedHashMap<>();
        for (String pair : block.getOrDefault("context", List.of())) {
          String[] sides = pair.split("=", -1);
          context.put(new String(hex(sides[0]), UTF_8), new String(hex(sides[1]), UTF_8));
        }
        vectors.add(
            new Vector(
                block.get("name").get(0),
                block.get("key-arn").get(0),
                block.get("key-id").get(0),
                block.get("state").get(0),
                context,
                Bytes.fromByteArray(hex(block.get("plaintext").get(0))),
                Bytes.fromByteArray(hex(block.get("blob").get(0)))));
      }
    }
    assertThat(vectors).hasSize(4);
    return vectors;
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  /** Returns the root key, or the UTF-8 bytes of the passphrase. */
  private static byte[] root(String name) throws IOException {
    String field = name.equals(UNDER_A_PASSPHRASE) ? "passphrase" : "root";
    return hex(blocks(name).get(0).get(field).get(0));
  }

  private static RootKey rootKey(String name) throws IOException {
    return name.equals(UNDER_A_PASSPHRASE)
        ? RootKey.ofPassphrase(new String(root(name), UTF_8).toCharArray())
        : RootKey.ofBytes(root(name));
  }

  private IndependentStoreReader readIndependently(String name) throws Exception {
    byte[] root = root(name);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      return name.equals(UNDER_A_PASSPHRASE)
          ? IndependentStoreReader.read(
              connection,
              2,
              parameters ->
                  IndependentStoreSeal.rootOfPassphrase(new String(root, UTF_8), parameters))
          : IndependentStoreReader.read(connection, 1, parameters -> root);
    }
  }

  private static LocalKeyProvider provider(SealedKeyStorage storage, Vector vector) {
    return LocalKeyProvider.builder()
        .region(vector.region())
        .account(vector.account())
        .clock(() -> NOW)
        .storage(storage)
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {HALF_RESEALED, UNDER_A_PASSPHRASE, COMPACTED})
  void open_releasedStore_itsBlobsDecrypt(String name) throws Exception {
    copy(name);
    try (RootKey root = rootKey(name);
        SealedKeyStorage storage = SealedKeyStorage.builder(file).rootKey(root).open()) {
      for (Vector vector : vectors(name)) {
        LocalKeyProvider kms = provider(storage, vector);
        var metadata = kms.describeKey(key -> key.keyId(vector.keyArn)).keyMetadata();
        assertThat(metadata.keyState().toString()).as(vector.name).isEqualTo(vector.state);
        if (metadata.keyState() == KeyState.PENDING_DELETION) {
          assertThat(metadata.deletionDate()).isEqualTo(Instant.parse("2026-04-03T05:06:07.089Z"));
          kms.cancelKeyDeletion(key -> key.keyId(vector.keyId));
        }
        kms.enableKey(key -> key.keyId(vector.keyId));
        assertThat(
                kms.decrypt(
                        blob -> blob.ciphertextBlob(vector.blob).encryptionContext(vector.context))
                    .plaintext()
                    .asByteArray())
            .as(vector.name)
            .isEqualTo(vector.plaintext.asByteArray());
      }
    }
    // The newly written rows have the newest format.
    IndependentStoreReader written = readIndependently(name);
    assertThat(written.materials()).hasSize(4);
    assertThat(written.schema()).isEqualTo(Schema.current().version());
  }

  @ParameterizedTest
  @ValueSource(strings = {HALF_RESEALED, UNDER_A_PASSPHRASE, COMPACTED})
  void independentReader_releasedStore_itsMaterialsOpenTheBlobs(String name) throws Exception {
    copy(name);
    IndependentStoreReader reader = readIndependently(name);
    assertThat(reader.schema()).isEqualTo(name.equals(COMPACTED) ? 2 : 1);
    for (Vector vector : vectors(name)) {
      String address = vector.account() + "/" + vector.region() + "/" + vector.keyId;
      byte[] material =
          reader.materials().entrySet().stream()
              .filter(entry -> entry.getKey().startsWith(address))
              .findFirst()
              .orElseThrow()
              .getValue();
      assertThat(
              IndependentBlobReader.open(
                  vector.blob.asByteArray(), material, vector.keyId, vector.context))
          .as(vector.name)
          .hasValue(vector.plaintext.asByteArray());
    }
    String enabled = vectors(name).get(0).keyId;
    assertThat(reader.documents().keySet())
        .hasSize(7)
        .contains(
            "111122223333/eu-central-1/alias/moved",
            "111122223333/eu-central-1/alias/orders",
            "444455556666/cn-north-1/alias/orders");
    assertThat(
            reader
                .documents()
                .get("111122223333/eu-central-1/alias/moved")
                .get("TargetKeyId")
                .getAsString())
        .isEqualTo(enabled);
    assertThat(reader.tombstones()).isEqualTo(2);
  }

  @Test
  void reseal_halfResealedStore_continuesWhereItStopped() throws Exception {
    copy(HALF_RESEALED);
    IndependentStoreReader before = readIndependently(HALF_RESEALED);
    assertThat(before.itemsByEpoch()).isEqualTo(Map.of(1, 5, 2, 4));
    assertThat(before.sequence()).isEqualTo(22);
    try (RootKey root = rootKey(HALF_RESEALED);
        SealedKeyStorage storage = SealedKeyStorage.builder(file).rootKey(root).open()) {
      storage.reseal();
    }
    IndependentStoreReader after = readIndependently(HALF_RESEALED);
    assertThat(after.itemsByEpoch()).isEqualTo(Map.of(2, 9));
    assertThat(after.documents()).isEqualTo(before.documents());
    // One change for each of the five items, and one that migrated the tables.
    assertThat(after.sequence()).isEqualTo(28);
  }

  @ParameterizedTest
  @ValueSource(strings = {HALF_RESEALED, UNDER_A_PASSPHRASE, COMPACTED})
  void open_releasedStoreReadOnly_isReadUnchanged(String name) throws Exception {
    copy(name);
    byte[] before = Files.readAllBytes(file);
    try (RootKey root = rootKey(name);
        SealedKeyStorage storage = SealedKeyStorage.builder(file).rootKey(root).readOnly().open()) {
      for (Vector vector : vectors(name)) {
        LocalKeyProvider kms = provider(storage, vector);
        if (vector.state.equals("Enabled")) {
          assertThat(
                  kms.decrypt(
                          blob ->
                              blob.ciphertextBlob(vector.blob).encryptionContext(vector.context))
                      .plaintext()
                      .asByteArray())
              .as(vector.name)
              .isEqualTo(vector.plaintext.asByteArray());
        }
      }
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void resealAndCompact_compactedStore_continueWhereTheyStopped() throws Exception {
    copy(COMPACTED);
    IndependentStoreReader before = readIndependently(COMPACTED);
    assertThat(before.writer()).isEqualTo(1);
    assertThat(before.confirmed()).isEqualTo(NOW.toEpochMilli());
    assertThat(before.floor()).isEqualTo(11);
    assertThat(before.itemsByEpoch()).isEqualTo(Map.of(1, 5, 2, 4));
    try (RootKey root = rootKey(COMPACTED);
        SealedKeyStorage storage =
            SealedKeyStorage.builder(file)
                .rootKey(root)
                .wallClockMillis(NOW.plusMillis(1)::toEpochMilli)
                .open()) {
      assertThat(storage.sequence()).isEqualTo(26);
      storage.reseal();
      assertThat(storage.compact()).isEqualTo(2);
      assertThat(storage.compact()).isZero();
    }
    IndependentStoreReader after = readIndependently(COMPACTED);
    assertThat(after.itemsByEpoch()).isEqualTo(Map.of(2, 7));
    assertThat(after.documents()).isEqualTo(before.documents());
    assertThat(after.confirmed()).isEqualTo(NOW.toEpochMilli() + 1);
    // One change for each of the five items, and one that compacts.
    assertThat(after.sequence()).isEqualTo(32);
    assertThat(after.floor()).isEqualTo(31);
  }

  @Test
  void open_storeWithRotatedKey_everyMaterialDecrypts_andTheScheduleContinues() throws Exception {
    copy(ROTATED);
    Instant[] now = {Instant.parse("2026-06-10T00:00:00Z")};
    List<Map<String, List<String>>> blobs =
        blocks(ROTATED).stream().filter(block -> block.containsKey("blob")).toList();
    assertThat(blobs).hasSize(3);
    try (RootKey root = rootKey(ROTATED);
        SealedKeyStorage storage = SealedKeyStorage.builder(file).rootKey(root).open()) {
      LocalKeyProvider kms =
          LocalKeyProvider.builder()
              .region("eu-central-1")
              .account("111122223333")
              .clock(() -> now[0])
              .storage(storage)
              .build();
      for (Map<String, List<String>> block : blobs) {
        Bytes blob = Bytes.fromByteArray(hex(block.get("blob").get(0)));
        var opened = kms.decrypt(b -> b.ciphertextBlob(blob));
        assertThat(opened.plaintext().asByteArray()).isEqualTo(hex(block.get("plaintext").get(0)));
        assertThat(opened.keyMaterialId()).isEqualTo(block.get("material-id").get(0));
      }
      String keyId = blobs.get(0).get("key-id").get(0);
      now[0] = Instant.parse("2026-08-31T05:06:07.089Z");
      assertThat(kms.listKeyRotations(b -> b.keyId(keyId)).rotations())
          .extracting(each -> each.rotationType() + " " + each.rotationDate())
          .containsExactly(
              "ON_DEMAND 2026-04-01T00:00:00.001Z",
              "AUTOMATIC 2026-06-02T05:06:07.089Z",
              "AUTOMATIC 2026-08-31T05:06:07.089Z");
      String disabled = blocks(ROTATED).get(4).get("disabled-key-id").get(0);
      var status = kms.getKeyRotationStatus(b -> b.keyId(disabled));
      assertThat(status.rotationPeriodInDays()).isEqualTo(365);
      assertThat(status.nextRotationDate()).isEqualTo(Instant.parse("2027-03-04T05:06:07.089Z"));
    }
  }

  @Test
  void open_storeWithRestrictedPolicy_policyIsEnforced_andItsDocumentIsKept() throws Exception {
    copy(POLICIES);
    IndependentStoreReader before = readIndependently(POLICIES);
    assertThat(before.writer()).isEqualTo(5);
    List<Map<String, List<String>>> keys =
        blocks(POLICIES).stream().filter(block -> block.containsKey("policy")).toList();
    assertThat(keys).hasSize(2);
    try (RootKey root = rootKey(POLICIES);
        SealedKeyStorage storage = SealedKeyStorage.builder(file).rootKey(root).open()) {
      LocalKeyProvider kms =
          LocalKeyProvider.builder()
              .region("eu-central-1")
              .account("111122223333")
              .clock(() -> NOW)
              .storage(storage)
              .build();
      for (Map<String, List<String>> block : keys) {
        String keyId = block.get("key-id").get(0);
        KeyEntry key =
            storage.key(new Address("111122223333", "eu-central-1", keyId)).orElseThrow();
        assertThat(key.policy())
            .isEqualTo(Policy.keyPolicy(new String(hex(block.get("policy").get(0)), UTF_8)));
        Bytes blob = Bytes.fromByteArray(hex(block.get("blob").get(0)));
        Map<String, String> context = Map.of("purpose", "orders");
        assertThat(
                kms.decrypt(b -> b.ciphertextBlob(blob).encryptionContext(context))
                    .plaintext()
                    .asByteArray())
            .isEqualTo(hex(block.get("plaintext").get(0)));
        // Written again as it was.
        kms.disableKey(b -> b.keyId(keyId));
        kms.enableKey(b -> b.keyId(keyId));
      }
      Bytes blob = Bytes.fromByteArray(hex(keys.get(0).get("blob").get(0)));
      assertThatExceptionOfType(AccessDeniedException.class)
          .isThrownBy(() -> kms.decrypt(b -> b.ciphertextBlob(blob)));
      kms.close();
    }
    Map<String, JsonObject> after = new LinkedHashMap<>(readIndependently(POLICIES).documents());
    after.keySet().removeIf(address -> address.endsWith(LastUseEntry.ID_SUFFIX));
    assertThat(before.documents()).containsAllEntriesOf(after);
    assertThat(after).hasSize(2);
  }

  @Test
  void open_storeWithGrants_theyDecide_andTheirDocumentsAreKept() throws Exception {
    copy(GRANTS);
    IndependentStoreReader before = readIndependently(GRANTS);
    assertThat(before.writer()).isEqualTo(6);
    Map<String, List<String>> block = blocks(GRANTS).get(1);
    Address key = new Address("111122223333", "eu-central-1", block.get("key-id").get(0));
    Bytes blob = Bytes.fromByteArray(hex(block.get("blob").get(0)));
    try (RootKey root = rootKey(GRANTS);
        SealedKeyStorage storage = SealedKeyStorage.builder(file).rootKey(root).open();
        LocalKeyProvider kms =
            LocalKeyProvider.builder()
                .region(key.region())
                .account(key.account())
                .clock(() -> NOW)
                .storage(storage)
                .build()) {
      List<GrantEntry> grants = storage.entriesOf(GrantEntry.KIND, key, "", 10);
      assertThat(grants).extracting(entry -> entry.grant().id()).isEqualTo(block.get("grant-id"));
      assertThat(grants)
          .extracting(entry -> StoreTables.hex(Documents.write(entry).asByteArray()))
          .isEqualTo(block.get("document"));
      String revoked = block.get("revoked-grant-id").get(0);
      assertThat(storage.entry(GrantEntry.KIND, GrantEntry.addressOf(key, revoked))).isEmpty();

      KmsClient grantee = kms.inAccount("444455556666");
      String arn = key.arn("aws");
      Map<String, String> context = Map.of("purpose", "orders");
      assertThat(
              grantee
                  .decrypt(b -> b.keyId(arn).ciphertextBlob(blob).encryptionContext(context))
                  .plaintext()
                  .asByteArray())
          .isEqualTo(hex(block.get("plaintext").get(0)));
      kms.retireGrant(b -> b.keyId(arn).grantId(grants.get(0).grant().id()));
      assertThatExceptionOfType(AccessDeniedException.class)
          .isThrownBy(
              () ->
                  grantee.decrypt(
                      b -> b.keyId(arn).ciphertextBlob(blob).encryptionContext(context)));
    }
    Map<String, JsonObject> after = new LinkedHashMap<>(readIndependently(GRANTS).documents());
    after.keySet().removeIf(address -> address.endsWith(LastUseEntry.ID_SUFFIX));
    assertThat(before.documents()).containsAllEntriesOf(after);
    // The key and two grants.
    assertThat(after).hasSize(3);
  }
}
