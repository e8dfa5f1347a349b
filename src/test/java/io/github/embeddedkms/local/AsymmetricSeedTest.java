package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeyPairSpec;
import io.github.embeddedkms.model.EncapsulationAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.KeyAgreementAlgorithmSpec;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.seed.SeedFiles;
import io.github.embeddedkms.store.fixture.OverDatabases;
import io.github.embeddedkms.store.fixture.TestStore;
import java.util.Base64;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Asymmetric and HMAC keys in seeds. */
class AsymmetricSeedTest {

  private static final String KEY_ID = "800d5768-3fd7-4edd-a4b8-4c81c3e4c147";
  private static final String DIGITS = "5cdaead27fe7da2de47945d73cd6d79e".repeat(2);

  private static Seed seed(Consumer<Seed.KeyBuilder> key) {
    return Seed.builder().key(KEY_ID, key).build();
  }

  private record Pair(Bytes pkcs8, Bytes publicKey) {

    static Pair of(DataKeyPairSpec spec) {
      try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
        String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
        var pair = kms.generateDataKeyPair(b -> b.keyId(keyId).keyPairSpec(spec));
        return new Pair(
            Bytes.fromByteArray(pair.privateKeyPlaintext().asByteArray()), pair.publicKey());
      }
    }

    String pem() {
      return "-----BEGIN PRIVATE KEY-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pkcs8.asByteArray())
          + "\n-----END PRIVATE KEY-----\n";
    }
  }

  @ParameterizedTest
  @CsvSource({
    "RSA_2048, SIGN_VERIFY",
    "ECC_NIST_P384, KEY_AGREEMENT",
    "ECC_SECG_P256_K1, SIGN_VERIFY",
    "ECC_NIST_EDWARDS25519, SIGN_VERIFY",
    "ML_KEM_512, ENCAPSULATE_DECAPSULATE",
  })
  void privateKey_inPemOrPkcs8_isThatOfTheKey(DataKeyPairSpec spec, KeyUsageType usage) {
    Pair pair = Pair.of(spec);
    for (Seed seed :
        new Seed[] {
          seed(key -> key.privateKeyPem(pair.pem()).usage(usage)),
          seed(key -> key.privateKeyPem("garbage").privateKeyPem(pair.pem()).usage(usage)),
          seed(
              key ->
                  key.privateKey(pair.pkcs8.asByteArray())
                      .usage(usage)
                      .spec(KeySpec.valueOf(spec.name())))
        }) {
      try (LocalKeyProvider kms = LocalKeyProvider.builder().seed(seed).build()) {
        var key = kms.getPublicKey(b -> b.keyId(KEY_ID));
        assertThat(key.publicKey()).isEqualTo(pair.publicKey);
        assertThat(key.keySpec()).hasToString(spec.toString());
        assertThat(key.keyUsage()).isEqualTo(usage);
      }
    }
  }

  /** What was made outside for the public key of a seed is opened with the key of the seed. */
  @Test
  void privateKey_forEncryptionAgreementOrEncapsulation_isUsed() {
    Pair rsa = Pair.of(DataKeyPairSpec.RSA_2048);
    EncryptionAlgorithmSpec oaep = EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256;
    SecretBytes plaintext = SecretBytes.fromUtf8String("a plaintext");
    Bytes ciphertext =
        withKey(
            rsa,
            KeyUsageType.ENCRYPT_DECRYPT,
            kms ->
                kms.encrypt(b -> b.keyId(KEY_ID).plaintext(plaintext).encryptionAlgorithm(oaep))
                    .ciphertextBlob());
    SecretBytes decrypted =
        withKey(
            rsa,
            KeyUsageType.ENCRYPT_DECRYPT,
            kms ->
                kms.decrypt(
                        b -> b.keyId(KEY_ID).ciphertextBlob(ciphertext).encryptionAlgorithm(oaep))
                    .plaintext());
    assertThat(decrypted).isEqualTo(plaintext);

    Pair ours = Pair.of(DataKeyPairSpec.ECC_NIST_P256);
    Pair theirs = Pair.of(DataKeyPairSpec.ECC_NIST_P256);
    assertThat(derived(ours, theirs.publicKey)).isEqualTo(derived(theirs, ours.publicKey));

    Pair mlKem = Pair.of(DataKeyPairSpec.ML_KEM_768);
    EncapsulationAlgorithmSpec algorithm = EncapsulationAlgorithmSpec.ML_KEM;
    var made =
        withKey(
            mlKem,
            KeyUsageType.ENCAPSULATE_DECAPSULATE,
            kms -> kms.encapsulate(b -> b.keyId(KEY_ID).encapsulationAlgorithm(algorithm)));
    SecretBytes decapsulated =
        withKey(
            mlKem,
            KeyUsageType.ENCAPSULATE_DECAPSULATE,
            kms ->
                kms.decapsulate(
                        b ->
                            b.keyId(KEY_ID)
                                .sharedSecretCiphertextBlob(made.sharedSecretCiphertextBlob())
                                .encapsulationAlgorithm(algorithm))
                    .sharedSecret());
    assertThat(decapsulated).isEqualTo(made.sharedSecret());
  }

  private static SecretBytes derived(Pair pair, Bytes peer) {
    return withKey(
        pair,
        KeyUsageType.KEY_AGREEMENT,
        kms ->
            kms.deriveSharedSecret(
                    b ->
                        b.keyId(KEY_ID)
                            .publicKey(peer)
                            .keyAgreementAlgorithm(KeyAgreementAlgorithmSpec.ECDH))
                .sharedSecret());
  }

  /** Works with a new provider that has a key pair from a seed. */
  private static <T> T withKey(Pair pair, KeyUsageType usage, Function<LocalKeyProvider, T> work) {
    Seed seed = seed(key -> key.privateKeyPem(pair.pem()).usage(usage));
    try (LocalKeyProvider kms = LocalKeyProvider.builder().seed(seed).build()) {
      return work.apply(kms);
    }
  }

  @Test
  void hmacKey_backingKey_givesTheSameMacInEveryProvider() {
    Seed seed = seed(key -> key.spec(KeySpec.HMAC_384).backingKey(DIGITS.repeat(2)));
    SecretBytes message = SecretBytes.fromUtf8String("message");
    Bytes mac = null;
    for (int i = 0; i < 2; i++) {
      try (LocalKeyProvider kms = LocalKeyProvider.builder().seed(seed).build()) {
        Bytes generated =
            kms.generateMac(
                    b ->
                        b.keyId(KEY_ID)
                            .message(message)
                            .macAlgorithm(MacAlgorithmSpec.HMAC_SHA_384))
                .mac();
        assertThat(mac == null || mac.equals(generated)).isTrue();
        mac = generated;
      }
    }
  }

  /** The material of the seed is compared with that of the store; other material is refused. */
  @OverDatabases
  @Test
  void seed_appliedAgain_requiresTheSameKey() {
    Pair pair = Pair.of(DataKeyPairSpec.ECC_NIST_P256);
    Pair other = Pair.of(DataKeyPairSpec.ECC_NIST_P256);
    Seed seed =
        seed(key -> key.privateKey(pair.pkcs8.asByteArray()).usage(KeyUsageType.SIGN_VERIFY));
    try (TestStore store = TestStore.create()) {
      var storage = store.open();
      LocalKeyProvider.builder().storage(storage).seed(seed).build();
      storage = store.reopen(storage);
      var again = LocalKeyProvider.builder().storage(storage).seed(seed).build();
      assertThat(again.getPublicKey(b -> b.keyId(KEY_ID)).publicKey()).isEqualTo(pair.publicKey);
      Seed different =
          seed(key -> key.privateKey(other.pkcs8.asByteArray()).usage(KeyUsageType.SIGN_VERIFY));
      var builder = LocalKeyProvider.builder().storage(store.reopen(storage)).seed(different);
      assertThatThrownBy(builder::build)
          .hasMessage(
              "embedded-kms: key "
                  + KEY_ID
                  + ": the storage has this key with other material; use another storage, or give"
                  + " the key another id in the seed");
    }
  }

  private static void assertRefused(Consumer<Seed.KeyBuilder> key, String message) {
    assertThatThrownBy(() -> seed(key))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessage("embedded-kms: key " + KEY_ID + ": " + message)
        .hasNoCause();
  }

  @Test
  void seed_wrongKey_isRefusedWithoutItsMaterial() {
    Pair pair = Pair.of(DataKeyPairSpec.ECC_NIST_P256);
    assertRefused(
        key -> key.privateKey(pair.pkcs8.asByteArray()),
        "KeyUsage is missing; it must be one of SIGN_VERIFY, KEY_AGREEMENT");
    assertRefused(
        key -> key.privateKey(pair.pkcs8.asByteArray()).usage(KeyUsageType.ENCRYPT_DECRYPT),
        "KeyUsage ENCRYPT_DECRYPT is not compatible with KeySpec ECC_NIST_P256");
    assertRefused(
        key -> key.privateKey(pair.pkcs8.asByteArray()).spec(KeySpec.RSA_2048),
        "its private key is of the spec ECC_NIST_P256, not RSA_2048");
    assertRefused(
        key ->
            key.privateKey(pair.pkcs8.asByteArray())
                .usage(KeyUsageType.SIGN_VERIFY)
                .backingKey(DIGITS),
        "an asymmetric key has no backing keys");
    assertRefused(
        key -> key.privateKeyPem("garbage"),
        "its private key is unusable: it is not a PEM private key, which begins with -----BEGIN"
            + " PRIVATE KEY-----");
    assertRefused(
        key -> key.spec(KeySpec.HMAC_256).backingKey(DIGITS).backingKey(DIGITS + "00"),
        "only symmetric encryption keys have several backing keys");
  }

  @Test
  void file_asymmetricAndHmacKeys_areRead() {
    Pair pair = Pair.of(DataKeyPairSpec.ECC_NIST_P256);
    String file =
        """
        Keys:
          Asymmetric:
            Ecc:
              - Metadata:
                  KeyId: 800d5768-3fd7-4edd-a4b8-4c81c3e4c147
                  KeyUsage: SIGN_VERIFY
                  Description: signs
                PrivateKeyPem: |
        %s
            Rsa:
              - Metadata:
                  KeyId: 800d5768-3fd7-4edd-a4b8-4c81c3e4c148
                  KeyUsage: ENCRYPT_DECRYPT
                  KeySpec: RSA_2048
          Hmac:
            - Metadata:
                KeyId: 800d5768-3fd7-4edd-a4b8-4c81c3e4c149
              BackingKeys:
                - %s
        """
            .formatted(pair.pem().indent(10), DIGITS);
    Seed seed = SeedFiles.read(file, "seed.yaml");
    try (LocalKeyProvider kms = LocalKeyProvider.builder().seed(seed).build()) {
      assertThat(kms.getPublicKey(b -> b.keyId(KEY_ID)).publicKey()).isEqualTo(pair.publicKey);
      assertThat(kms.getPublicKey(b -> b.keyId("800d5768-3fd7-4edd-a4b8-4c81c3e4c148")).keySpec())
          .isEqualTo(KeySpec.RSA_2048);
      assertThat(
              kms.describeKey(b -> b.keyId("800d5768-3fd7-4edd-a4b8-4c81c3e4c149"))
                  .keyMetadata()
                  .macAlgorithms())
          .containsExactly(MacAlgorithmSpec.HMAC_SHA_256);
    }
    assertThatThrownBy(
            () -> SeedFiles.read(file.replace("KeySpec: RSA_2048", "KeySpec: HMAC_256"), "s.yaml"))
        .hasMessageContaining("KeySpec HMAC_256 does not belong in Rsa");
    assertThatThrownBy(
            () -> SeedFiles.read(file.replace("          KeySpec: RSA_2048\n", ""), "s.yaml"))
        .hasMessageContaining("KeySpec or PrivateKeyPem is missing");
  }
}
