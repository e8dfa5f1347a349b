package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.WrappedMaterial.importInto;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.IncorrectKeyMaterialException;
import io.github.embeddedkms.exception.KmsInvalidStateException;
import io.github.embeddedkms.exception.UnsupportedOperationException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.ExpirationModelType;
import io.github.embeddedkms.model.ImportType;
import io.github.embeddedkms.model.IncludeKeyMaterial;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.store.fixture.OverDatabases;
import io.github.embeddedkms.store.fixture.TestStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Multi-Region keys whose material is imported, into each related key separately. */
@OverDatabases
class MultiRegionImportTest {

  private static final String HERE = "eu-central-1";
  private static final String THERE = "eu-west-1";
  private static final String ELSEWHERE = "us-east-1";
  private static final String ACCOUNT = "111122223333";
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07.089Z");

  private Instant now = NOW;
  private final TestStore store = TestStore.create();
  private final Fixture.CountingStorage storage = new Fixture.CountingStorage(store.open());
  private final LocalKeyProvider here =
      LocalKeyProvider.builder()
          .region(HERE)
          .account(ACCOUNT)
          .clock(() -> now)
          .storage(storage)
          .build();
  private final KmsClient there = here.inRegion(THERE);
  private final KmsClient elsewhere = here.inRegion(ELSEWHERE);

  @AfterEach
  void close() {
    here.close();
    store.close();
  }

  private static byte[] material(int seed) {
    byte[] material = new byte[32];
    Arrays.fill(material, (byte) seed);
    return material;
  }

  /** Creates a primary key with the first material, and a replica that is pending import. */
  private String imported() {
    String keyId =
        here.createKey(b -> b.multiRegion(true).origin(OriginType.EXTERNAL)).keyMetadata().keyId();
    importInto(here, keyId, material(1));
    here.replicateKey(b -> b.keyId(keyId).replicaRegion(THERE));
    return keyId;
  }

  private static String importNew(KmsClient kms, String keyId, int seed) {
    return importInto(kms, keyId, material(seed), b -> b.importType(ImportType.NEW_KEY_MATERIAL))
        .keyMaterialId();
  }

  private static KeyMetadata describe(KmsClient kms, String keyId) {
    return kms.describeKey(b -> b.keyId(keyId)).keyMetadata();
  }

  private static KeyState state(KmsClient kms, String keyId) {
    return describe(kms, keyId).keyState();
  }

  /** Returns the states of all materials, the oldest first, with whether they are imported. */
  private static List<String> materials(KmsClient kms, String keyId) {
    return kms
        .listKeyRotations(
            b -> b.keyId(keyId).includeKeyMaterial(IncludeKeyMaterial.ALL_KEY_MATERIAL))
        .rotations()
        .stream()
        .map(each -> each.keyMaterialState() + " " + each.importState())
        .toList();
  }

  private static Bytes encrypt(KmsClient kms, String keyId) {
    return kms.encrypt(b -> b.keyId(keyId).plaintext(SecretBytes.fromUtf8String("text")))
        .ciphertextBlob();
  }

  private static String decrypt(KmsClient kms, Bytes blob) {
    return kms.decrypt(b -> b.ciphertextBlob(blob)).plaintext().asUtf8String();
  }

  private static String arn(String region, String keyId) {
    return "arn:aws:kms:" + region + ":" + ACCOUNT + ":key/" + keyId;
  }

  @Test
  void replica_isPendingImport_untilItHasTheSameMaterial() {
    String keyId = imported();
    Bytes blob = encrypt(here, keyId);
    storage.reopen(store);
    KeyMetadata replica = describe(there, keyId);
    assertThat(replica.keyState()).isEqualTo(KeyState.PENDING_IMPORT);
    assertThat(replica.expirationModel()).isNull();
    assertThat(replica.currentKeyMaterialId())
        .isEqualTo(describe(here, keyId).currentKeyMaterialId());
    assertThat(catchThrowable(() -> decrypt(there, blob)))
        .isExactlyInstanceOf(KmsInvalidStateException.class)
        .hasMessage(arn(THERE, keyId) + " is pending import.");
    assertThat(catchThrowable(() -> importInto(there, keyId, material(2))))
        .isExactlyInstanceOf(IncorrectKeyMaterialException.class);
    importInto(there, keyId, material(1));
    storage.reopen(store);
    assertThat(state(there, keyId)).isEqualTo(KeyState.ENABLED);
    assertThat(describe(there, keyId).expirationModel())
        .isEqualTo(ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE);
    assertThat(decrypt(there, blob)).isEqualTo("text");
    // Each related key has the bytes on its own.
    here.deleteImportedKeyMaterial(b -> b.keyId(keyId));
    assertThat(state(here, keyId)).isEqualTo(KeyState.PENDING_IMPORT);
    assertThat(decrypt(there, blob)).isEqualTo("text");
  }

