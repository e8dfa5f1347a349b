package io.github.embeddedkms.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.LoadedClasses;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.io.IOException;
import java.security.SecureRandom;
import java.security.Security;
import java.util.List;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.CryptoServicesRegistrar;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.jcajce.provider.asymmetric.ec.KeyAgreementSpi;
import org.bouncycastle.jcajce.provider.asymmetric.ec.SignatureSpi;
import org.bouncycastle.jcajce.provider.asymmetric.rsa.CipherSpi;
import org.bouncycastle.jcajce.provider.asymmetric.rsa.PSSSignatureSpi;
import org.bouncycastle.jcajce.provider.asymmetric.util.BaseCipherSpi;
import org.bouncycastle.jcajce.provider.digest.SHA512;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.math.ec.ECPoint;
import org.junit.jupiter.api.Test;

/**
 * The algorithms that the JDK has are the JDK's, each time in a new JVM: without a class of Bouncy
 * Castle, and even if the application has registered Bouncy Castle first.
 */
class ProviderOrderTest {

  @Test
  void algorithmsOfTheJdk_loadNoClassOfBouncyCastle() throws Exception {
    LoadedClasses loaded = LoadedClasses.of(JdkAlgorithmsOnly.class);
    assertThat(loaded.contain(RsaSigningKey.class)).isTrue();
    for (Class<?> other :
        List.of(
            CipherParameters.class, CryptoServicesRegistrar.class, Digest.class, ECPoint.class)) {
      assertThat(loaded.contain(other)).as(other.getName()).isFalse();
    }
  }

  @Test
  void bouncyCastleRegisteredFirst_isNotUsed() throws IOException, InterruptedException {
    LoadedClasses loaded = LoadedClasses.of(BouncyCastleFirst.class);
    assertThat(loaded.contain(BouncyCastleProvider.class)).isTrue();
    for (Class<?> other :
        List.of(
            SignatureSpi.class,
            PSSSignatureSpi.class,
            org.bouncycastle.jcajce.provider.asymmetric.edec.SignatureSpi.class,
            BaseCipherSpi.class,
            CipherSpi.class,
            KeyAgreementSpi.class,
            // Not that of SHA-256: Tink's HKDF, which derives ids, takes the first provider's.
            SHA512.HashMac.class)) {
      assertThat(loaded.contain(other)).as(other.getName()).isFalse();
    }
  }

  /** The child JVM's program. */
  static final class JdkAlgorithmsOnly {
    public static void main(String[] arguments) {
      signAndVerify(KeyPairType.RSA_2048, SigningAlgorithmSpec.RSASSA_PKCS1_V1_5_SHA_256);
      signAndVerify(KeyPairType.RSA_2048, SigningAlgorithmSpec.RSASSA_PSS_SHA_512);
      signAndVerify(KeyPairType.ECC_NIST_P256, SigningAlgorithmSpec.ECDSA_SHA_256);
      signAndVerify(KeyPairType.ECC_NIST_P384, SigningAlgorithmSpec.ECDSA_SHA_384);
      signAndVerify(KeyPairType.ECC_NIST_P521, SigningAlgorithmSpec.ECDSA_SHA_512);
      signAndVerify(KeyPairType.ECC_NIST_EDWARDS25519, SigningAlgorithmSpec.ED25519_SHA_512);
      signAndVerify(KeyPairType.ECC_NIST_EDWARDS25519, SigningAlgorithmSpec.ED25519_PH_SHA_512);
      encryptAndDecrypt(EncryptionAlgorithmSpec.RSAES_OAEP_SHA_1);
      encryptAndDecrypt(EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256);
      agree(KeyPairType.ECC_NIST_P256);
      agree(KeyPairType.ECC_NIST_P384);
      agree(KeyPairType.ECC_NIST_P521);
      SecretBytes message = SecretBytes.fromByteArray(new byte[64]);
      for (MacAlgorithmSpec algorithm : MacAlgorithmSpec.values()) {
        HmacMaterial key = HmacMaterial.generate("key", algorithm, new SecureRandom());
        require(key.verify(message, key.mac(message)));
      }
    }

    private static void signAndVerify(KeyPairType type, SigningAlgorithmSpec algorithm) {
      PrivateKeyMaterial key = PrivateKeyMaterial.generate("key", type, new SecureRandom());
      MessageType messageType =
          algorithm == SigningAlgorithmSpec.ED25519_PH_SHA_512
              ? MessageType.DIGEST
              : MessageType.RAW;
      SecretBytes message = SecretBytes.fromByteArray(new byte[64]);
      Bytes signature = key.sign(algorithm, messageType, message);
      require(key.publicHalf().verify(algorithm, messageType, message, signature));
    }

    private static void encryptAndDecrypt(EncryptionAlgorithmSpec algorithm) {
      PrivateKeyMaterial key =
          PrivateKeyMaterial.generate("key", KeyPairType.RSA_2048, new SecureRandom());
      SecretBytes plaintext = SecretBytes.fromByteArray(new byte[64]);
      Bytes ciphertext = key.publicHalf().encrypt(algorithm, plaintext);
      require(key.decrypt(algorithm, ciphertext).orElseThrow().equals(plaintext));
    }

    private static void agree(KeyPairType type) {
      PrivateKeyMaterial key = PrivateKeyMaterial.generate("key", type, new SecureRandom());
      PrivateKeyMaterial peer = PrivateKeyMaterial.generate("peer", type, new SecureRandom());
      require(key.agree(peer.publicKey()).equals(peer.agree(key.publicKey())));
    }

    private static void require(boolean valid) {
      if (!valid) {
        throw new AssertionError("not valid");
      }
    }
  }

  /** The child JVM's program. */
  static final class BouncyCastleFirst {
    public static void main(String[] arguments) {
      Security.insertProviderAt(new BouncyCastleProvider(), 1);
      JdkAlgorithmsOnly.main(arguments);
      if (!Security.getProviders()[0].getName().equals(BouncyCastleProvider.PROVIDER_NAME)) {
        throw new AssertionError("the order of providers has changed");
      }
    }
  }
}
