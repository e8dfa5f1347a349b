package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.HeapDump;
import io.github.embeddedkms.blob.IndependentBlobReader;
import io.github.embeddedkms.blob.IndependentXaesGcm;
import io.github.embeddedkms.crypto.Suite;
import io.github.embeddedkms.crypto.SymmetricMaterial;
import io.github.embeddedkms.exception.IncorrectKeyMaterialException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.ExpirationModelType;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a heap dump contains a secret, before and after the secret is closed. */
@Tag("thorough")
class HeapDumpTest {

  @TempDir private Path folder;

  @Test
  void material_providerClosed_isNoLongerInTheHeap() throws Exception {
    byte[] masked = new byte[32];
    LocalKeyProvider kms = LocalKeyProvider.builder().random(remembering(masked)).build();
    String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
    byte[] material = masked.clone();
    kms.generateDataKey(b -> b.keyId(keyId).keySpec(DataKeySpec.AES_256)).plaintext().close();
    assertThat(HeapDump.shows(material, folder)).as("the search finds a secret in use").isTrue();
    kms.close();
    assertThat(HeapDump.shows(material, folder)).isFalse();
    assertThat(kms).isNotNull();
  }

  /** The keys derived from the material, and those derived from them for a salt. */
  @Test
  void derivedKeys_providerClosed_areNoLongerInTheHeap() throws Exception {
    byte[] masked = new byte[32];
    LocalKeyProvider kms = LocalKeyProvider.builder().random(remembering(masked)).build();
    String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
    byte[] material = HeapDump.masked(masked.clone());
    byte[] blobKey = IndependentBlobReader.blobKey(material, keyId);
    List<byte[]> derived = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      // With one plaintext by Encrypt and by GenerateDataKey: both ways to seal.
      Bytes blob =
          i == 0
              ? kms.encrypt(b -> b.keyId(keyId).plaintext(SecretBytes.fromUtf8String("x")))
                  .ciphertextBlob()
              : kms.generateDataKey(b -> b.keyId(keyId).keySpec(DataKeySpec.AES_256))
                  .ciphertextBlob();
      kms.decrypt(b -> b.ciphertextBlob(blob)).plaintext().close();
      byte[] nonce = Arrays.copyOfRange(blob.asByteArray(), 34, 58);
      derived.add(HeapDump.masked(IndependentXaesGcm.derivedKey(blobKey, nonce)));
    }
    derived.add(HeapDump.masked(blobKey));
    Arrays.fill(material, (byte) 0);
    for (byte[] key : derived) {
      assertThat(HeapDump.shows(key, folder)).as("the search finds a key in use").isTrue();
    }
    kms.close();
    for (byte[] key : derived) {
      assertThat(HeapDump.shows(key, folder)).isFalse();
    }
    assertThat(kms).isNotNull();
  }

  /** A call that is running when its key is deleted refers to the material after that. */
  @Test
  void derivedKeys_materialClosed_areNoLongerInTheHeap() throws Exception {
    byte[] masked = new byte[32];
    SymmetricMaterial material =
        SymmetricMaterial.generate("key", Suite.XAES_256_GCM, remembering(masked));
    byte[] bytes = HeapDump.masked(masked.clone());
    byte[] blobKey = IndependentBlobReader.blobKey(bytes, "key");
    Arrays.fill(bytes, (byte) 0);
    byte[] sealed = material.seal(SecretBytes.fromUtf8String("x"), new byte[0]);
    material.open(sealed, new byte[0]).orElseThrow().close();
    byte[] derived = HeapDump.masked(IndependentXaesGcm.derivedKey(blobKey, sealed));
    byte[] ofBlobs = HeapDump.masked(blobKey);
    assertThat(HeapDump.shows(derived, folder)).as("the search finds a key in use").isTrue();
    assertThat(HeapDump.shows(ofBlobs, folder)).isTrue();
    material.close();
    assertThat(HeapDump.shows(derived, folder)).isFalse();
    assertThat(HeapDump.shows(ofBlobs, folder)).isFalse();
    assertThat(material).isNotNull();
  }

  /** The material of these keys is what the source of randomness returned. */
  @ParameterizedTest
  @CsvSource({"ECC_NIST_EDWARDS25519, SIGN_VERIFY", "HMAC_256, GENERATE_VERIFY_MAC"})
  void privateKeyOrHmacKey_providerClosed_isNoLongerInTheHeap(KeySpec spec, KeyUsageType usage)
      throws Exception {
    byte[] masked = new byte[32];
    LocalKeyProvider kms = LocalKeyProvider.builder().random(remembering(masked)).build();
    String keyId = kms.createKey(b -> b.keySpec(spec).keyUsage(usage)).keyMetadata().keyId();
    byte[] material = masked.clone();
    SecretBytes message = SecretBytes.fromUtf8String("message");
    if (usage == KeyUsageType.SIGN_VERIFY) {
      kms.sign(
          b ->
              b.keyId(keyId)
                  .message(message)
                  .signingAlgorithm(SigningAlgorithmSpec.ED25519_SHA_512));
    } else {
      kms.generateMac(
          b -> b.keyId(keyId).message(message).macAlgorithm(MacAlgorithmSpec.HMAC_SHA_256));
    }
    assertThat(HeapDump.shows(material, folder)).as("the search finds a secret in use").isTrue();
    kms.close();
    assertThat(HeapDump.shows(material, folder)).isFalse();
    assertThat(kms).isNotNull();
  }

  @Test
  void material_keyDeleted_isNoLongerInTheHeap() throws Exception {
    byte[] masked = new byte[32];
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    try (LocalKeyProvider kms =
        LocalKeyProvider.builder().random(remembering(masked)).clock(now::get).build()) {
      String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
      byte[] material = masked.clone();
      now.set(kms.scheduleKeyDeletion(b -> b.keyId(keyId)).deletionDate());
      assertThat(HeapDump.shows(material, folder)).isTrue();
      assertThat(kms.purge()).isEqualTo(1);
      assertThat(HeapDump.shows(material, folder)).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({"refused", "deleted", "expired", "importedAgain"})
  void importedMaterial_isNoLongerInTheHeap(String outcome) throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    try (LocalKeyProvider kms = LocalKeyProvider.builder().clock(now::get).build()) {
      String keyId =
          kms.createKey(
                  b ->
                      b.origin(OriginType.EXTERNAL)
                          .keySpec(KeySpec.HMAC_256)
                          .keyUsage(KeyUsageType.GENERATE_VERIFY_MAC))
              .keyMetadata()
              .keyId();
      byte[] material = new byte[outcome.equals("refused") ? 31 : 32];
      new SecureRandom().nextBytes(material);
      byte[] masked = HeapDump.masked(material.clone());
      if (outcome.equals("refused")) {
        assertThat(catchThrowable(() -> WrappedMaterial.importInto(kms, keyId, material)))
            .isInstanceOf(IncorrectKeyMaterialException.class);
      } else {
        WrappedMaterial.importInto(
            kms,
            keyId,
            material,
            b ->
                b.expirationModel(ExpirationModelType.KEY_MATERIAL_EXPIRES)
                    .validTo(Instant.EPOCH.plusSeconds(1)));
        if (outcome.equals("importedAgain")) {
          // The key keeps its own copy, and this one is wiped.
          WrappedMaterial.importInto(kms, keyId, material);
        }
      }
      Arrays.fill(material, (byte) 0);
      if (!outcome.equals("refused")) {
        assertThat(HeapDump.shows(masked, folder)).as("the search finds it in use").isTrue();
        if (outcome.equals("expired")) {
          now.set(Instant.EPOCH.plusSeconds(1));
          assertThat(kms.purge()).isZero();
        } else {
          kms.deleteImportedKeyMaterial(b -> b.keyId(keyId));
        }
      }
      assertThat(HeapDump.shows(masked, folder)).isFalse();
    }
  }

  @Test
  void dataKey_closed_isNoLongerInTheHeap() throws Exception {
    byte[] masked = new byte[32];
    try (LocalKeyProvider kms = LocalKeyProvider.builder().random(remembering(masked)).build()) {
      String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
      SecretBytes dataKey =
          kms.generateDataKey(b -> b.keyId(keyId).keySpec(DataKeySpec.AES_256)).plaintext();
      byte[] ofTheDataKey = masked.clone();
      assertThat(HeapDump.shows(ofTheDataKey, folder)).isTrue();
      dataKey.close();
      assertThat(HeapDump.shows(ofTheDataKey, folder)).isFalse();
    }
  }

  /** Creates a source of randomness that stores, masked, the last 32 bytes that it returned. */
  private static SecureRandom remembering(byte[] masked) {
    return new SecureRandom() {
      private static final long serialVersionUID = 1L;

      @Override
      public void nextBytes(byte[] bytes) {
        super.nextBytes(bytes);
        if (bytes.length == masked.length) {
          byte[] drawn = HeapDump.masked(bytes.clone());
          System.arraycopy(drawn, 0, masked, 0, drawn.length);
        }
      }
    };
  }
}
