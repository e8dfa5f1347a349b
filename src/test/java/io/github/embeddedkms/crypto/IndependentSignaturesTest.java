package io.github.embeddedkms.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Another implementation verifies our signatures, and we verify those of another implementation:
 * Bouncy Castle where ours is the JDK, and the JDK where ours is Bouncy Castle. {@link OpenSslTest}
 * does the same by OpenSSL.
 */
class IndependentSignaturesTest {

  private static final byte[] MESSAGE = "a message for two programs".getBytes(UTF_8);

  /** Not registered. */
  private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();

  @ParameterizedTest
  @CsvSource({
    "RSA_2048, RSASSA_PKCS1_V1_5_SHA_256, RSA, SHA256withRSA",
    "RSA_3072, RSASSA_PKCS1_V1_5_SHA_384, RSA, SHA384withRSA",
    "RSA_4096, RSASSA_PKCS1_V1_5_SHA_512, RSA, SHA512withRSA",
    "RSA_2048, RSASSA_PSS_SHA_256, RSA, SHA256withRSAandMGF1",
    "RSA_3072, RSASSA_PSS_SHA_384, RSA, SHA384withRSAandMGF1",
    "RSA_4096, RSASSA_PSS_SHA_512, RSA, SHA512withRSAandMGF1",
    "ECC_NIST_P256, ECDSA_SHA_256, EC, SHA256withECDSA",
    "ECC_NIST_P384, ECDSA_SHA_384, EC, SHA384withECDSA",
    "ECC_NIST_P521, ECDSA_SHA_512, EC, SHA512withECDSA",
    "ECC_NIST_EDWARDS25519, ED25519_SHA_512, Ed25519, Ed25519",
  })
  void bouncyCastle_andTheJdk_agree(
      KeyPairType type, SigningAlgorithmSpec algorithm, String keys, String name) throws Exception {
    exchange(type, algorithm, keys, name, BOUNCY_CASTLE);
    // Our signature over a digest, by the JDK where Bouncy Castle has signed.
    exchange(
        type,
        algorithm,
        keys,
        name,
        Security.getProvider(keys.equals("RSA") ? "SunRsaSign" : "SunEC"));
  }

  private static void exchange(
      KeyPairType type, SigningAlgorithmSpec algorithm, String keys, String name, Provider provider)
      throws Exception {
    PrivateKeyMaterial key = TestKeys.of(type);
    KeyFactory factory = KeyFactory.getInstance(keys, provider);
    Signature other = signature(algorithm, name, provider);
    other.initVerify(factory.generatePublic(new X509EncodedKeySpec(key.publicKey().asByteArray())));
    other.update(MESSAGE);
    assertThat(other.verify(sign(key, algorithm, MessageType.RAW, MESSAGE))).isTrue();
    byte[] digest = new byte[0];
    if (SigningMessages.accepts(algorithm, MessageType.DIGEST)) {
      digest = MessageDigest.getInstance(MessageDigests.hashOf(algorithm)).digest(MESSAGE);
      other.update(MESSAGE);
      assertThat(other.verify(sign(key, algorithm, MessageType.DIGEST, digest))).isTrue();
    }
    other.initSign(factory.generatePrivate(new PKCS8EncodedKeySpec(key.lend(byte[]::clone))));
    other.update(MESSAGE);
    byte[] signature = other.sign();
    assertThat(verify(key, algorithm, MessageType.RAW, MESSAGE, signature)).isTrue();
    if (digest.length > 0) {
      assertThat(verify(key, algorithm, MessageType.DIGEST, digest, signature)).isTrue();
    }
  }

  private static Signature signature(SigningAlgorithmSpec algorithm, String name, Provider provider)
      throws Exception {
    if (!RsaEncoding.isPss(algorithm)) {
      return Signature.getInstance(name, provider);
    }
    Signature signature = Signature.getInstance("RSASSA-PSS", provider);
    PSSParameterSpec parameters = RsaEncoding.pss(algorithm);
    // A salt of another length than the service's would not verify.
    assertThat(parameters.getSaltLength())
        .isEqualTo(MessageDigest.getInstance(parameters.getDigestAlgorithm()).getDigestLength());
    signature.setParameter(parameters);
    return signature;
  }

  /** JDK 24 and later have ML-DSA of their own. Signatures of mu are those of the message. */
  @ParameterizedTest
  @EnumSource(
      value = KeyPairType.class,
      names = {"ML_DSA_44", "ML_DSA_65", "ML_DSA_87"})
  void mlDsa_ofTheJdk_andOurs_agree(KeyPairType type) throws Exception {
    String name = type.toString().replace('_', '-');
    assumeTrue(jdkHas(name), "this JDK has no " + name + " of its own: JDK 24 has");
    SigningAlgorithmSpec algorithm = SigningAlgorithmSpec.ML_DSA_SHAKE_256;
    PrivateKeyMaterial key = TestKeys.of(type);
    PublicKey publicKey =
        KeyFactory.getInstance(name, "SUN")
            .generatePublic(new X509EncodedKeySpec(key.publicKey().asByteArray()));
    assertThat(publicKey.getEncoded()).isEqualTo(key.publicKey().asByteArray());
    Signature jdk = Signature.getInstance(name, "SUN");
    jdk.initVerify(publicKey);
    jdk.update(MESSAGE);
    assertThat(jdk.verify(sign(key, algorithm, MessageType.RAW, MESSAGE))).isTrue();
    byte[] mu = SignaturesTest.mu(type, MESSAGE);
    jdk.update(MESSAGE);
    assertThat(jdk.verify(sign(key, algorithm, MessageType.EXTERNAL_MU, mu))).isTrue();

    java.security.KeyPair pair = KeyPairGenerator.getInstance(name, "SUN").generateKeyPair();
    jdk.initSign(pair.getPrivate());
    jdk.update(MESSAGE);
    byte[] signature = jdk.sign();
    PrivateKeyMaterial publicOnly =
        PrivateKeyMaterial.deferred(
            key.id(),
            type,
            Bytes.fromByteArray(pair.getPublic().getEncoded()),
            () -> {
              throw new AssertionError("verifying needs no private key");
            });
    assertThat(verify(publicOnly, algorithm, MessageType.RAW, MESSAGE, signature)).isTrue();
  }

  private static boolean jdkHas(String algorithm) throws Exception {
    try {
      Signature.getInstance(algorithm, "SUN");
      return true;
    } catch (NoSuchAlgorithmException e) {
      return false;
    }
  }

  private static byte[] sign(
      PrivateKeyMaterial key,
      SigningAlgorithmSpec algorithm,
      MessageType messageType,
      byte[] message) {
    return key.sign(algorithm, messageType, SecretBytes.fromByteArray(message)).asByteArray();
  }

  private static boolean verify(
      PrivateKeyMaterial key,
      SigningAlgorithmSpec algorithm,
      MessageType messageType,
      byte[] message,
      byte[] signature) {
    return key.publicHalf()
        .verify(
            algorithm,
            messageType,
            SecretBytes.fromByteArray(message),
            Bytes.fromByteArray(signature));
  }
}
