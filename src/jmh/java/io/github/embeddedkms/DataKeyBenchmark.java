package io.github.embeddedkms;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.operation.GenerateDataKeyBuilder;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Data keys through the typed client, compared with the unavoidable cost: the randomness and one
 * AES-256-GCM operation under a fixed key.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DataKeyBenchmark {

  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private LocalKeyProvider kms;
  private GenerateDataKey generate;
  private Decrypt decrypt;

  private SecureRandom random;
  private SecretKey key;
  private Cipher cipher;
  private byte[] nonce;
  private byte[] sealed;

  @Setup
  public void setUp() throws GeneralSecurityException {
    kms = LocalKeyProvider.inMemory();
    String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
    generate = GenerateDataKeyBuilder.builder().keyId(keyId).keySpec(DataKeySpec.AES_256).build();
    Bytes blob = kms.call(generate).ciphertextBlob();
    decrypt = DecryptBuilder.builder().ciphertextBlob(blob).build();

    random = new SecureRandom();
    byte[] keyBytes = new byte[32];
    random.nextBytes(keyBytes);
    key = new SecretKeySpec(keyBytes, "AES");
    cipher = Cipher.getInstance("AES/GCM/NoPadding");
    sealed = generateFloor();
    nonce = cipher.getIV();
  }

  @TearDown
  public void tearDown() {
    kms.close();
  }

  /** Draws 32 random bytes and a 12-byte nonce, and seals once. */
  @Benchmark
  public byte[] generateFloor() throws GeneralSecurityException {
    byte[] dataKey = new byte[32];
    random.nextBytes(dataKey);
    byte[] fresh = new byte[NONCE_BYTES];
    random.nextBytes(fresh);
    cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, fresh));
    return cipher.doFinal(dataKey);
  }

  @Benchmark
  public GenerateDataKey.Response generateDataKey() {
    return kms.call(generate);
  }

  /** Opens 32 bytes once. */
  @Benchmark
  public byte[] decryptFloor() throws GeneralSecurityException {
    cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
    return cipher.doFinal(sealed);
  }

  @Benchmark
  public Decrypt.Response decrypt() {
    return kms.call(decrypt);
  }
}
