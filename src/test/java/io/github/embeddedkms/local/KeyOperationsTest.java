package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.NotSupportedYetException;
import io.github.embeddedkms.exception.TagException;
import io.github.embeddedkms.exception.UnsupportedOperationException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.CustomerMasterKeySpec;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.KeyManagerType;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.CreateKeyBuilder;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

class KeyOperationsTest {

  private final Fixture fixture = new Fixture();
  private final LocalKeyProvider kms = fixture.kms;

  @AfterEach
  void close() {
    fixture.close();
  }

  @OverDatabases
  @Test
  void createKey_withoutMembers_isASymmetricEncryptionKey() {
    KeyMetadata key = kms.createKey(b -> {}).keyMetadata();
    assertThat(key.keyId())
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    assertThat(key.arn()).isEqualTo(Fixture.arn(key.keyId()));
    assertThat(key.awsAccountId()).isEqualTo(Fixture.ACCOUNT);
    assertThat(key.creationDate()).isEqualTo(Fixture.NOW);
    assertThat(key.enabled()).isTrue();
    assertThat(key.description()).isEmpty();
    assertThat(key.keyUsage()).isEqualTo(KeyUsageType.ENCRYPT_DECRYPT);
    assertThat(key.keyState()).isEqualTo(KeyState.ENABLED);
    assertThat(key.origin()).isEqualTo(OriginType.AWS_KMS);
    assertThat(key.keyManager()).isEqualTo(KeyManagerType.CUSTOMER);
    assertThat(key.customerMasterKeySpec()).isEqualTo(CustomerMasterKeySpec.SYMMETRIC_DEFAULT);
    assertThat(key.keySpec()).isEqualTo(KeySpec.SYMMETRIC_DEFAULT);
    assertThat(key.encryptionAlgorithms())
        .containsExactly(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT);
    assertThat(key.multiRegion()).isFalse();
    assertThat(key.currentKeyMaterialId()).matches("[0-9a-f]{64}");
    assertThat(key)
        .extracting(
            KeyMetadata::deletionDate,
            KeyMetadata::validTo,
            KeyMetadata::customKeyStoreId,
            KeyMetadata::cloudHsmClusterId,
            KeyMetadata::expirationModel,
            KeyMetadata::signingAlgorithms,
            KeyMetadata::keyAgreementAlgorithms,
            KeyMetadata::multiRegionConfiguration,
            KeyMetadata::pendingDeletionWindowInDays,
            KeyMetadata::macAlgorithms,
            KeyMetadata::xksKeyConfiguration)
        .containsOnlyNulls();
    assertThat(kms.describeKey(b -> b.keyId(key.keyId())).keyMetadata()).isEqualTo(key);
  }

  @OverDatabases
  @Test
  void createKey_explicitDefaults_createsTheSameKey() {
    KeyMetadata key =
        kms.createKey(
                b ->
                    b.keySpec(KeySpec.SYMMETRIC_DEFAULT)
                        .customerMasterKeySpec(CustomerMasterKeySpec.SYMMETRIC_DEFAULT)
                        .keyUsage(KeyUsageType.ENCRYPT_DECRYPT)
                        .origin(OriginType.AWS_KMS)
                        .multiRegion(false)
                        .bypassPolicyLockoutSafetyCheck(true)
                        .description("x".repeat(8192)))
            .keyMetadata();
    assertThat(key.keySpec()).isEqualTo(KeySpec.SYMMETRIC_DEFAULT);
    assertThat(key.description()).hasSize(8192);
  }

  @Test
  void createKey_manyTimes_neverRepeatsAnIdOrMaterial() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      KeyMetadata key = kms.createKey(b -> {}).keyMetadata();
      assertThat(seen.add(key.keyId())).isTrue();
      assertThat(seen.add(key.currentKeyMaterialId())).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(value = KeySpec.class, mode = Mode.EXCLUDE, names = "SYMMETRIC_DEFAULT")
  void createKey_specWithoutUsage_isRefused(KeySpec spec) {
    assertRefused(
        ValidationException.class,
        "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
        b -> b.keySpec(spec));
  }

