package example;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncapsulationAlgorithmSpec;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.SecretBytes;
import java.security.SecureRandom;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.junit.jupiter.api.Test;

/** The documented example of two parties that agree on a secret by ML-KEM. */
class SharedSecretTest {

  @Test
  void sharedSecret_ofKmsAndAnotherProgram_isTheSame() throws Exception {
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      String keyId =
          kms.createKey(
                  key ->
                      key.keySpec(KeySpec.ML_KEM_768)
                          .keyUsage(KeyUsageType.ENCAPSULATE_DECAPSULATE))
              .keyMetadata()
              .keyId();
      Bytes publicKey = kms.getPublicKey(key -> key.keyId(keyId)).publicKey();

      // The other party has the public key only, and sends the encapsulation.
      SecretWithEncapsulation theirs =
          new MLKEMGenerator(new SecureRandom())
              .generateEncapsulated(PublicKeyFactory.createKey(publicKey.asByteArray()));
      Bytes encapsulation = Bytes.fromByteArray(theirs.getEncapsulation());

      SecretBytes sharedSecret =
          kms.decapsulate(
                  key ->
                      key.keyId(keyId)
                          .sharedSecretCiphertextBlob(encapsulation)
                          .encapsulationAlgorithm(EncapsulationAlgorithmSpec.ML_KEM))
              .sharedSecret(); // 32 bytes, equal to theirs.getSecret()
      assertThat(sharedSecret.asByteArray()).isEqualTo(theirs.getSecret());
    }
  }
}
