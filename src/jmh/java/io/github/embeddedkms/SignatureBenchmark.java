package io.github.embeddedkms;

import io.github.embeddedkms.crypto.KeyPairType;
import io.github.embeddedkms.crypto.PrivateKeyMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Signing and verifying a message, compared with the bare call of the same library under a key that
 * was parsed before: {@code Signature} of the JDK or of Bouncy Castle.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SignatureBenchmark {

  /** One algorithm of each implementation. */
  public enum Case {
    PKCS1(KeyPairType.RSA_2048, SigningAlgorithmSpec.RSASSA_PKCS1_V1_5_SHA_256, "SHA256withRSA"),
    PSS(KeyPairType.RSA_2048, SigningAlgorithmSpec.RSASSA_PSS_SHA_256, "RSASSA-PSS"),
    P256(KeyPairType.ECC_NIST_P256, SigningAlgorithmSpec.ECDSA_SHA_256, "SHA256withECDSA"),
    P521(KeyPairType.ECC_NIST_P521, SigningAlgorithmSpec.ECDSA_SHA_512, "SHA512withECDSA"),
    ED25519(KeyPairType.ECC_NIST_EDWARDS25519, SigningAlgorithmSpec.ED25519_SHA_512, "Ed25519"),
    SECP256K1(KeyPairType.ECC_SECG_P256_K1, SigningAlgorithmSpec.ECDSA_SHA_256, "SHA256withECDSA"),
    SM2(KeyPairType.SM2, SigningAlgorithmSpec.SM2_DSA, "SM3withSM2"),
    ML_DSA_65(KeyPairType.ML_DSA_65, SigningAlgorithmSpec.ML_DSA_SHAKE_256, "ML-DSA-65");

    private final KeyPairType type;
    private final SigningAlgorithmSpec algorithm;
    private final String name;

    Case(KeyPairType type, SigningAlgorithmSpec algorithm, String name) {
      this.type = type;
      this.algorithm = algorithm;
      this.name = name;
    }

    private boolean isJdk() {
      return switch (this) {
        case PKCS1, PSS, P256, P521, ED25519 -> true;
        case SECP256K1, SM2, ML_DSA_65 -> false;
      };
    }

    private String keyAlgorithm() {
      return switch (this) {
        case PKCS1, PSS -> "RSA";
        case ED25519, ML_DSA_65 -> name;
        default -> "EC";
      };
    }
  }

  private static final BouncyCastleProvider BOUNCY_CASTLE = new BouncyCastleProvider();

  @Param private Case algorithm;

  private final SecretBytes message = SecretBytes.fromByteArray(new byte[100]);
  private final byte[] messageBytes = new byte[100];
  private final SecureRandom random = new SecureRandom();

  private PrivateKeyMaterial key;
  private Bytes signature;
  private byte[] signatureBytes;
  private PrivateKey privateKey;
  private PublicKey publicKey;

  @Setup
  public void setUp() throws GeneralSecurityException {
    key = PrivateKeyMaterial.generate("key", algorithm.type, random);
    signature = key.sign(algorithm.algorithm, MessageType.RAW, message);
    signatureBytes = signature.asByteArray();
    String name = algorithm.keyAlgorithm();
    KeyFactory factory =
        algorithm.isJdk()
            ? KeyFactory.getInstance(name)
            : KeyFactory.getInstance(name, BOUNCY_CASTLE);
    privateKey =
        factory.generatePrivate(
            new PKCS8EncodedKeySpec(key.<byte[], RuntimeException>lend(byte[]::clone)));
    publicKey = factory.generatePublic(new X509EncodedKeySpec(key.publicKey().asByteArray()));
  }

  private Signature bare() throws GeneralSecurityException {
    Signature bare =
        algorithm.isJdk()
            ? Signature.getInstance(algorithm.name)
            : Signature.getInstance(algorithm.name, BOUNCY_CASTLE);
    if (algorithm == Case.PSS) {
      bare.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
    }
    return bare;
  }

  @Benchmark
  public byte[] signFloor() throws GeneralSecurityException {
    Signature bare = bare();
    bare.initSign(privateKey, random);
    bare.update(messageBytes);
    return bare.sign();
  }

  @Benchmark
  public Bytes sign() {
    return key.sign(algorithm.algorithm, MessageType.RAW, message);
  }

  @Benchmark
  public boolean verifyFloor() throws GeneralSecurityException {
    Signature bare = bare();
    bare.initVerify(publicKey);
    bare.update(messageBytes);
    return bare.verify(signatureBytes);
  }

  @Benchmark
  public boolean verify() {
    return key.publicHalf().verify(algorithm.algorithm, MessageType.RAW, message, signature);
  }
}
