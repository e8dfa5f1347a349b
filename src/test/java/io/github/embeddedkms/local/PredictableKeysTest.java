package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.store.KeyStorage;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Expected values were computed by an independent program (Python's {@code hmac} and {@code uuid})
 * from the definition in DerivedRandom. They must never change.
 */
class PredictableKeysTest {

  private static final Bytes SEED = Bytes.fromUtf8String("golden files");
  private static final SecretBytes HELLO = SecretBytes.fromUtf8String("hello");

  /** The first three key ids, and the material ids of three symmetric keys. */
  private static final List<String> KEY_IDS =
      List.of(
          "33adf8db-ed85-436c-9e47-33b7d3befc16",
          "5b79fd50-4c05-463b-9ad7-4114d0897705",
          "8a54630c-ef74-4795-a08a-49a2ec16d85e");

  private static final List<String> MATERIAL_IDS =
      List.of(
          "4c927efcfe9e71ff6adb75c75b3501c322753c1f4fcdc6fdbdce2ef7a048b6ed",
          "ef28f5d486c8944c4d6492dcebf9585929abed6cea22779c62b8a937238fe37b",
          "ff5ec1347ea43f55c331026e5a1b0243c01df38862f6048d45b2d0e440408bb0");

  private static LocalKeyProvider.Builder builder() {
    return LocalKeyProvider.builder().insecurePredictableKeys(SEED);
  }

  private static String newKey(LocalKeyProvider kms, KeySpec spec, KeyUsageType usage) {
    return kms.createKey(key -> key.keySpec(spec).keyUsage(usage)).keyMetadata().keyId();
  }

  private static String newKey(LocalKeyProvider kms) {
    return newKey(kms, KeySpec.SYMMETRIC_DEFAULT, KeyUsageType.ENCRYPT_DECRYPT);
  }

  private static String materialId(LocalKeyProvider kms, String keyId) {
    return kms.generateDataKey(key -> key.keyId(keyId).keySpec(DataKeySpec.AES_256))
        .keyMaterialId();
  }

  @Test
  void keys_ofOneSeed_haveTheDocumentedIdsAndMaterials() {
    try (LocalKeyProvider kms = builder().build()) {
      for (int i = 0; i < KEY_IDS.size(); i++) {
        assertThat(newKey(kms)).isEqualTo(KEY_IDS.get(i));
        assertThat(materialId(kms, KEY_IDS.get(i))).isEqualTo(MATERIAL_IDS.get(i));
      }
      kms.reset();
      assertThat(newKey(kms)).isEqualTo(KEY_IDS.get(0));
    }
  }

  @Test
  void keysBefore_ofAnySpec_doNotMatter() {
    try (LocalKeyProvider kms = builder().region("cn-north-1").build()) {
      newKey(kms, KeySpec.RSA_2048, KeyUsageType.SIGN_VERIFY);
      String hmac = newKey(kms, KeySpec.HMAC_512, KeyUsageType.GENERATE_VERIFY_MAC);
      assertThat(hmac).isEqualTo(KEY_IDS.get(1));
      assertThat(
              kms.generateMac(
                      mac ->
                          mac.keyId(hmac)
                              .message(HELLO)
                              .macAlgorithm(MacAlgorithmSpec.HMAC_SHA_512))
                  .mac())
          .isEqualTo(
              Bytes.fromByteArray(
                  HexFormat.of()
                      .parseHex(
                          "113f9853143f9c1741dd102ad1a858a05d8629d0d57c0f4d0acb205c58a58761"
                              + "ebce7517fd92583eba0d33f03fe2495983f29f95777402640a428536f844f8ea")));
    }
    try (LocalKeyProvider kms = builder().build()) {
      newKey(kms, KeySpec.ECC_NIST_P256, KeyUsageType.SIGN_VERIFY);
      newKey(kms, KeySpec.ML_DSA_44, KeyUsageType.SIGN_VERIFY);
      assertThat(materialId(kms, newKey(kms))).isEqualTo(MATERIAL_IDS.get(2));
    }
  }

  /** Recorded, since they depend on the implementation of FIPS 203 and FIPS 204 too. */
  @ParameterizedTest
  @CsvSource({
    "ML_DSA_44, SIGN_VERIFY, b585df57556c5b40c3267eaa15d1cab602ab41038c5952ac6b15c213e846d8be",
    "ML_KEM_512, ENCAPSULATE_DECAPSULATE,"
        + " 48f2f270c2aec74b11e8ca2dabbd9ec32f9a454c39960ab8dbea74e7ecc8cfe6"
  })
  void publicKey_ofKeysMadeFromASeed_isTheRecordedOne(
      KeySpec spec, KeyUsageType usage, String sha256) throws Exception {
    try (LocalKeyProvider kms = builder().build()) {
      assertThat(HexFormat.of().formatHex(sha256(publicKey(kms, newKey(kms, spec, usage)))))
          .isEqualTo(sha256);
    }
  }

  private static Bytes publicKey(LocalKeyProvider kms, String keyId) {
    return kms.getPublicKey(key -> key.keyId(keyId)).publicKey();
  }

  private static byte[] sha256(Bytes bytes) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(bytes.asByteArray());
  }

  /** Whatever the JDK does with the derived bytes, one JDK always does the same. */
  @ParameterizedTest
  @EnumSource(
      names = {
        "RSA_2048",
        "ECC_NIST_P256",
        "ECC_NIST_P521",
        "ECC_SECG_P256_K1",
        "ECC_NIST_EDWARDS25519"
      })
  void publicKey_ofOtherKeyPairs_isTheSameInOneJdk(KeySpec spec) {
    try (LocalKeyProvider kms = builder().build()) {
      Bytes first = publicKey(kms, newKey(kms, spec, KeyUsageType.SIGN_VERIFY));
      kms.reset();
      assertThat(publicKey(kms, newKey(kms, spec, KeyUsageType.SIGN_VERIFY))).isEqualTo(first);
    }
  }

  @Test
  void seedWithoutMaterial_getsDerivedMaterialFirst() {
    Seed seed = Seed.builder().key(KEY_IDS.get(0), key -> {}).build();
    try (LocalKeyProvider kms = builder().seed(seed).build()) {
      assertThat(materialId(kms, KEY_IDS.get(0))).isEqualTo(MATERIAL_IDS.get(0));
      assertThat(newKey(kms)).isEqualTo(KEY_IDS.get(1));
    }
  }

  /** Equal nonces would give away plaintexts, equal nonces of signatures the private key. */
  @Test
  void everythingElse_staysRandom() {
    List<Bytes> blobs = new ArrayList<>();
    List<Bytes> signatures = new ArrayList<>();
    List<SecretBytes> dataKeys = new ArrayList<>();
    try (LocalKeyProvider kms = builder().build()) {
      for (int i = 0; i < 2; i++) {
        kms.reset();
        String keyId = newKey(kms);
        String signing = newKey(kms, KeySpec.ECC_NIST_P256, KeyUsageType.SIGN_VERIFY);
        blobs.add(kms.encrypt(e -> e.keyId(keyId).plaintext(HELLO)).ciphertextBlob());
        signatures.add(
            kms.sign(
                    sign ->
                        sign.keyId(signing)
                            .message(HELLO)
                            .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256))
                .signature());
        GenerateDataKey.Response dataKey =
            kms.generateDataKey(key -> key.keyId(keyId).keySpec(DataKeySpec.AES_256));
        dataKeys.add(dataKey.plaintext());
      }
      assertThat(blobs).doesNotHaveDuplicates();
      assertThat(signatures).doesNotHaveDuplicates();
      assertThat(dataKeys).doesNotHaveDuplicates();
      // The keys are the same all the same: a blob of before the reset opens.
      assertThat(kms.decrypt(d -> d.ciphertextBlob(blobs.get(0))).plaintext()).isEqualTo(HELLO);
    }
  }

  @Test
  void build_warnsTheListener() {
    List<String> reported = new ArrayList<>();
    builder()
        .failureListener(
            (operation, failure) -> reported.add(operation + ": " + failure.getMessage()))
        .build()
        .close();
    assertThat(reported)
        .containsExactly(
            "build: embedded-kms: the keys of this provider are derived from the seed that was"
                + " given to insecurePredictableKeys: they are for tests, and protect nothing");
    // A listener that fails does not keep the provider from being built.
    builder()
        .failureListener(
            (operation, failure) -> {
              throw new IllegalStateException("broken");
            })
        .build()
        .close();
  }

  @Test
  void storage_isRefused() {
    try (KeyStorage storage = KeyStorage.inMemory()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder().storage(storage).build())
          .withMessage(
              "embedded-kms: predictable keys cannot be kept in a storage: set either storage or"
                  + " insecurePredictableKeys, not both");
    }
  }

  @Test
  void seed_empty_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> LocalKeyProvider.builder().insecurePredictableKeys(Bytes.fromUtf8String("")))
        .withMessage("embedded-kms: the seed of predictable keys is empty");
  }

  @Test
  void withoutTheOption_keysAreRandom() {
    try (LocalKeyProvider one = LocalKeyProvider.inMemory();
        LocalKeyProvider other = LocalKeyProvider.inMemory()) {
      assertThat(newKey(one)).isNotEqualTo(newKey(other));
    }
  }
}
