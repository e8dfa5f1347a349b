package example;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import org.junit.jupiter.api.Test;

class MultiRegionTest {

  @Test
  void blobOfThePrimaryKey_isDecryptedInTheReplicasRegion() {
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      KmsClient europe = kms.inRegion("eu-west-1");
      String keyId = kms.createKey(key -> key.multiRegion(true)).keyMetadata().keyId();
      kms.replicateKey(key -> key.keyId(keyId).replicaRegion("eu-west-1"));
      Bytes blob =
          kms.encrypt(e -> e.keyId(keyId).plaintext(SecretBytes.fromUtf8String("hello")))
              .ciphertextBlob();
      assertThat(europe.decrypt(d -> d.ciphertextBlob(blob)).plaintext().asUtf8String())
          .isEqualTo("hello");
    }
  }
}
