package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.WrappedMaterial.importInto;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.exception.KmsInvalidStateException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.ExpirationModelType;
import io.github.embeddedkms.model.ImportState;
import io.github.embeddedkms.model.ImportType;
import io.github.embeddedkms.model.IncludeKeyMaterial;
import io.github.embeddedkms.model.KeyMaterialState;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.RotationsListEntry;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.ImportKeyMaterialBuilder;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.Change;
import io.github.embeddedkms.store.MaterialEntry;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Imported material over time, in every state of its key. */
@OverDatabases
class MaterialExpiryTest {

  private static final Instant VALID_TO = Fixture.NOW.plus(Duration.ofDays(10));

  private final Fixture fixture = new Fixture();
  private final LocalKeyProvider kms = fixture.kms;
  private String keyId;
  private Bytes blob;

  @BeforeEach
  void importMaterial() {
    keyId = kms.createKey(b -> b.origin(OriginType.EXTERNAL)).keyMetadata().keyId();
    importInto(kms, keyId, material(1), expiring(VALID_TO));
    blob = encrypt();
    fixture.reopen();
    fixture.storage.changes = 0;
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static byte[] material(int seed) {
    byte[] material = new byte[32];
    Arrays.fill(material, (byte) seed);
    return material;
  }

  private static Consumer<ImportKeyMaterialBuilder> expiring(Instant validTo) {
    return b -> b.expirationModel(ExpirationModelType.KEY_MATERIAL_EXPIRES).validTo(validTo);
  }

  private Bytes encrypt() {
    return kms.encrypt(b -> b.keyId(keyId).plaintext(SecretBytes.fromUtf8String("hello")))
        .ciphertextBlob();
  }

  private void assertOpens(Bytes ciphertext) {
    assertThat(kms.decrypt(b -> b.ciphertextBlob(ciphertext)).plaintext().asUtf8String())
        .isEqualTo("hello");
  }

  private KeyMetadata describe() {
    return kms.describeKey(b -> b.keyId(keyId)).keyMetadata();
  }

  private KeyState state() {
    return describe().keyState();
  }

  private List<RotationsListEntry> materials() {
    return kms.listKeyRotations(
            b -> b.keyId(keyId).includeKeyMaterial(IncludeKeyMaterial.ALL_KEY_MATERIAL))
        .rotations();
  }

  private void assertPendingImport(Bytes ciphertext) {
    assertThat(catchThrowable(() -> kms.decrypt(b -> b.ciphertextBlob(ciphertext))))
        .isExactlyInstanceOf(KmsInvalidStateException.class)
        .hasMessage(Fixture.arn(keyId) + " is pending import.");
  }

  @Test
  void material_expiresAtItsDate_notEarlier_andImportAgainRestoresOldBlobs() {
    String id = describe().currentKeyMaterialId();
    fixture.now = VALID_TO.minusMillis(1);
    assertOpens(blob);
    assertThat(fixture.storage.changes).isZero();
    fixture.now = VALID_TO;
    assertPendingImport(blob);
    assertThat(fixture.storage.changes).isEqualTo(1);
    fixture.reopen();
    KeyMetadata key = describe();
    assertThat(key.keyState()).isEqualTo(KeyState.PENDING_IMPORT);
    assertThat(key.currentKeyMaterialId()).isEqualTo(id);
    assertThat(key.expirationModel()).isNull();
    assertThat(key.validTo()).isNull();
    importInto(kms, keyId, material(1));
    fixture.reopen();
    assertOpens(blob);
    assertOpens(encrypt());
    assertThat(describe().currentKeyMaterialId()).isEqualTo(id);
    // The earlier date no longer counts.
    fixture.now = VALID_TO.plus(Duration.ofDays(400));
    assertOpens(blob);
  }

  @Test
  void material_importedAgainBeforeItsDate_expiresAtTheNewDate() {
    Instant later = VALID_TO.plus(Duration.ofDays(1));
    importInto(kms, keyId, material(1), expiring(later));
    fixture.now = later.minusMillis(1);
    assertOpens(blob);
    fixture.now = later;
    assertPendingImport(blob);
  }

  @Test
  void material_ofDisabledKey_expires() {
    kms.disableKey(b -> b.keyId(keyId));
    fixture.now = VALID_TO;
    assertThat(state()).isEqualTo(KeyState.PENDING_IMPORT);
    importInto(kms, keyId, material(1));
    assertThat(state()).isEqualTo(KeyState.ENABLED);
  }

  @Test
  void material_ofKeyPendingDeletion_expires_andTheKeyKeepsItsState() {
    kms.scheduleKeyDeletion(b -> b.keyId(keyId).pendingWindowInDays(30));
    fixture.now = VALID_TO;
    assertThat(state()).isEqualTo(KeyState.PENDING_DELETION);
    assertThat(describe().expirationModel()).isNull();
    assertThat(fixture.storage.changes).isEqualTo(2);
    kms.cancelKeyDeletion(b -> b.keyId(keyId));
    assertThat(state()).isEqualTo(KeyState.PENDING_IMPORT);
  }

  @Test
  void material_andDeletionDue_happenInOrder() {
    kms.scheduleKeyDeletion(b -> b.keyId(keyId).pendingWindowInDays(30));
    fixture.storage.changes = 0;
    fixture.now = VALID_TO.plus(Duration.ofDays(100));
    assertThat(kms.purge()).isEqualTo(1);
    assertThat(fixture.storage.changes).isEqualTo(2);
    assertThat(catchThrowable(this::describe)).isExactlyInstanceOf(NotFoundException.class);
  }

  @Test
  void nonCurrentMaterial_expires_keyIsPendingImport() {
    importInto(kms, keyId, material(2), b -> b.importType(ImportType.NEW_KEY_MATERIAL));
    kms.rotateKeyOnDemand(b -> b.keyId(keyId));
    Bytes underSecond = encrypt();
    assertThat(describe().validTo()).isEqualTo(VALID_TO);
    fixture.now = VALID_TO;
    assertThat(state()).isEqualTo(KeyState.PENDING_IMPORT);
    assertThat(describe().expirationModel())
        .isEqualTo(ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE);
    assertThat(materials())
        .extracting(RotationsListEntry::importState)
        .containsExactly(ImportState.PENDING_IMPORT, ImportState.IMPORTED);
    assertPendingImport(blob);
    assertPendingImport(underSecond);
    importInto(kms, keyId, material(1));
    assertOpens(blob);
    assertOpens(underSecond);
  }

  @Test
  void materialThatWaitsForItsRotation_expires_andIsForgotten() {
    importInto(
        kms,
        keyId,
        material(2),
        expiring(VALID_TO.minusMillis(1)).andThen(b -> b.importType(ImportType.NEW_KEY_MATERIAL)));
    assertThat(describe().validTo()).isEqualTo(VALID_TO);
    fixture.now = VALID_TO.minusMillis(1);
    assertThat(state()).isEqualTo(KeyState.ENABLED);
    assertThat(materials())
        .extracting(RotationsListEntry::keyMaterialState)
        .containsExactly(KeyMaterialState.CURRENT);
    assertOpens(blob);
  }

  /** Two materials of one key and the deletion of another key, each at a time of its own. */
  @Test
  void dueWork_ofSeveralKeys_isCarriedOutInOrderOfDueTimes() {
    importInto(
        kms,
        keyId,
        material(2),
        expiring(VALID_TO.plus(Duration.ofDays(20)))
            .andThen(b -> b.importType(ImportType.NEW_KEY_MATERIAL)));
    kms.scheduleKeyDeletion(b -> b.keyId(fixture.otherKeyId).pendingWindowInDays(15));
    fixture.storage.changes = 0;
    List<String> seen = new java.util.ArrayList<>();
    fixture.storage.beforeNextChange =
        new Runnable() {
          @Override
          public void run() {
            seen.add(contents());
            fixture.storage.beforeNextChange = this;
          }
        };
    fixture.now = VALID_TO.plus(Duration.ofDays(50));
    assertThat(kms.purge()).isEqualTo(1);
    assertThat(seen)
        .containsExactly("2 of 2, other present", "1 of 2, other present", "1 of 2, other gone");
    assertThat(materials()).hasSize(1);
  }

  private String contents() {
    var address = new Address(Fixture.ACCOUNT, Fixture.REGION, keyId);
    var other = new Address(Fixture.ACCOUNT, Fixture.REGION, fixture.otherKeyId);
    List<MaterialEntry> entries = fixture.storage.key(address).orElseThrow().materials();
    long present = entries.stream().filter(entry -> entry.material() != null).count();
    return present
        + " of "
        + entries.size()
        + ", other "
        + (fixture.storage.key(other).isPresent() ? "present" : "gone");
  }

  /** Another call changes the key between the look at what is due and the change. */
  @Test
  void expiry_overtakenByAnImport_doesNotDeleteTheNewBytes() {
    fixture.storage.beforeNextChange =
        () -> {
          var address = new Address(Fixture.ACCOUNT, Fixture.REGION, keyId);
          var key = fixture.storage.key(address).orElseThrow();
          MaterialEntry again = key.materials().get(0);
          fixture.storage.apply(
              Change.replace(
                  key, ImportedMaterials.with(key, again.withBytes(again.material(), null, null))));
        };
    fixture.now = VALID_TO;
    assertOpens(blob);
    assertThat(state()).isEqualTo(KeyState.ENABLED);
  }

  @Test
  void expiry_wipesTheMaterial() {
    var address = new Address(Fixture.ACCOUNT, Fixture.REGION, keyId);
    var material = fixture.storage.key(address).orElseThrow().currentMaterial();
    fixture.now = VALID_TO;
    kms.purge();
    assertThat(catchThrowable(() -> material.lend(bytes -> bytes.length)))
        .isInstanceOf(io.github.embeddedkms.crypto.Material.ClosedException.class);
  }
}
