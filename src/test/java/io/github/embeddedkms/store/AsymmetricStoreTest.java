package io.github.embeddedkms.store;

import static io.github.embeddedkms.store.StoreTables.ITEM;
import static io.github.embeddedkms.store.StoreTables.MATERIAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.crypto.HmacMaterial;
import io.github.embeddedkms.crypto.KeyPairType;
import io.github.embeddedkms.crypto.Material;
import io.github.embeddedkms.crypto.PrivateKeyMaterial;
import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.exception.KmsInternalException;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncapsulationAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.KeyAgreementAlgorithmSpec;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import io.github.embeddedkms.store.StoreTables.Row;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Asymmetric and HMAC keys in a store: tampering, and what opening the store reads. */
class AsymmetricStoreTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final SecretBytes MESSAGE = SecretBytes.fromUtf8String("message");
  private static final Address FIRST = at("11111111-1111-1111-1111-111111111111");
  private static final Address SECOND = at("22222222-2222-2222-2222-222222222222");
  private static final Address MAC = at("33333333-3333-3333-3333-333333333333");

  @TempDir private Path directory;
  private AttackedStore store;

  private static Address at(String id) {
    return new Address("000000000000", "us-east-1", id);
  }

  private static KeyEntry key(
      Address address, KeySpec spec, KeyUsageType usage, Material material) {
    return KeyEntry.created(
        address,
        new KeyEntry.Birth(spec, usage, OriginType.AWS_KMS, Instant.EPOCH),
        "",
        List.of(),
        List.of(MaterialEntry.present(material, true)));
  }

  private static KeyEntry signing(Address address) {
    return key(
        address,
        KeySpec.ECC_NIST_EDWARDS25519,
        KeyUsageType.SIGN_VERIFY,
        PrivateKeyMaterial.generate(address.id(), KeyPairType.ECC_NIST_EDWARDS25519, RANDOM));
  }

  private static KeyEntry hmac(Address address) {
    return key(
        address,
        KeySpec.HMAC_256,
        KeyUsageType.GENERATE_VERIFY_MAC,
        HmacMaterial.generate(address.id(), MacAlgorithmSpec.HMAC_SHA_256, RANDOM));
  }

  @BeforeEach
  void fill() {
    store = AttackedStore.inFile(directory.resolve("keys.db"));
    try (SealedKeyStorage storage = store.open()) {
      storage.apply(Change.put(signing(FIRST)));
      storage.apply(Change.put(signing(SECOND)));
      storage.apply(Change.put(hmac(MAC)));
    }
  }

  private LocalKeyProvider provider() {
    return LocalKeyProvider.builder().clock(() -> Instant.EPOCH).storage(store.open()).build();
  }

  private static Bytes sign(LocalKeyProvider kms, Address key) {
    return kms.sign(
            b ->
                b.keyId(key.id())
                    .message(MESSAGE)
                    .signingAlgorithm(SigningAlgorithmSpec.ED25519_SHA_512))
        .signature();
  }

  @Test
  void material_ofAnotherKey_signingIsRefusedAndVerifyingIsNot() {
    Bytes signature;
    try (LocalKeyProvider kms = provider()) {
      signature = sign(kms, FIRST);
    }
    for (Address other : List.of(SECOND, MAC)) {
      Row row = store.tables.row(MATERIAL, FIRST);
      Row foreign = row.with("sealed", store.tables.row(MATERIAL, other).get("sealed"));
      store.tables.replace(MATERIAL, row, foreign);
      try (LocalKeyProvider kms = provider()) {
        assertThatThrownBy(() -> sign(kms, FIRST))
            .isExactlyInstanceOf(KmsInternalException.class)
            .hasMessage("embedded-kms: " + FIRST.describe() + ": a key material was altered");
        kms.verify(
            b ->
                b.keyId(FIRST.id())
                    .message(MESSAGE)
                    .signature(signature)
                    .signingAlgorithm(SigningAlgorithmSpec.ED25519_SHA_512));
        sign(kms, SECOND);
      }
      store.tables.replace(MATERIAL, foreign, row);
    }
  }

  /** As for signing: the public key still encrypts and encapsulates. */
  @ParameterizedTest
  @CsvSource({
    "RSA_2048, ENCRYPT_DECRYPT",
    "ECC_NIST_P256, KEY_AGREEMENT",
    "ML_KEM_512, ENCAPSULATE_DECAPSULATE"
  })
  void material_ofAnotherKey_decryptionAndAgreementAreRefused(
      KeyPairType type, KeyUsageType usage) {
    Address own = at("44444444-4444-4444-4444-444444444444");
    Address other = at("55555555-5555-5555-5555-555555555555");
    PrivateKeyMaterial material = PrivateKeyMaterial.generate(own.id(), type, RANDOM);
    Bytes publicKey = material.publicKey();
    KeySpec spec = KeySpec.valueOf(type.name());
    try (SealedKeyStorage storage = store.open()) {
      storage.apply(Change.put(key(own, spec, usage, material)));
      storage.apply(
          Change.put(
              key(other, spec, usage, PrivateKeyMaterial.generate(other.id(), type, RANDOM))));
    }
    try (LocalKeyProvider kms = provider()) {
      useOf(kms, own, publicKey, usage).run();
    }
    Row row = store.tables.row(MATERIAL, own);
    store.tables.replace(
        MATERIAL, row, row.with("sealed", store.tables.row(MATERIAL, other).get("sealed")));
    try (LocalKeyProvider kms = provider()) {
      assertThatThrownBy(useOf(kms, own, publicKey, usage)::run)
          .isExactlyInstanceOf(KmsInternalException.class)
          .hasMessage("embedded-kms: " + own.describe() + ": a key material was altered");
      useOf(kms, other, publicKey, usage).run();
    }
  }

  /** Uses the public key now, and returns the use of the private key. */
  private static Runnable useOf(
      LocalKeyProvider kms, Address key, Bytes publicKey, KeyUsageType usage) {
    return switch (usage) {
      case ENCRYPT_DECRYPT -> {
        EncryptionAlgorithmSpec oaep = EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256;
        Bytes ciphertext =
            kms.encrypt(b -> b.keyId(key.id()).plaintext(MESSAGE).encryptionAlgorithm(oaep))
                .ciphertextBlob();
        yield () ->
            assertThat(
                    kms.decrypt(
                            b ->
                                b.keyId(key.id())
                                    .ciphertextBlob(ciphertext)
                                    .encryptionAlgorithm(oaep))
                        .plaintext())
                .isEqualTo(MESSAGE);
      }
      case KEY_AGREEMENT ->
          () ->
              kms.deriveSharedSecret(
                  b ->
                      b.keyId(key.id())
                          .publicKey(publicKey)
                          .keyAgreementAlgorithm(KeyAgreementAlgorithmSpec.ECDH));
      case ENCAPSULATE_DECAPSULATE -> {
        EncapsulationAlgorithmSpec mlKem = EncapsulationAlgorithmSpec.ML_KEM;
        var made = kms.encapsulate(b -> b.keyId(key.id()).encapsulationAlgorithm(mlKem));
        yield () ->
            assertThat(
                    kms.decapsulate(
                            b ->
                                b.keyId(key.id())
                                    .sharedSecretCiphertextBlob(made.sharedSecretCiphertextBlob())
                                    .encapsulationAlgorithm(mlKem))
                        .sharedSecret())
                .isEqualTo(made.sharedSecret());
      }
      default -> throw new AssertionError(usage);
    };
  }

  /** The id of every material is computed again. A stored id is never trusted. */
  @Test
  void material_unsealedWithAnotherId_isRefused() {
    PrivateKeyMaterial own =
        PrivateKeyMaterial.generate(FIRST.id(), KeyPairType.ECC_NIST_EDWARDS25519, RANDOM);
    PrivateKeyMaterial other =
        PrivateKeyMaterial.generate(FIRST.id(), KeyPairType.ECC_NIST_EDWARDS25519, RANDOM);
    HmacMaterial ownMac = HmacMaterial.generate(FIRST.id(), MacAlgorithmSpec.HMAC_SHA_256, RANDOM);
    List<Material> stored =
        List.of(
            StoredMaterial.deferred(
                FIRST,
                KeySpec.ECC_NIST_EDWARDS25519,
                document(own.id(), own.publicKey()),
                (key, id) -> SecretBytes.fromByteArray(other.lend(byte[]::clone))),
            StoredMaterial.deferred(
                FIRST,
                KeySpec.HMAC_256,
                document(ownMac.id(), null),
                (key, id) -> SecretBytes.fromByteArray(new byte[32])),
            // Too short for the spec.
            StoredMaterial.deferred(
                FIRST,
                KeySpec.HMAC_256,
                document(ownMac.id(), null),
                (key, id) -> SecretBytes.fromByteArray(new byte[16])));
    for (Material material : stored) {
      assertThatThrownBy(() -> material.lend(bytes -> bytes.length))
          .isExactlyInstanceOf(AlteredStoreException.class)
          .hasMessage(
              "embedded-kms: " + FIRST.describe() + ": a key material belongs to another key")
          .hasNoCause();
    }
  }

  private static KeyDocument.Material document(Bytes id, Bytes publicKey) {
    return new KeyDocument.Material(id, null, publicKey, null, null, null, null, null);
  }

  /** An attacker replaces the public key, to have their own signatures accepted. */
  @Test
  void publicKey_replaced_storeIsRefused() {
    Row row = store.tables.row(ITEM, FIRST);
    String own =
        publicKey(new String(row.bytes("document"), java.nio.charset.StandardCharsets.UTF_8));
    String document = new String(row.bytes("document"), java.nio.charset.StandardCharsets.UTF_8);
    String other =
        publicKey(
            new String(
                store.tables.row(ITEM, SECOND).bytes("document"),
                java.nio.charset.StandardCharsets.UTF_8));
    byte[] altered = document.replace(own, other).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    store.tables.replace(ITEM, row, row.with("document", altered));
    assertThatThrownBy(() -> store.open())
        .isExactlyInstanceOf(AlteredStoreException.class)
        .hasMessage("embedded-kms: " + FIRST.describe() + " was altered in the store");
  }

  private static String publicKey(String document) {
    return document.replaceFirst(".*\"PublicKey\":\"([^\"]*)\".*", "$1");
  }

  /**
   * Opening a store reads no material, so that it takes as long as with symmetric keys: the rows of
   * all materials are removed first. Public keys are there nevertheless.
   */
  @Test
  void open_manyKeysOfMixedSpecs_touchesNoMaterial() {
    openWithoutMaterial(10_000);
  }

  @Tag("thorough")
  @Test
  void open_100000KeysOfMixedSpecs_touchesNoMaterial() {
    openWithoutMaterial(100_000);
  }

  private void openWithoutMaterial(int keys) {
    AttackedStore many = AttackedStore.inFile(directory.resolve("many.db"));
    PrivateKeyMaterial pattern =
        PrivateKeyMaterial.generate("pattern", KeyPairType.ECC_NIST_P256, RANDOM);
    byte[] privateKey = pattern.lend(bytes -> bytes.clone());
    try (SealedKeyStorage storage =
        many.builder().timeout(java.time.Duration.ofSeconds(60)).open()) {
      List<Entry> entries = new ArrayList<>();
      for (int i = 0; i < keys; i++) {
        Address address = at(String.format("%08x-0000-4000-8000-000000000000", i));
        entries.add(mixed(address, i, pattern.publicKey(), privateKey));
      }
      assertThat(storage.apply(new Change(entries, List.of(), List.of()))).isTrue();
    }
    many.tables.delete(MATERIAL, row -> true);
    try (SealedKeyStorage storage = many.open();
        LocalKeyProvider kms = LocalKeyProvider.builder().storage(storage).build()) {
      assertThat(kms.listKeysPages(b -> b.limit(1000)).items().count()).isEqualTo(keys);
      assertThat(kms.getPublicKey(b -> b.keyId("00000001-0000-4000-8000-000000000000")).publicKey())
          .isEqualTo(pattern.publicKey());
      assertThatThrownBy(
              () ->
                  kms.sign(
                      b ->
                          b.keyId("00000001-0000-4000-8000-000000000000")
                              .message(MESSAGE)
                              .signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256)))
          .hasMessageEndingWith("a key material is missing");
    }
  }

  /** Every key has the same key pair: so many would take too long to generate. */
  private static KeyEntry mixed(Address address, int i, Bytes publicKey, byte[] privateKey) {
    return switch (i % 3) {
      case 0 -> hmac(address);
      case 1 ->
          key(
              address,
              KeySpec.ECC_NIST_P256,
              KeyUsageType.SIGN_VERIFY,
              PrivateKeyMaterial.of(
                  address.id(),
                  KeyPairType.ECC_NIST_P256,
                  publicKey,
                  SecretBytes.fromByteArray(privateKey)));
      default ->
          key(
              address,
              KeySpec.SYMMETRIC_DEFAULT,
              KeyUsageType.ENCRYPT_DECRYPT,
              SymmetricMaterial.generate(address.id(), Suite.XAES_256_GCM, RANDOM));
    };
  }
}