  @Test
  void replica_isCreating_thenPendingImport_orUsableIfImportedMeanwhile() {
    try (LocalKeyProvider slow =
        LocalKeyProvider.builder()
            .region(HERE)
            .clock(() -> now)
            .multiRegionTransition(Duration.ofSeconds(5))
            .build()) {
      String keyId =
          slow.createKey(b -> b.multiRegion(true).origin(OriginType.EXTERNAL))
              .keyMetadata()
              .keyId();
      importInto(slow, keyId, material(1));
      slow.replicateKey(b -> b.keyId(keyId).replicaRegion(THERE));
      assertThat(state(slow.inRegion(THERE), keyId)).isEqualTo(KeyState.CREATING);
      now = now.plusSeconds(5);
      assertThat(state(slow.inRegion(THERE), keyId)).isEqualTo(KeyState.PENDING_IMPORT);
      importInto(slow.inRegion(THERE), keyId, material(1));
      assertThat(state(slow.inRegion(THERE), keyId)).isEqualTo(KeyState.ENABLED);
    }
  }

  @Test
  void newMaterial_waitsForEveryReplica_thenAllAreRotated() {
    String keyId = imported();
    importInto(there, keyId, material(1));
    Bytes old = encrypt(there, keyId);
    String second = importNew(here, keyId, 2);
    storage.reopen(store);
    String waiting = "PENDING_MULTI_REGION_IMPORT_AND_ROTATION";
    assertThat(materials(here, keyId)).containsExactly("CURRENT IMPORTED", waiting + " IMPORTED");
    assertThat(materials(there, keyId))
        .containsExactly("CURRENT IMPORTED", waiting + " PENDING_IMPORT");
    // It does not make the replica unusable.
    assertThat(state(there, keyId)).isEqualTo(KeyState.ENABLED);
    assertThat(catchThrowable(() -> here.rotateKeyOnDemand(b -> b.keyId(keyId))))
        .isExactlyInstanceOf(KmsInvalidStateException.class)
        .hasMessage(
            "No available key material pending rotation for the key: " + arn(HERE, keyId) + ".");
    importInto(there, keyId, material(2));
    storage.reopen(store);
    for (KmsClient kms : List.of(here, there)) {
      assertThat(materials(kms, keyId))
          .containsExactly("CURRENT IMPORTED", "PENDING_ROTATION IMPORTED");
    }
    here.rotateKeyOnDemand(b -> b.keyId(keyId));
    storage.reopen(store);
    for (KmsClient kms : List.of(here, there)) {
      assertThat(describe(kms, keyId).currentKeyMaterialId()).isEqualTo(second);
      assertThat(materials(kms, keyId)).containsExactly("NON_CURRENT IMPORTED", "CURRENT IMPORTED");
      assertThat(decrypt(kms, old)).isEqualTo("text");
    }
    assertThat(decrypt(here, encrypt(there, keyId))).isEqualTo("text");
  }

