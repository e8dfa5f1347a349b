package io.github.embeddedkms.awssdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.local.LocalKeyProvider;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;

/**
 * Public-key encryption and shared secrets through the AWS SDK, in memory, with the other party's
 * part done outside.
 */
class SharedSecretUsesTest {

  private static final byte[] PLAINTEXT = {1, 2, 3};

  private final LocalKeyProvider provider = LocalKeyProvider.inMemory();
  private final KmsClient kms = AwsSdk.client(provider);

  @AfterEach
  void close() {
    kms.close();
    provider.close();
  }

  private String newKey(String spec, String usage) {
    return kms.createKey(key -> key.keySpec(spec).keyUsage(usage)).keyMetadata().keyId();
  }

  private byte[] publicKey(String keyId) {
    return kms.getPublicKey(key -> key.keyId(keyId)).publicKey().asByteArray();
  }

  @Test
  void ciphertextOfTheJdk_isDecrypted() throws Exception {
    String keyId = newKey("RSA_2048", "ENCRYPT_DECRYPT");
    PublicKey publicKey =
        KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(publicKey(keyId)));
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        publicKey,
        new OAEPParameterSpec(
            "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
    SdkBytes ciphertext = SdkBytes.fromByteArray(cipher.doFinal(PLAINTEXT));
    assertThat(
            kms.decrypt(
                    b ->
                        b.keyId(keyId)
                            .ciphertextBlob(ciphertext)
                            .encryptionAlgorithm("RSAES_OAEP_SHA_256"))
                .plaintext()
                .asByteArray())
        .isEqualTo(PLAINTEXT);
  }

  @Test
  void sharedSecretOfTheJdk_isDerived() throws Exception {
    String keyId = newKey("ECC_NIST_P384", "KEY_AGREEMENT");
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp384r1"));
    KeyPair peer = generator.generateKeyPair();
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(peer.getPrivate());
    agreement.doPhase(
        KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(publicKey(keyId))),
        true);
    assertThat(
            kms.deriveSharedSecret(
                    b ->
                        b.keyId(keyId)
                            .publicKey(SdkBytes.fromByteArray(peer.getPublic().getEncoded()))
                            .keyAgreementAlgorithm("ECDH"))
                .sharedSecret()
                .asByteArray())
        .isEqualTo(agreement.generateSecret());
  }

  @Test
  void encapsulationOfBouncyCastle_isDecapsulated() throws Exception {
    String keyId = newKey("ML_KEM_1024", "ENCAPSULATE_DECAPSULATE");
    SecretWithEncapsulation theirs =
        new MLKEMGenerator(new SecureRandom())
            .generateEncapsulated(PublicKeyFactory.createKey(publicKey(keyId)));
    assertThat(decapsulated(keyId, SdkBytes.fromByteArray(theirs.getEncapsulation())))
        .isEqualTo(theirs.getSecret());
    var ours = kms.encapsulate(b -> b.keyId(keyId).encapsulationAlgorithm("ML_KEM"));
    assertThat(decapsulated(keyId, ours.sharedSecretCiphertextBlob()))
        .isEqualTo(ours.sharedSecret().asByteArray());
  }

  private byte[] decapsulated(String keyId, SdkBytes ciphertext) {
    return kms.decapsulate(
            b ->
                b.keyId(keyId)
                    .sharedSecretCiphertextBlob(ciphertext)
                    .encapsulationAlgorithm("ML_KEM"))
        .sharedSecret()
        .asByteArray();
  }
}
