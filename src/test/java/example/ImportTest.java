package example;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.AlgorithmSpec;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.KeyState;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.WrappingKeySpec;
import io.github.embeddedkms.operation.GetParametersForImport;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.junit.jupiter.api.Test;

/** The documented example of importing key material. */
class ImportTest {

  @Test
  void importedMaterial_enablesTheKey() throws Exception {
    try (LocalKeyProvider kms = LocalKeyProvider.inMemory()) {
      byte[] material = new byte[32];
      new SecureRandom().nextBytes(material);

      String keyId = kms.createKey(key -> key.origin(OriginType.EXTERNAL)).keyMetadata().keyId();
      GetParametersForImport.Response parameters =
          kms.getParametersForImport(
              key ->
                  key.keyId(keyId)
                      .wrappingAlgorithm(AlgorithmSpec.RSAES_OAEP_SHA_256)
                      .wrappingKeySpec(WrappingKeySpec.RSA_3072));
      PublicKey wrappingKey =
          KeyFactory.getInstance("RSA")
              .generatePublic(new X509EncodedKeySpec(parameters.publicKey().asByteArray()));
      Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          wrappingKey,
          new OAEPParameterSpec(
              "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
      Bytes wrapped = Bytes.fromByteArray(cipher.doFinal(material)); // 32 bytes of your own
      kms.importKeyMaterial(
          key ->
              key.keyId(keyId)
                  .importToken(parameters.importToken())
                  .encryptedKeyMaterial(wrapped)
                  .validTo(Instant.now().plus(Duration.ofDays(90))));

      assertThat(kms.describeKey(key -> key.keyId(keyId)).keyMetadata().keyState())
          .isEqualTo(KeyState.ENABLED);
    }
  }
}
