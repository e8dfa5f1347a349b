package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.InvalidCiphertextException;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.KeyMetadata;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.SecretBytes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** China Regions, in which symmetric encryption keys are SM4 keys. */
class Sm4KeyTest {

  @ParameterizedTest
  @ValueSource(strings = {"cn-north-1", "cn-northwest-1"})
  void symmetricKey_inChina_encryptsWithSuite2(String region) {
    try (LocalKeyProvider kms = LocalKeyProvider.builder().region(region).build()) {
      KeyMetadata key = kms.createKey(b -> {}).keyMetadata();
      assertThat(key.arn()).startsWith("arn:aws-cn:kms:" + region + ":");
      assertThat(key.keySpec()).isEqualTo(KeySpec.SYMMETRIC_DEFAULT);
      assertThat(key.encryptionAlgorithms())
          .containsExactly(EncryptionAlgorithmSpec.SYMMETRIC_DEFAULT);
      Map<String, String> context = Map.of("tenant", "acme");
      for (int length : new int[] {1, 16, 32, 1024}) {
        var dataKey =
            kms.generateDataKey(
                b -> b.keyId(key.keyId()).numberOfBytes(length).encryptionContext(context));
        Bytes blob = dataKey.ciphertextBlob();
        assertThat(blob.length()).isEqualTo(length + 74);
        assertThat(blob.asByteArray()[1]).isEqualTo((byte) 2);
        var opened = kms.decrypt(b -> b.ciphertextBlob(blob).encryptionContext(context));
        assertThat(opened.plaintext()).isEqualTo(dataKey.plaintext());
        assertThat(opened.keyMaterialId()).isEqualTo(key.currentKeyMaterialId());
        assertThat(catchThrowable(() -> kms.decrypt(b -> b.ciphertextBlob(blob))))
            .isExactlyInstanceOf(InvalidCiphertextException.class);
      }
    }
  }

  /** An SM4 data key has 16 bytes, like AES_128. */
  @Test
  void dataKeyForSm4_bothParameters_has16Bytes() {
    try (LocalKeyProvider kms = LocalKeyProvider.builder().region("cn-north-1").build()) {
      String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
      for (var dataKey :
          List.of(
              kms.generateDataKey(b -> b.keyId(keyId).keySpec(DataKeySpec.AES_128)),
              kms.generateDataKey(b -> b.keyId(keyId).numberOfBytes(16)))) {
        assertThat(dataKey.plaintext().length()).isEqualTo(16);
        assertThat(dataKey.ciphertextBlob().asByteArray()[1]).isEqualTo((byte) 2);
        assertThat(kms.decrypt(b -> b.ciphertextBlob(dataKey.ciphertextBlob())).plaintext())
            .isEqualTo(dataKey.plaintext());
      }
    }
  }

  @Test
  void suite_dependsOnThePartition() {
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      KmsClient china = kms.inRegion("cn-north-1");
      assertThat(suiteOf(kms)).isEqualTo(1);
      assertThat(suiteOf(china)).isEqualTo(2);
    }
  }

  private static int suiteOf(KmsClient kms) {
    String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
    SecretBytes plaintext = SecretBytes.fromUtf8String("x");
    return kms.encrypt(b -> b.keyId(keyId).plaintext(plaintext)).ciphertextBlob().asByteArray()[1];
  }

  @Test
  void everySingleBitFlip_isRefused() {
    try (LocalKeyProvider kms = LocalKeyProvider.builder().region("cn-north-1").build()) {
      String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
      byte[] blob =
          kms.generateDataKey(b -> b.keyId(keyId).numberOfBytes(16)).ciphertextBlob().asByteArray();
      for (int bit = 0; bit < blob.length * 8; bit++) {
        byte[] flipped = blob.clone();
        flipped[bit / 8] ^= (byte) (1 << (bit % 8));
        boolean namesAnotherKey = bit / 8 >= 2 && bit / 8 < 34;
        Throwable thrown =
            catchThrowable(() -> kms.decrypt(b -> b.ciphertextBlob(Bytes.fromByteArray(flipped))));
        if (namesAnotherKey) {
          assertThat(thrown).isExactlyInstanceOf(AccessDeniedException.class);
        } else {
          assertThat(thrown)
              .isExactlyInstanceOf(InvalidCiphertextException.class)
              .hasMessage(null)
              .hasNoCause();
        }
      }
    }
  }
}