  /** Returns the usages that the service's documentation lists for a spec. */
  private static Set<KeyUsageType> documentedUsages(KeySpec spec) {
    String name = spec.toString();
    if (name.startsWith("RSA")) {
      return Set.of(KeyUsageType.ENCRYPT_DECRYPT, KeyUsageType.SIGN_VERIFY);
    }
    if (name.startsWith("ECC_NIST_P")) {
      return Set.of(KeyUsageType.SIGN_VERIFY, KeyUsageType.KEY_AGREEMENT);
    }
    if (name.startsWith("HMAC")) {
      return Set.of(KeyUsageType.GENERATE_VERIFY_MAC);
    }
    if (name.startsWith("ML_KEM")) {
      return Set.of(KeyUsageType.ENCAPSULATE_DECAPSULATE);
    }
    if (name.equals("SM2")) {
      return Set.of(
          KeyUsageType.ENCRYPT_DECRYPT, KeyUsageType.SIGN_VERIFY, KeyUsageType.KEY_AGREEMENT);
    }
    return Set.of(
        name.equals("SYMMETRIC_DEFAULT") ? KeyUsageType.ENCRYPT_DECRYPT : KeyUsageType.SIGN_VERIFY);
  }

  static List<Object[]> specsAndUsages() {
    List<Object[]> cases = new ArrayList<>();
    for (KeySpec spec : KeySpec.values()) {
      for (KeyUsageType usage : KeyUsageType.values()) {
        cases.add(new Object[] {spec, usage});
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("specsAndUsages")
  void createKey_specAndUsage_areCompatibleOrRefused(KeySpec spec, KeyUsageType usage) {
    Consumer<CreateKeyBuilder> members = b -> b.keySpec(spec).keyUsage(usage);
    if (!documentedUsages(spec).contains(usage)) {
      assertRefused(
          ValidationException.class,
          "KeyUsage " + usage + " is not compatible with KeySpec " + spec,
          members);
      return;
    }
    KmsClient client = spec == KeySpec.SM2 ? kms.inRegion("cn-north-1") : kms;
    KeyMetadata key = client.createKey(members).keyMetadata();
    assertThat(key.keySpec()).isEqualTo(spec);
    assertThat(key.keyUsage()).isEqualTo(usage);
    assertThat(key.customerMasterKeySpec())
        .isEqualTo(
            Stream.of(CustomerMasterKeySpec.values())
                .filter(older -> older.name().equals(spec.name()))
                .findFirst()
                .orElse(null));
    assertThat(algorithmsOf(key)).isEqualTo(usage + " " + documentedAlgorithms(spec, usage));
    assertThat(key.currentKeyMaterialId() == null).isEqualTo(spec != KeySpec.SYMMETRIC_DEFAULT);
  }

  /** Returns the usage and the algorithms of the only list that is present. */
  private static String algorithmsOf(KeyMetadata key) {
    Map<KeyUsageType, List<?>> lists = new EnumMap<>(KeyUsageType.class);
    lists.put(KeyUsageType.ENCRYPT_DECRYPT, key.encryptionAlgorithms());
    lists.put(KeyUsageType.SIGN_VERIFY, key.signingAlgorithms());
    lists.put(KeyUsageType.GENERATE_VERIFY_MAC, key.macAlgorithms());
    lists.put(KeyUsageType.KEY_AGREEMENT, key.keyAgreementAlgorithms());
    lists.put(KeyUsageType.ENCAPSULATE_DECAPSULATE, key.encapsulationAlgorithms());
    lists.values().removeIf(Objects::isNull);
    return lists.entrySet().stream()
        .map(list -> list.getKey() + " " + list.getValue())
        .collect(Collectors.joining(", "));
  }

  /** Returns the algorithms in the order in which the service returns them. */
  private static String documentedAlgorithms(KeySpec spec, KeyUsageType usage) {
    String name = spec.toString();
    return switch (usage) {
      case ENCRYPT_DECRYPT ->
          name.startsWith("RSA")
              ? "[RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256]"
              : name.equals("SM2") ? "[SM2PKE]" : "[SYMMETRIC_DEFAULT]";
      case GENERATE_VERIFY_MAC -> "[" + name.replace("HMAC_", "HMAC_SHA_") + "]";
      case KEY_AGREEMENT -> "[ECDH]";
      case ENCAPSULATE_DECAPSULATE -> "[ML_KEM]";
      case SIGN_VERIFY ->
          switch (name) {
            case "RSA_2048", "RSA_3072", "RSA_4096" ->
                "[RSASSA_PKCS1_V1_5_SHA_256, RSASSA_PKCS1_V1_5_SHA_384, RSASSA_PKCS1_V1_5_SHA_512,"
                    + " RSASSA_PSS_SHA_256, RSASSA_PSS_SHA_384, RSASSA_PSS_SHA_512]";
            case "ECC_NIST_P384" -> "[ECDSA_SHA_384]";
            case "ECC_NIST_P521" -> "[ECDSA_SHA_512]";
            case "ECC_NIST_P256", "ECC_SECG_P256K1" -> "[ECDSA_SHA_256]";
            case "ECC_NIST_EDWARDS25519" -> "[ED25519_SHA_512, ED25519_PH_SHA_512]";
            case "SM2" -> "[SM2DSA]";
            default -> "[ML_DSA_SHAKE_256]";
          };
    };
  }

  @OverDatabases
  @ParameterizedTest
  @CsvSource({"HMAC_224, GENERATE_VERIFY_MAC", "ECC_NIST_P384, KEY_AGREEMENT"})
  void createKey_otherSpecs_arePersisted(KeySpec spec, KeyUsageType usage) {
    KeyMetadata key = kms.createKey(b -> b.keySpec(spec).keyUsage(usage)).keyMetadata();
    fixture.reopen();
    assertThat(kms.describeKey(b -> b.keyId(key.keyId())).keyMetadata()).isEqualTo(key);
  }

  @Test
  void createKey_specOfOtherRegions_isRefused() {
    assertRefused(
        UnsupportedOperationException.class,
        "embedded-kms: KeySpec SM2 is available in China Regions only",
        b -> b.keySpec(KeySpec.SM2).keyUsage(KeyUsageType.SIGN_VERIFY));
    assertThat(
            catchThrowable(
                () ->
                    kms.inRegion("cn-north-1")
                        .createKey(
                            b ->
                                b.keySpec(KeySpec.ML_KEM_768)
                                    .keyUsage(KeyUsageType.ENCAPSULATE_DECAPSULATE))))
        .isExactlyInstanceOf(UnsupportedOperationException.class)
        .hasMessage("embedded-kms: KeySpec ML_KEM_768 is not available in China Regions");
  }

  @Test
  void createKey_unsupportedMember_isRefusedNotIgnored() {
    assertNotYet("Origin AWS_CLOUDHSM", b -> b.origin(OriginType.AWS_CLOUDHSM));
    assertNotYet("Origin EXTERNAL_KEY_STORE", b -> b.origin(OriginType.EXTERNAL_KEY_STORE));
    assertNotYet("CustomKeyStoreId", b -> b.customKeyStoreId("cks-1234567890abcdef0"));
    assertNotYet("XksKeyId", b -> b.xksKeyId("external"));
  }

  @Test
  void createKey_bothSpecMembers_mustAgree() {
    assertRefused(
        ValidationException.class,
        "embedded-kms: KeySpec and CustomerMasterKeySpec differ",
        b ->
            b.keySpec(KeySpec.SYMMETRIC_DEFAULT)
                .customerMasterKeySpec(CustomerMasterKeySpec.RSA_2048));
    KeyMetadata key =
        kms.createKey(
                b ->
                    b.keySpec(KeySpec.HMAC_512)
                        .customerMasterKeySpec(CustomerMasterKeySpec.HMAC_512)
                        .keyUsage(KeyUsageType.GENERATE_VERIFY_MAC))
            .keyMetadata();
    assertThat(key.customerMasterKeySpec()).isEqualTo(CustomerMasterKeySpec.HMAC_512);
  }

  @OverDatabases
  @Test
  void createKey_fiftyTagsOfFullLength_succeeds() {
    List<Tag> tags =
        IntStream.range(0, 50)
            .mapToObj(i -> new Tag("k".repeat(126) + (10 + i), "v".repeat(256)))
            .toList();
    assertThatCode(() -> kms.createKey(b -> b.tags(tags))).doesNotThrowAnyException();
  }

  @Test
  void createKey_invalidTags_throwsTagException() {
    assertRefused(
        TagException.class,
        "Duplicate tag keys",
        b -> b.tags(List.of(new Tag("a", "1"), new Tag("a", "2"))));
    List<Tag> tooMany = IntStream.range(0, 51).mapToObj(i -> new Tag("k" + i, "")).toList();
    assertRefused(TagException.class, "Too many tags", b -> b.tags(tooMany));
    for (String reserved : List.of("aws:x", "AWS:x", "aws:")) {
      assertRefused(
          TagException.class,
          "Tags beginning with aws: are reserved",
          b -> b.tags(Collections.singletonList(new Tag(reserved, "v"))));
    }
    assertThatCode(() -> kms.createKey(b -> b.tags(List.of(new Tag("aws", "v")))))
        .doesNotThrowAnyException();
  }

  @OverDatabases
  @Test
  void disableAndEnable_areIdempotentAndKeepEverythingElse() {
    KeyMetadata before = describe();
    kms.disableKey(b -> b.keyId(fixture.keyId));
    kms.disableKey(b -> b.keyId(fixture.keyArn));
    assertThat(fixture.storage.changes).isEqualTo(1);
    assertThat(describe().keyState()).isEqualTo(KeyState.DISABLED);
    assertThat(describe().enabled()).isFalse();
    kms.enableKey(b -> b.keyId(fixture.keyId));
    kms.enableKey(b -> b.keyId(fixture.keyId));
    assertThat(fixture.storage.changes).isEqualTo(2);
    assertThat(describe()).isEqualTo(before);
    assertThat(kms.decrypt(b -> b.ciphertextBlob(fixture.blob)).plaintext().asUtf8String())
        .isEqualTo(Fixture.PLAINTEXT);
  }

  @Test
  void enabledFlag_isTrueOnlyIfTheKeyIsUsable() {
    for (KeyState state : KeyState.values()) {
      fixture.state(state);
      assertThat(describe().enabled())
          .as("%s", state)
          .isEqualTo(state == KeyState.ENABLED || state == KeyState.UPDATING);
    }
  }

  @OverDatabases
  @Test
  void updateKeyDescription_newDescription_replacesTheOld() {
    KeyMetadata before = describe();
    for (String description : List.of("\u00fc \u20ac \ud83d\ude00", "x".repeat(8192), "")) {
      kms.updateKeyDescription(b -> b.keyId(fixture.keyArn).description(description));
      fixture.reopen();
      assertThat(describe().description()).isEqualTo(description);
    }
    assertThat(describe()).isEqualTo(before);
    fixture.storage.changes = 0;
    kms.updateKeyDescription(b -> b.keyId(fixture.keyId).description(""));
    assertThat(fixture.storage.changes).isZero();
  }

  private KeyMetadata describe() {
    return kms.describeKey(b -> b.keyId(fixture.keyId)).keyMetadata();
  }

  private void assertRefused(
      Class<? extends KmsException> type, String message, Consumer<CreateKeyBuilder> members) {
    assertThat(catchThrowable(() -> kms.createKey(members)))
        .isExactlyInstanceOf(type)
        .hasMessage(message);
    assertThat(fixture.storage.changes).isZero();
  }

  private void assertNotYet(String what, Consumer<CreateKeyBuilder> members) {
    assertThat(catchThrowable(() -> kms.createKey(members)))
        .isExactlyInstanceOf(NotSupportedYetException.class)
        .hasMessage("embedded-kms: " + what + " is not supported yet");
    assertThat(fixture.storage.changes).isZero();
  }
}
