package io.github.embeddedkms;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.operation.GenerateDataKeyBuilder;
import io.github.embeddedkms.store.RootKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Data keys through the typed client, compared with the unavoidable cost: the randomness and one
 * AES-256-GCM operation under a fixed key. All of it by one thread and by two; and the calls with
 * keys in a SQLite file too.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(5)
public class DataKeyBenchmark {

  /** The bare cryptography. */
  @State(Scope.Thread)
  public static class Bare {

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    /** As many as a blob without an encryption context binds. */
    private static final int ASSOCIATED_BYTES = 56;

    private final SecureRandom random = new SecureRandom();
    private final byte[] associatedData = new byte[ASSOCIATED_BYTES];
    private final byte[] nonce = new byte[NONCE_BYTES];
    private SecretKey key;
    private SecretKey otherKey;
    private Cipher cipher;
    private byte[] sealed;
    private byte[] sealedWithData;
    private byte[] sealedUnderOtherKey;
    private boolean other;

    @Setup
    public void setUp() throws GeneralSecurityException {
      key = newKey();
      otherKey = newKey();
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
      random.nextBytes(nonce);
      byte[] dataKey = new byte[32];
      sealedUnderOtherKey = cipher(Cipher.ENCRYPT_MODE, otherKey, nonce).doFinal(dataKey);
      sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce).doFinal(dataKey);
      // Another cipher, because one cipher refuses to seal twice with one nonce.
      cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher(Cipher.ENCRYPT_MODE, key, nonce).updateAAD(associatedData);
      sealedWithData = cipher.doFinal(dataKey);
    }

    private SecretKey newKey() {
      byte[] bytes = new byte[32];
      random.nextBytes(bytes);
      return new SecretKeySpec(bytes, "AES");
    }

    private Cipher cipher(int mode, SecretKey under, byte[] with) throws GeneralSecurityException {
      cipher.init(mode, under, new GCMParameterSpec(TAG_BITS, with));
      return cipher;
    }

    byte[] generate() throws GeneralSecurityException {
      byte[] dataKey = new byte[32];
      random.nextBytes(dataKey);
      byte[] fresh = new byte[NONCE_BYTES];
      random.nextBytes(fresh);
      return cipher(Cipher.ENCRYPT_MODE, key, fresh).doFinal(dataKey);
    }

    byte[] open() throws GeneralSecurityException {
      return cipher(Cipher.DECRYPT_MODE, key, nonce).doFinal(sealed);
    }

    byte[] openWithData() throws GeneralSecurityException {
      cipher(Cipher.DECRYPT_MODE, key, nonce).updateAAD(associatedData);
      return cipher.doFinal(sealedWithData);
    }