  @Test
  void newMaterial_intoAReplica_isRefused() {
    String keyId = imported();
    assertThat(catchThrowable(() -> importNew(there, keyId, 2)))
        .isExactlyInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "embedded-kms: "
                + arn(THERE, keyId)
                + " is a replica: call ImportKeyMaterial on its primary key, in "
                + HERE);
    assertThat(materials(here, keyId)).containsExactly("CURRENT IMPORTED");
  }

  @Test
  void waitingMaterial_lostByAReplica_mustBeImportedThereAgain() {
    String keyId = imported();
    importInto(there, keyId, material(1));
    String second = importNew(here, keyId, 2);
    importInto(
        there,
        keyId,
        material(2),
        b ->
            b.expirationModel(ExpirationModelType.KEY_MATERIAL_EXPIRES)
                .validTo(NOW.plusSeconds(60)));
    assertThat(materials(here, keyId)).contains("PENDING_ROTATION IMPORTED");
    now = NOW.plusSeconds(60);
    String waiting = "PENDING_MULTI_REGION_IMPORT_AND_ROTATION";
    assertThat(materials(here, keyId)).containsExactly("CURRENT IMPORTED", waiting + " IMPORTED");
    assertThat(materials(there, keyId))
        .containsExactly("CURRENT IMPORTED", waiting + " PENDING_IMPORT");
    importInto(there, keyId, material(2), b -> b.keyMaterialId(second));
    assertThat(materials(here, keyId)).contains("PENDING_ROTATION IMPORTED");
    there.deleteImportedKeyMaterial(b -> b.keyId(keyId).keyMaterialId(second));
    assertThat(materials(there, keyId))
        .containsExactly("CURRENT IMPORTED", waiting + " PENDING_IMPORT");
  }

  @Test
  void waitingMaterial_lostByThePrimary_disappearsEverywhere() {
    String keyId = imported();
    importInto(there, keyId, material(1));
    String second = importNew(here, keyId, 2);
    importInto(there, keyId, material(2));
    here.deleteImportedKeyMaterial(b -> b.keyId(keyId).keyMaterialId(second));
    storage.reopen(store);
    for (KmsClient kms : List.of(here, there)) {
      assertThat(materials(kms, keyId)).containsExactly("CURRENT IMPORTED");
      assertThat(state(kms, keyId)).isEqualTo(KeyState.ENABLED);
    }
  }

  @Test
  void waitingMaterial_replicaAddedOrDeleted_changesItsState() {
    String keyId = imported();
    importInto(there, keyId, material(1));
    importNew(here, keyId, 2);
    importInto(there, keyId, material(2));
    here.replicateKey(b -> b.keyId(keyId).replicaRegion(ELSEWHERE));
    String waiting = "PENDING_MULTI_REGION_IMPORT_AND_ROTATION";
    assertThat(materials(there, keyId)).contains(waiting + " IMPORTED");
    assertThat(materials(elsewhere, keyId))
        .containsExactly("CURRENT PENDING_IMPORT", waiting + " PENDING_IMPORT");
    elsewhere.scheduleKeyDeletion(b -> b.keyId(keyId).pendingWindowInDays(7));
    now = NOW.plus(Duration.ofDays(7));
    assertThat(materials(here, keyId)).contains("PENDING_ROTATION IMPORTED");
    assertThat(materials(there, keyId)).contains("PENDING_ROTATION IMPORTED");
  }

  @Test
  void waitingMaterial_twoReplicasImportAtOnce_becomesReady() {
    String keyId = imported();
    here.replicateKey(b -> b.keyId(keyId).replicaRegion(ELSEWHERE));
    importNew(here, keyId, 2);
    storage.beforeNextChange = () -> importInto(elsewhere, keyId, material(2));
    importInto(there, keyId, material(2));
    assertThat(materials(here, keyId)).contains("PENDING_ROTATION IMPORTED");
  }

  @Test
  void updatePrimaryRegion_waitingMaterial_isImportedAndRotatedThroughTheNewPrimary() {
    String keyId = imported();
    importInto(there, keyId, material(1));
    String second = importNew(here, keyId, 2);
    here.updatePrimaryRegion(b -> b.keyId(keyId).primaryRegion(THERE));
    importInto(there, keyId, material(2));
    there.rotateKeyOnDemand(b -> b.keyId(keyId));
    assertThat(describe(here, keyId).currentKeyMaterialId()).isEqualTo(second);
  }

  /** The new primary key never had the material, and the old one loses it. */
  @Test
  void waitingMaterial_lostAfterUpdatePrimaryRegion_canBeForgotten() {
    String keyId = imported();
    importInto(there, keyId, material(1));
    String second = importNew(here, keyId, 2);
    here.updatePrimaryRegion(b -> b.keyId(keyId).primaryRegion(THERE));
    here.deleteImportedKeyMaterial(b -> b.keyId(keyId).keyMaterialId(second));
    assertThat(materials(there, keyId)).hasSize(2);
    there.deleteImportedKeyMaterial(b -> b.keyId(keyId).keyMaterialId(second));
    assertThat(materials(there, keyId)).containsExactly("CURRENT IMPORTED");
    assertThat(materials(here, keyId)).containsExactly("CURRENT IMPORTED");
    importNew(there, keyId, 3);
    assertThat(materials(there, keyId)).hasSize(2);
  }

  @Test
  void describeKey_onlyWaitingMaterialIsPresent_hasNoExpirationModel() {
    String keyId = imported();
    importNew(here, keyId, 2);
    here.deleteImportedKeyMaterial(b -> b.keyId(keyId));
    KeyMetadata key = describe(here, keyId);
    assertThat(key.keyState()).isEqualTo(KeyState.PENDING_IMPORT);
    assertThat(key.expirationModel()).isNull();
    assertThat(key.validTo()).isNull();
  }

  @Test
  void hmacKey_replica_takesTheSameMaterialOnly() {
    String keyId =
        here.createKey(
                b ->
                    b.multiRegion(true)
                        .origin(OriginType.EXTERNAL)
                        .keySpec(KeySpec.HMAC_256)
                        .keyUsage(KeyUsageType.GENERATE_VERIFY_MAC))
            .keyMetadata()
            .keyId();
    importInto(here, keyId, material(1));
    here.replicateKey(b -> b.keyId(keyId).replicaRegion(THERE));
    assertThat(catchThrowable(() -> importInto(there, keyId, material(2))))
        .isExactlyInstanceOf(IncorrectKeyMaterialException.class);
    importInto(there, keyId, material(1));
    assertThat(state(there, keyId)).isEqualTo(KeyState.ENABLED);
  }

  @Test
  void primary_pendingImport_cannotBeReplicated() {
    String keyId =
        here.createKey(b -> b.multiRegion(true).origin(OriginType.EXTERNAL)).keyMetadata().keyId();
    assertThat(catchThrowable(() -> here.replicateKey(b -> b.keyId(keyId).replicaRegion(THERE))))
        .isExactlyInstanceOf(KmsInvalidStateException.class)
        .hasMessage(arn(HERE, keyId) + " is pending import.");
  }
}
