package io.github.embeddedkms.local;

import static io.github.embeddedkms.local.WrappedMaterial.importInto;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.blob.IndependentBlobReader;
import io.github.embeddedkms.crypto.KeyPair;
import io.github.embeddedkms.crypto.KeyPairType;
import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.crypto.MaterialKind;
import io.github.embeddedkms.exception.ExpiredImportTokenException;
import io.github.embeddedkms.exception.IncorrectKeyMaterialException;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.exception.InvalidImportTokenException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.KmsInvalidStateException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.UnsupportedOperationException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.AlgorithmSpec;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.ExpirationModelType;
import io.github.embeddedkms.model.ImportState;
import io.github.embeddedkms.model.ImportType;
import io.github.embeddedkms.model.IncludeKeyMaterial;
import io.github.embeddedkms.model.KeyMaterialState;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.RotationType;
import io.github.embeddedkms.model.RotationsListEntry;
import io.github.embeddedkms.model.RotationsListEntryBuilder;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.WrappingKeySpec;
import io.github.embeddedkms.operation.GetParametersForImport;
import io.github.embeddedkms.operation.ImportKeyMaterialBuilder;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ImportOperationsTest {

  private static final AlgorithmSpec OAEP = AlgorithmSpec.RSAES_OAEP_SHA_256;
  private static final AlgorithmSpec KEY_WRAP = AlgorithmSpec.RSA_AES_KEY_WRAP_SHA_256;
  private static final Duration DAY = Duration.ofDays(1);
  private static final Instant NOW = Fixture.NOW;

  private final Fixture fixture = new Fixture();
  private final KmsClient kms = fixture.kms;

  @AfterEach
  void close() {
    fixture.close();
  }

  private String externalKey() {
    return externalKey(KeySpec.SYMMETRIC_DEFAULT);
  }

  private String externalKey(KeySpec spec) {
    KeyUsageType usage = KeySpecTable.of(spec).usages().iterator().next();
    return kms.createKey(b -> b.origin(OriginType.EXTERNAL).keySpec(spec).keyUsage(usage))
        .keyMetadata()
        .keyId();
  }

  private static byte[] material(int seed) {
    byte[] material = new byte[32];
    Arrays.fill(material, (byte) seed);
    return material;
  }

  private KeyMetadata describe(String keyId) {
    return kms.describeKey(b -> b.keyId(keyId)).keyMetadata();
  }

  private KeyState state(String keyId) {
    return describe(keyId).keyState();
  }

  private List<RotationsListEntry> materials(String keyId) {
    return kms.listKeyRotations(
            b -> b.keyId(keyId).includeKeyMaterial(IncludeKeyMaterial.ALL_KEY_MATERIAL))
        .rotations();
  }

  private Bytes encrypt(String keyId) {
    return kms.encrypt(b -> b.keyId(keyId).plaintext(SecretBytes.fromUtf8String("hello")))
        .ciphertextBlob();
  }

  private String decrypt(Bytes blob) {
    return kms.decrypt(b -> b.ciphertextBlob(blob)).plaintext().asUtf8String();
  }

  private GetParametersForImport.Response parameters(String keyId, AlgorithmSpec algorithm) {
    return kms.getParametersForImport(
        b -> b.keyId(keyId).wrappingAlgorithm(algorithm).wrappingKeySpec(WrappingKeySpec.RSA_2048));
  }

  private static Consumer<ImportKeyMaterialBuilder> expiring(Instant validTo) {
    return b -> b.expirationModel(ExpirationModelType.KEY_MATERIAL_EXPIRES).validTo(validTo);
  }

  /** Asserts an error, and that nothing has changed. */
  private void assertRefused(Class<? extends KmsException> type, String message, Runnable call) {
    fixture.storage.changes = 0;
    assertThat(catchThrowable(call::run))
        .isExactlyInstanceOf(type)
        .hasMessage(message)
        .hasNoCause();
    assertThat(fixture.storage.changes).isZero();
  }

  private static String arn(String keyId) {
    return Fixture.arn(keyId);
  }

  @OverDatabases
  @ParameterizedTest
  @EnumSource(value = KeySpec.class, names = "SM2", mode = EnumSource.Mode.EXCLUDE)
  void createKey_external_isPendingImport(KeySpec spec) {
    String keyId = externalKey(spec);
    fixture.reopen();
    KeyMetadata key = describe(keyId);
    assertThat(key.keyState()).isEqualTo(KeyState.PENDING_IMPORT);
    assertThat(key.enabled()).isFalse();
    assertThat(key.origin()).isEqualTo(OriginType.EXTERNAL);
    assertThat(key.currentKeyMaterialId()).isNull();
    assertThat(key.expirationModel()).isNull();
    assertThat(key.validTo()).isNull();
  }

  @OverDatabases
  @Test
  void importKeyMaterial_firstMaterial_enablesTheKey() {
    String keyId = externalKey();
    Instant validTo = NOW.plus(DAY);
    var imported =
        importInto(
            kms,
            keyId,
            material(1),
            expiring(validTo).andThen(b -> b.keyMaterialDescription("from the vault")));
    assertThat(imported.keyId()).isEqualTo(arn(keyId));
    fixture.reopen();
    KeyMetadata key = describe(keyId);
    assertThat(key.keyState()).isEqualTo(KeyState.ENABLED);
    assertThat(key.enabled()).isTrue();
    assertThat(key.currentKeyMaterialId()).isEqualTo(imported.keyMaterialId());
    assertThat(key.expirationModel()).isEqualTo(ExpirationModelType.KEY_MATERIAL_EXPIRES);
    assertThat(key.validTo()).isEqualTo(validTo);
    assertThat(materials(keyId))
        .containsExactly(
            RotationsListEntryBuilder.builder()
                .keyId(arn(keyId))
                .keyMaterialId(imported.keyMaterialId())
                .keyMaterialDescription("from the vault")
                .importState(ImportState.IMPORTED)
                .keyMaterialState(KeyMaterialState.CURRENT)
                .expirationModel(ExpirationModelType.KEY_MATERIAL_EXPIRES)
                .validTo(validTo)
                .build());
    assertThat(kms.getKeyRotationStatus(b -> b.keyId(keyId)).keyRotationEnabled()).isFalse();
    assertThat(decrypt(encrypt(keyId))).isEqualTo("hello");
  }

  @Test
  void importedMaterial_blob_isOpenedByAnIndependentReaderWithTheRawMaterial() throws Exception {
    String keyId = externalKey();
    importInto(kms, keyId, material(7));
    Bytes blob =
        kms.encrypt(
                b ->
                    b.keyId(keyId)
                        .plaintext(SecretBytes.fromUtf8String("hello"))
                        .encryptionContext(Map.of("a", "b")))
            .ciphertextBlob();
    assertThat(IndependentBlobReader.open(blob.asByteArray(), material(7), keyId, Map.of("a", "b")))
        .hasValueSatisfying(plaintext -> assertThat(plaintext).asString().isEqualTo("hello"));
  }

  /** Asymmetric keys and HMAC keys, each by an algorithm that wraps their material. */
  @ParameterizedTest
  @EnumSource(
      value = KeySpec.class,
      names = {"SM2", "SYMMETRIC_DEFAULT", "RSA_3072", "RSA_4096"},
      mode = EnumSource.Mode.EXCLUDE)
  void importKeyMaterial_otherSpecs_takeTheSameMaterialOnly(KeySpec spec) {
    String keyId = externalKey(spec);
    boolean asymmetric = KeySpecTable.of(spec).kind() == MaterialKind.PRIVATE_KEY;
    AlgorithmSpec algorithm =
        spec == KeySpec.RSA_2048 || spec == KeySpec.ECC_NIST_P521 ? KEY_WRAP : OAEP;
    KeyPair pair = asymmetric ? pair(spec) : null;
    byte[] first = asymmetric ? bytesOf(pair.privateKey()) : new byte[64];
    byte[] second = asymmetric ? bytesOf(pair(spec).privateKey()) : hmacMaterial();
    assertThat(importInto(kms, keyId, algorithm, first, b -> {}).keyMaterialId()).isNull();
    assertThat(state(keyId)).isEqualTo(KeyState.ENABLED);
    assertThat(describe(keyId).currentKeyMaterialId()).isNull();
    if (asymmetric) {
      assertThat(kms.getPublicKey(b -> b.keyId(keyId)).publicKey()).isEqualTo(pair.publicKey());
    }
    assertRefused(
        IncorrectKeyMaterialException.class,
        "embedded-kms: the key material is not the one that was imported into "
            + arn(keyId)
            + " before",
        () -> importInto(kms, keyId, algorithm, second, b -> {}));
    assertThat(kms.deleteImportedKeyMaterial(b -> b.keyId(keyId)).keyMaterialId()).isNull();
    assertThat(state(keyId)).isEqualTo(KeyState.PENDING_IMPORT);
    assertRefused(
        IncorrectKeyMaterialException.class,
        "embedded-kms: the key material is not the one that was imported into "
            + arn(keyId)
            + " before",
        () -> importInto(kms, keyId, algorithm, second, b -> {}));
    importInto(kms, keyId, algorithm, first, b -> {});
    assertThat(state(keyId)).isEqualTo(KeyState.ENABLED);
  }

  private static KeyPair pair(KeySpec spec) {
    return KeyPair.generate(KeyPairType.of(spec), new SecureRandom());
  }

  private static byte[] bytesOf(SecretBytes secret) {
    return secret.lend(byte[]::clone);
  }

  private static byte[] hmacMaterial() {
    byte[] material = new byte[64];
    material[0] = 1;
    return material;
  }

  @OverDatabases
  @Test
  void importKeyMaterial_secondMaterial_waitsForItsRotation() {
    String keyId = externalKey();
    String first = importInto(kms, keyId, material(1)).keyMaterialId();
    Bytes underFirst = encrypt(keyId);
    assertRefused(
        KmsInvalidStateException.class,
        "No available key material pending rotation for the key: " + arn(keyId) + ".",
        () -> kms.rotateKeyOnDemand(b -> b.keyId(keyId)));
    String second =
        importInto(kms, keyId, material(2), b -> b.importType(ImportType.NEW_KEY_MATERIAL))
            .keyMaterialId();
    fixture.reopen();
    assertThat(describe(keyId).currentKeyMaterialId()).isEqualTo(first);
    assertThat(materials(keyId))
        .extracting(RotationsListEntry::keyMaterialId, RotationsListEntry::keyMaterialState)
        .containsExactly(
            tuple(first, KeyMaterialState.CURRENT),
            tuple(second, KeyMaterialState.PENDING_ROTATION));
    assertRefused(
        KmsInvalidStateException.class,
        "New key material (id: "
            + idOf(keyId, 3)
            + ") cannot be imported into KMS key "
            + arn(keyId)
            + ", because another key material (id: "
            + second
            + ") is pending rotation.",
        () -> importInto(kms, keyId, material(3), b -> b.importType(ImportType.NEW_KEY_MATERIAL)));

    fixture.now = NOW.plus(DAY);
    assertThat(kms.rotateKeyOnDemand(b -> b.keyId(keyId)).keyId()).isEqualTo(arn(keyId));
    fixture.reopen();
    assertThat(describe(keyId).currentKeyMaterialId()).isEqualTo(second);
    assertThat(kms.listKeyRotations(b -> b.keyId(keyId)).rotations())
        .extracting(
            RotationsListEntry::keyMaterialId,
            RotationsListEntry::rotationType,
            RotationsListEntry::rotationDate)
        .containsExactly(tuple(second, RotationType.ON_DEMAND, NOW.plus(DAY)));
    assertThat(decrypt(underFirst)).isEqualTo("hello");
    assertThat(kms.decrypt(b -> b.ciphertextBlob(encrypt(keyId))).keyMaterialId())
        .isEqualTo(second);
  }

  /** Returns the id that a material has in a key, computed by another provider. */
  private static String idOf(String keyId, int seed) {
    return HexFormat.of().formatHex(IndependentBlobReader.materialId(material(seed), keyId));
  }

  @OverDatabases
  @Test
  void deleteImportedKeyMaterial_currentOrNamed_keyIsPendingImport_untilAllAreBack() {
    String keyId = externalKey();
    String first = importInto(kms, keyId, material(1)).keyMaterialId();
    Bytes underFirst = encrypt(keyId);
    importInto(kms, keyId, material(2), b -> b.importType(ImportType.NEW_KEY_MATERIAL));
    kms.rotateKeyOnDemand(b -> b.keyId(keyId));
    String second = describe(keyId).currentKeyMaterialId();
    Bytes underSecond = encrypt(keyId);

    assertThat(
            kms.deleteImportedKeyMaterial(b -> b.keyId(keyId).keyMaterialId(first)).keyMaterialId())
        .isEqualTo(first);
    assertThat(state(keyId)).isEqualTo(KeyState.PENDING_IMPORT);
    assertThat(kms.deleteImportedKeyMaterial(b -> b.keyId(keyId)).keyMaterialId())
        .isEqualTo(second);
    fixture.reopen();
    assertThat(describe(keyId).currentKeyMaterialId()).isEqualTo(second);
    assertThat(describe(keyId).expirationModel()).isNull();
    assertThat(materials(keyId))
        .extracting(RotationsListEntry::importState, RotationsListEntry::expirationModel)
        .containsOnly(tuple(ImportState.PENDING_IMPORT, null));
    for (Bytes blob : List.of(underFirst, underSecond)) {
      assertRefused(
          KmsInvalidStateException.class, arn(keyId) + " is pending import.", () -> decrypt(blob));
    }
    assertRefused(
        UnsupportedOperationException.class,
        arn(keyId) + " origin is EXTERNAL which is not valid for this operation.",
        () -> kms.getKeyRotationStatus(b -> b.keyId(keyId)));

    // Deleting what is missing already changes nothing.
    fixture.storage.changes = 0;
    assertThat(kms.deleteImportedKeyMaterial(b -> b.keyId(keyId)).keyMaterialId())
        .isEqualTo(second);
    assertThat(fixture.storage.changes).isZero();

    importInto(kms, keyId, material(2));
    assertThat(state(keyId)).isEqualTo(KeyState.PENDING_IMPORT);
    importInto(kms, keyId, material(1), b -> b.keyMaterialId(first));
    fixture.reopen();
    assertThat(state(keyId)).isEqualTo(KeyState.ENABLED);
    assertThat(decrypt(underFirst)).isEqualTo("hello");
    assertThat(decrypt(underSecond)).isEqualTo("hello");
  }

  @OverDatabases
  @Test
  void deleteImportedKeyMaterial_thatWaitsForRotation_isForgotten() {
    String keyId = externalKey();
    importInto(kms, keyId, material(1));
    String second =
        importInto(kms, keyId, material(2), b -> b.importType(ImportType.NEW_KEY_MATERIAL))
            .keyMaterialId();
    kms.deleteImportedKeyMaterial(b -> b.keyId(keyId).keyMaterialId(second));
    fixture.reopen();
    assertThat(state(keyId)).isEqualTo(KeyState.ENABLED);
    assertThat(materials(keyId)).hasSize(1);
    assertRefused(
        IncorrectKeyMaterialException.class,
        "embedded-kms: the key material (id: "
            + second
            + ") is not associated with "
            + arn(keyId)
            + ": new material has the ImportType NEW_KEY_MATERIAL",
        () -> importInto(kms, keyId, material(2)));
    importInto(kms, keyId, material(3), b -> b.importType(ImportType.NEW_KEY_MATERIAL));
    assertThat(materials(keyId)).hasSize(2);
  }

  @Test
  void deleteImportedKeyMaterial_unknownMaterial_isNotFound() {
    String keyId = externalKey();
    String id = "ab".repeat(32);
    assertThat(kms.deleteImportedKeyMaterial(b -> b.keyId(keyId)).keyMaterialId()).isNull();
    assertRefused(
        NotFoundException.class,
        "embedded-kms: " + arn(keyId) + " has no key material (id: " + id + ")",
        () -> kms.deleteImportedKeyMaterial(b -> b.keyId(keyId).keyMaterialId(id)));
  }

  @OverDatabases
  @Test
  void importKeyMaterial_again_changesExpiryAndDescription() {
    String keyId = externalKey();
    importInto(kms, keyId, material(1), b -> b.keyMaterialDescription("first"));
    Bytes blob = encrypt(keyId);
    importInto(kms, keyId, material(1), expiring(NOW.plus(DAY)));
    assertThat(materials(keyId).get(0).keyMaterialDescription()).isEqualTo("first");
    assertThat(describe(keyId).validTo()).isEqualTo(NOW.plus(DAY));
    importInto(kms, keyId, material(1), b -> b.keyMaterialDescription("second"));
    fixture.reopen();
    assertThat(materials(keyId).get(0).keyMaterialDescription()).isEqualTo("second");
    assertThat(describe(keyId).validTo()).isNull();
    assertThat(describe(keyId).expirationModel())
        .isEqualTo(ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE);
    assertThat(decrypt(blob)).isEqualTo("hello");
  }

  @Test
  void importKeyMaterial_disabledKey_staysDisabled() {
    String keyId = externalKey();
    importInto(kms, keyId, material(1));
    kms.disableKey(b -> b.keyId(keyId));
    importInto(kms, keyId, material(1), expiring(NOW.plus(DAY)));
    assertThat(state(keyId)).isEqualTo(KeyState.DISABLED);
  }

  @Test
  void importKeyMaterial_wrongTypeOrId_isRefused() {
    String keyId = externalKey();
    String wrong = "ab".repeat(32);
    assertRefused(
        IncorrectKeyMaterialException.class,
        "embedded-kms: the key material (id: "
            + idOf(keyId, 1)
            + ") is not associated with "
            + arn(keyId)
            + ": new material has the ImportType NEW_KEY_MATERIAL",
        () ->
            importInto(
                kms, keyId, material(1), b -> b.importType(ImportType.EXISTING_KEY_MATERIAL)));
    assertRefused(
        IncorrectKeyMaterialException.class,
        "embedded-kms: the key material (id: "
            + idOf(keyId, 1)
            + ") is not associated with "
            + arn(keyId)
            + ": new material has the ImportType NEW_KEY_MATERIAL",
        () -> importInto(kms, keyId, material(1), b -> b.keyMaterialId(idOf(keyId, 1))));
    assertRefused(
        ValidationException.class,
        "embedded-kms: KeyMaterialId must be absent if the ImportType is NEW_KEY_MATERIAL",
        () ->
            importInto(
                kms,
                keyId,
                material(1),
                b -> b.importType(ImportType.NEW_KEY_MATERIAL).keyMaterialId(wrong)));
    importInto(kms, keyId, material(1));
    assertRefused(
        IncorrectKeyMaterialException.class,
        "embedded-kms: the key material (id: "
            + idOf(keyId, 1)
            + ") is already associated with "
            + arn(keyId)
            + ": import it as EXISTING_KEY_MATERIAL",
        () -> importInto(kms, keyId, material(1), b -> b.importType(ImportType.NEW_KEY_MATERIAL)));
    assertRefused(
        IncorrectKeyMaterialException.class,
        "embedded-kms: the key material has the id " + idOf(keyId, 1) + ", not " + wrong,
        () -> importInto(kms, keyId, material(1), b -> b.keyMaterialId(wrong)));
  }

  @ParameterizedTest
  @CsvSource({
    "ImportType",
    "KeyMaterialDescription",
    "KeyMaterialId",
  })
  void importKeyMaterial_memberForSymmetricKeysOnly_isRefused(String member) {
    String keyId = externalKey(KeySpec.HMAC_256);
    assertRefused(
        ValidationException.class,
        "embedded-kms: " + member + " is for symmetric encryption keys only",
        () ->
            importInto(
                kms,
                keyId,
                material(1),
                b -> {
                  switch (member) {
                    case "ImportType" -> b.importType(ImportType.NEW_KEY_MATERIAL);
                    case "KeyMaterialDescription" -> b.keyMaterialDescription("d");
                    default -> b.keyMaterialId("ab".repeat(32));
                  }
                }));
    assertRefused(
        ValidationException.class,
        "embedded-kms: KeyMaterialId is for symmetric encryption keys only",
        () -> kms.deleteImportedKeyMaterial(b -> b.keyId(keyId).keyMaterialId("ab".repeat(32))));
  }

  @Test
  void operations_keyOfTheService_areRefused_beforeItsState() {
    String message = fixture.keyArn + " origin is AWS_KMS which is not valid for this operation.";
    kms.scheduleKeyDeletion(b -> b.keyId(fixture.keyId));
    assertRefused(
        UnsupportedOperationException.class, message, () -> parameters(fixture.keyId, OAEP));
    assertRefused(
        UnsupportedOperationException.class,
        message,
        () -> kms.deleteImportedKeyMaterial(b -> b.keyId(fixture.keyId)));
    Bytes any = Bytes.fromByteArray(new byte[1]);
    assertRefused(
        UnsupportedOperationException.class,
        message,
        () ->
            kms.importKeyMaterial(
                b -> b.keyId(fixture.keyId).importToken(any).encryptedKeyMaterial(any)));
  }

  @Test
  void importKeyMaterial_wrongExpiry_isRefused() {
    String keyId = externalKey();
    String required = "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES";
    assertRefused(
        ValidationException.class,
        required,
        () -> importInto(kms, keyId, material(1), b -> b.expirationModel(null)));
    assertRefused(
        ValidationException.class,
        required,
        () -> importInto(kms, keyId, material(1), expiring(null)));
    assertRefused(
        ValidationException.class,
        "embedded-kms: ValidTo must be in the future",
        () -> importInto(kms, keyId, material(1), expiring(NOW)));
    assertRefused(
        ValidationException.class,
        "embedded-kms: ValidTo must be at most 365 days from now",
        () ->
            importInto(
                kms, keyId, material(1), expiring(NOW.plus(Duration.ofDays(365)).plusMillis(1))));
    assertRefused(
        ValidationException.class,
        "embedded-kms: ValidTo must be absent if the ExpirationModel is"
            + " KEY_MATERIAL_DOES_NOT_EXPIRE",
        () -> importInto(kms, keyId, material(1), b -> b.validTo(NOW.plus(DAY))));
    importInto(kms, keyId, material(1), expiring(NOW.plus(Duration.ofDays(365))));
    importInto(kms, keyId, material(1), expiring(NOW.plusMillis(1)));
  }

  @Test
  void importToken_expires24HoursLater_toTheSecond() {
    String keyId = externalKey();
    GetParametersForImport.Response parameters = parameters(keyId, OAEP);
    assertThat(parameters.keyId()).isEqualTo(arn(keyId));
    assertThat(parameters.parametersValidTo()).isEqualTo(NOW.plus(Duration.ofHours(24)));
    Bytes wrapped = WrappedMaterial.wrap(parameters.publicKey(), OAEP, material(1));
    Runnable importing =
        () ->
            kms.importKeyMaterial(
                b ->
                    b.keyId(keyId)
                        .importToken(parameters.importToken())
                        .encryptedKeyMaterial(wrapped)
                        .expirationModel(ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE));
    fixture.now = parameters.parametersValidTo();
    assertRefused(
        ExpiredImportTokenException.class,
        "embedded-kms: the import token expired at "
            + parameters.parametersValidTo()
            + ": call GetParametersForImport again",
        importing);
    fixture.now = parameters.parametersValidTo().minusSeconds(1);
    importing.run();
    // A token can be used again.
    importing.run();
  }

  @Test
  void importToken_ofAnotherKeyOrAltered_isInvalid() {
    String keyId = externalKey();
    String other = externalKey();
    GetParametersForImport.Response own = parameters(keyId, OAEP);
    GetParametersForImport.Response another = parameters(other, OAEP);
    Bytes wrapped = WrappedMaterial.wrap(own.publicKey(), OAEP, material(1));
    byte[] altered = own.importToken().asByteArray();
    altered[altered.length / 2] ^= 1;
    byte[] newer = own.importToken().asByteArray();
    newer[0] = 2;
    byte[] bytes = own.importToken().asByteArray();
    for (byte[] token :
        List.of(
            another.importToken().asByteArray(),
            altered,
            newer,
            new byte[] {1},
            new byte[] {0},
            new byte[6144],
            Arrays.copyOf(bytes, bytes.length - 1),
            Arrays.copyOf(bytes, bytes.length + 1))) {
      assertRefused(
          InvalidImportTokenException.class,
          "embedded-kms: the import token is not one of this key: send the one that"
              + " GetParametersForImport returned for it",
          () ->
              kms.importKeyMaterial(
                  b ->
                      b.keyId(keyId)
                          .importToken(Bytes.fromByteArray(token))
                          .encryptedKeyMaterial(wrapped)
                          .expirationModel(ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE)));
    }
  }

  @Test
  void encryptedKeyMaterial_thatCannotBeUnwrapped_isOneErrorWithoutMessage() {
    String keyId = externalKey(KeySpec.ECC_NIST_P256);
    byte[] key = bytesOf(pair(KeySpec.ECC_NIST_P256).privateKey());
    for (AlgorithmSpec algorithm : List.of(OAEP, KEY_WRAP)) {
      GetParametersForImport.Response own = parameters(keyId, algorithm);
      GetParametersForImport.Response another = parameters(keyId, algorithm);
      AlgorithmSpec otherHash =
          algorithm == OAEP ? AlgorithmSpec.RSAES_OAEP_SHA_1 : AlgorithmSpec.RSA_AES_KEY_WRAP_SHA_1;
      AlgorithmSpec otherKind = algorithm == OAEP ? KEY_WRAP : OAEP;
      byte[] right = WrappedMaterial.wrap(own.publicKey(), algorithm, key).asByteArray();
      byte[] altered = right.clone();
      altered[right.length - 1] ^= 1;
      for (byte[] wrapped :
          List.of(
              WrappedMaterial.wrap(another.publicKey(), algorithm, key).asByteArray(),
              WrappedMaterial.wrap(own.publicKey(), otherHash, key).asByteArray(),
              WrappedMaterial.wrap(own.publicKey(), otherKind, key).asByteArray(),
              altered,
              Arrays.copyOf(right, right.length - 1),
              Arrays.copyOf(right, right.length + 1),
              Arrays.copyOf(right, 256),
              Arrays.copyOf(right, 257),
              Arrays.copyOf(right, 263),
              Arrays.copyOf(right, 264),
              new byte[1],
              new byte[256],
              new byte[6144],
              key)) {
        if (!Arrays.equals(wrapped, right)) {
          assertRefused(
              InvalidCiphertextException.class,
              null,
              () ->
                  kms.importKeyMaterial(
                      b ->
                          b.keyId(keyId)
                              .importToken(own.importToken())
                              .encryptedKeyMaterial(Bytes.fromByteArray(wrapped))
                              .expirationModel(ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE)));
        }
      }
    }
    assertThat(state(keyId)).isEqualTo(KeyState.PENDING_IMPORT);
  }

  @ParameterizedTest
  @CsvSource({
    "SYMMETRIC_DEFAULT, 31, XAES_256_GCM has 32 bytes",
    "SYMMETRIC_DEFAULT, 16, XAES_256_GCM has 32 bytes",
    "SYMMETRIC_DEFAULT, 33, XAES_256_GCM has 32 bytes",
    "HMAC_224, 27, HMAC_SHA_224 has 28 to 64 bytes",
    "HMAC_256, 65, HMAC_SHA_256 has 32 to 64 bytes",
    "HMAC_384, 47, HMAC_SHA_384 has 48 to 128 bytes",
    "HMAC_512, 129, HMAC_SHA_512 has 64 to 128 bytes",
  })
  void importKeyMaterial_wrongLength_isRefused(KeySpec spec, int length, String possible) {
    String keyId = externalKey(spec);
    assertRefused(
        IncorrectKeyMaterialException.class,
        "embedded-kms: material for " + possible + ", not " + length,
        () -> importInto(kms, keyId, new byte[length]));
  }

  @ParameterizedTest
  @CsvSource({"HMAC_224, 28", "HMAC_224, 64", "HMAC_384, 128", "HMAC_512, 64"})
  void importKeyMaterial_extremeLength_succeeds(KeySpec spec, int length) {
    String keyId = externalKey(spec);
    importInto(kms, keyId, new byte[length]);
    assertThat(state(keyId)).isEqualTo(KeyState.ENABLED);
  }

  @Test
  void importKeyMaterial_privateKeyOfAnotherSpecOrNone_isRefused() {
    String keyId = externalKey(KeySpec.ECC_NIST_P256);
    for (byte[] wrong :
        List.of(bytesOf(pair(KeySpec.ECC_SECG_P256_K1).privateKey()), new byte[32], new byte[1])) {
      Throwable thrown = catchThrowable(() -> importInto(kms, keyId, wrong));
      assertThat(thrown)
          .isExactlyInstanceOf(IncorrectKeyMaterialException.class)
          .hasMessageStartingWith(
              "embedded-kms: the private key of " + arn(keyId) + " is unusable: ")
          .hasNoCause();
    }
    assertThat(state(keyId)).isEqualTo(KeyState.PENDING_IMPORT);
  }

  @ParameterizedTest
  @CsvSource({
    "SYMMETRIC_DEFAULT, RSA_AES_KEY_WRAP_SHA_1",
    "SYMMETRIC_DEFAULT, RSA_AES_KEY_WRAP_SHA_256",
    "HMAC_256, RSA_AES_KEY_WRAP_SHA_256",
    "ML_DSA_44, RSA_AES_KEY_WRAP_SHA_256",
    "ML_KEM_768, RSA_AES_KEY_WRAP_SHA_256",
    "RSA_2048, RSAES_OAEP_SHA_1",
    "RSA_4096, RSAES_OAEP_SHA_256",
  })
  void getParametersForImport_algorithmForOtherMaterial_isRefused(
      KeySpec spec, AlgorithmSpec algorithm) {
    String keyId = externalKey(spec);
    assertRefused(
        ValidationException.class,
        "embedded-kms: WrappingAlgorithm "
            + algorithm
            + " does not wrap key material of KeySpec "
            + spec,
        () -> parameters(keyId, algorithm));
  }

  @Test
  void getParametersForImport_impossibleCombination_isRefused() {
    String keyId = externalKey(KeySpec.ECC_NIST_P521);
    assertRefused(
        ValidationException.class,
        "embedded-kms: WrappingKeySpec RSA_2048 is too short for key material of KeySpec"
            + " ECC_NIST_P521 and WrappingAlgorithm RSAES_OAEP_SHA_256",
        () -> parameters(keyId, OAEP));
    assertRefused(
        UnsupportedOperationException.class,
        "embedded-kms: the service no longer supports the WrappingAlgorithm RSAES_PKCS1_V1_5",
        () -> parameters(keyId, AlgorithmSpec.RSAES_PKCS1_V1_5));
    assertRefused(
        UnsupportedOperationException.class,
        "embedded-kms: wrapping by SM2 is available in China Regions only",
        () -> parameters(keyId, AlgorithmSpec.SM2_PKE));
    KmsClient china = fixture.kms.inRegion("cn-north-1");
    String inChina = china.createKey(b -> b.origin(OriginType.EXTERNAL)).keyMetadata().keyId();
    assertRefused(
        UnsupportedOperationException.class,
        "embedded-kms: WrappingAlgorithm RSA_AES_KEY_WRAP_SHA_256 is not available in China"
            + " Regions",
        () ->
            china.getParametersForImport(
                b ->
                    b.keyId(inChina)
                        .wrappingAlgorithm(KEY_WRAP)
                        .wrappingKeySpec(WrappingKeySpec.RSA_2048)));
    assertRefused(
        ValidationException.class,
        "embedded-kms: WrappingAlgorithm SM2PKE is not compatible with WrappingKeySpec RSA_2048",
        () ->
            china.getParametersForImport(
                b ->
                    b.keyId(inChina)
                        .wrappingAlgorithm(AlgorithmSpec.SM2_PKE)
                        .wrappingKeySpec(WrappingKeySpec.RSA_2048)));
  }

  @OverDatabases
  @Test
  void cancelKeyDeletion_keyWithoutItsMaterial_isPendingImport() {
    String keyId = externalKey();
    kms.scheduleKeyDeletion(b -> b.keyId(keyId));
    kms.cancelKeyDeletion(b -> b.keyId(keyId));
    assertThat(state(keyId)).isEqualTo(KeyState.PENDING_IMPORT);
    importInto(kms, keyId, material(1));
    kms.scheduleKeyDeletion(b -> b.keyId(keyId));
    kms.cancelKeyDeletion(b -> b.keyId(keyId));
    assertThat(state(keyId)).isEqualTo(KeyState.DISABLED);
    kms.scheduleKeyDeletion(b -> b.keyId(keyId));
    kms.deleteImportedKeyMaterial(b -> b.keyId(keyId));
    fixture.reopen();
    assertThat(state(keyId)).isEqualTo(KeyState.PENDING_DELETION);
    kms.cancelKeyDeletion(b -> b.keyId(keyId));
    assertThat(state(keyId)).isEqualTo(KeyState.PENDING_IMPORT);
  }
}