    byte[] openUnderAlternatingKeys() throws GeneralSecurityException {
      other = !other;
      return other
          ? cipher(Cipher.DECRYPT_MODE, otherKey, nonce).doFinal(sealedUnderOtherKey)
          : cipher(Cipher.DECRYPT_MODE, key, nonce).doFinal(sealed);
    }
  }

  /** A provider with a key, and blobs of many salts. */
  private static final class Calls {

    private static final int SALTS = 64;

    /** More than one salt of the provider serves. */
    private static final int MESSAGES_PER_SALT = 256;

    final LocalKeyProvider kms;
    final GenerateDataKey generate;
    final Decrypt[] decrypts = new Decrypt[SALTS];

    Calls(LocalKeyProvider kms) {
      this.kms = kms;
      String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
      generate = GenerateDataKeyBuilder.builder().keyId(keyId).keySpec(DataKeySpec.AES_256).build();
      for (int i = 0; i < SALTS * MESSAGES_PER_SALT; i++) {
        Bytes blob = kms.call(generate).ciphertextBlob();
        decrypts[i / MESSAGES_PER_SALT] = DecryptBuilder.builder().ciphertextBlob(blob).build();
      }
    }
  }

  /** A provider that keeps its key in memory. */
  @State(Scope.Benchmark)
  public static class InMemory {

    private final Calls calls = new Calls(LocalKeyProvider.inMemory());

    @TearDown
    public void tearDown() {
      calls.kms.close();
    }
  }

  /** A provider that keeps its key in a SQLite file, with the default staleness. */
  @State(Scope.Benchmark)
  public static class Sqlite {

    private Path directory;
    private Calls calls;

    @Setup
    public void setUp() throws IOException {
      directory = Files.createTempDirectory("data-key-benchmark");
      Path file = directory.resolve("keys.db");
      calls = new Calls(LocalKeyProvider.open(file, RootKey.unsealedForTests()));
    }

    @TearDown
    public void tearDown() throws IOException {
      calls.kms.close();
      try (var files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
  }

  /** The position of a thread among the salts. */
  @State(Scope.Thread)
  public static class Position {
    private int next;

    Decrypt nextOf(Calls calls) {
      next = (next + 1) % calls.decrypts.length;
      return calls.decrypts[next];
    }
  }

  /** Draws 32 random bytes and a 12-byte nonce, and seals once. */
  @Benchmark
  public byte[] generateFloor(Bare bare) throws GeneralSecurityException {
    return bare.generate();
  }

  @Benchmark
  @Threads(2)
  public byte[] generateFloorTwoThreads(Bare bare) throws GeneralSecurityException {
    return bare.generate();
  }

  @Benchmark
  public GenerateDataKey.Response generateDataKey(InMemory memory) {
    return memory.calls.kms.call(memory.calls.generate);
  }

  @Benchmark
  @Threads(2)
  public GenerateDataKey.Response generateDataKeyTwoThreads(InMemory memory) {
    return memory.calls.kms.call(memory.calls.generate);
  }

  @Benchmark
  public GenerateDataKey.Response generateDataKeySqlite(Sqlite sqlite) {
    return sqlite.calls.kms.call(sqlite.calls.generate);
  }

  /** Opens 32 bytes once. */
  @Benchmark
  public byte[] decryptFloor(Bare bare) throws GeneralSecurityException {
    return bare.open();
  }

  /** Opens 32 bytes once, with as much associated data as a blob binds. */
  @Benchmark
  public byte[] decryptFloorWithAssociatedData(Bare bare) throws GeneralSecurityException {
    return bare.openWithData();
  }

  @Benchmark
  @Threads(2)
  public byte[] decryptFloorTwoThreads(Bare bare) throws GeneralSecurityException {
    return bare.open();
  }

  @Benchmark
  public Decrypt.Response decrypt(InMemory memory) {
    return memory.calls.kms.call(memory.calls.decrypts[0]);
  }

  @Benchmark
  @Threads(2)
  public Decrypt.Response decryptTwoThreads(InMemory memory) {
    return memory.calls.kms.call(memory.calls.decrypts[0]);
  }

  @Benchmark
  public Decrypt.Response decryptSqlite(Sqlite sqlite) {
    return sqlite.calls.kms.call(sqlite.calls.decrypts[0]);
  }

  /** Opens 32 bytes under another key than the time before: with one AES key schedule. */
  @Benchmark
  public byte[] decryptOtherSaltFloor(Bare bare) throws GeneralSecurityException {
    return bare.openUnderAlternatingKeys();
  }

  @Benchmark
  @Threads(2)
  public byte[] decryptOtherSaltFloorTwoThreads(Bare bare) throws GeneralSecurityException {
    return bare.openUnderAlternatingKeys();
  }

  @Benchmark
  public Decrypt.Response decryptOtherSalt(InMemory memory, Position position) {
    return memory.calls.kms.call(position.nextOf(memory.calls));
  }

  @Benchmark
  @Threads(2)
  public Decrypt.Response decryptOtherSaltTwoThreads(InMemory memory, Position position) {
    return memory.calls.kms.call(position.nextOf(memory.calls));
  }
}
