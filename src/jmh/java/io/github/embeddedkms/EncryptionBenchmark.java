package io.github.embeddedkms;

import io.github.embeddedkms.crypto.KeyPairType;
import io.github.embeddedkms.crypto.PrivateKeyMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * RSAES-OAEP with SHA-256 and 2048 bits, compared with the bare {@code Cipher} of the JDK under a
 * key that was parsed before.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class EncryptionBenchmark {

  private static final EncryptionAlgorithmSpec ALGORITHM =
      EncryptionAlgorithmSpec.RSAES_OAEP_SHA_256;

  private final SecretBytes plaintext = SecretBytes.fromByteArray(new byte[32]);
  private final byte[] plaintextBytes = new byte[32];
  private final SecureRandom random = new SecureRandom();

  private PrivateKeyMaterial key;
  private Bytes ciphertext;
  private byte[] ciphertextBytes;
  private PrivateKey privateKey;
  private PublicKey publicKey;

  @Setup
  public void setUp() throws GeneralSecurityException {
    key = PrivateKeyMaterial.generate("key", KeyPairType.RSA_2048, random);
    ciphertext = key.publicHalf().encrypt(ALGORITHM, plaintext);
    ciphertextBytes = ciphertext.asByteArray();
    KeyFactory factory = KeyFactory.getInstance("RSA");
    privateKey =
        factory.generatePrivate(
            new PKCS8EncodedKeySpec(key.<byte[], RuntimeException>lend(byte[]::clone)));
    publicKey = factory.generatePublic(new X509EncodedKeySpec(key.publicKey().asByteArray()));
  }

  private static Cipher bare() throws GeneralSecurityException {
    return Cipher.getInstance("RSA/ECB/OAEPPadding");
  }

  private static OAEPParameterSpec parameters() {
    return new OAEPParameterSpec(
        "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);
  }

  @Benchmark
  public byte[] encryptFloor() throws GeneralSecurityException {
    Cipher bare = bare();
    bare.init(Cipher.ENCRYPT_MODE, publicKey, parameters(), random);
    return bare.doFinal(plaintextBytes);
  }

  @Benchmark
  public Bytes encrypt() {
    return key.publicHalf().encrypt(ALGORITHM, plaintext);
  }

  @Benchmark
  public byte[] decryptFloor() throws GeneralSecurityException {
    Cipher bare = bare();
    bare.init(Cipher.DECRYPT_MODE, privateKey, parameters(), random);
    return bare.doFinal(ciphertextBytes);
  }

  @Benchmark
  public SecretBytes decrypt() {
    return key.decrypt(ALGORITHM, ciphertext).orElseThrow();
  }
}
