package io.github.embeddedkms;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.DescribeKeyBuilder;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cost of other keys in the storage and of other threads: finds a key by alias and by material
 * among 1 and among 100,000 keys, on one and on two threads.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LookupBenchmark {

  @Param({"1", "100000"})
  private int keys;

  private LocalKeyProvider kms;
  private DescribeKey describe;
  private Decrypt decrypt;

  @Setup
  public void setUp() {
    kms = LocalKeyProvider.inMemory();
    for (int i = 0; i < keys; i++) {
      String alias = "alias/key-" + i;
      String keyId = kms.createKey(b -> {}).keyMetadata().keyId();
      kms.createAlias(b -> b.aliasName(alias).targetKeyId(keyId));
    }
    String alias = "alias/key-" + keys / 2;
    SecretBytes plaintext = SecretBytes.fromUtf8String("32 bytes, as long as a data key.");
    Bytes blob = kms.encrypt(b -> b.keyId(alias).plaintext(plaintext)).ciphertextBlob();
    describe = DescribeKeyBuilder.builder().keyId(alias).build();
    decrypt = DecryptBuilder.builder().ciphertextBlob(blob).build();
  }

  @TearDown
  public void tearDown() {
    kms.close();
  }

  @Benchmark
  public DescribeKey.Response describeByAlias() {
    return kms.call(describe);
  }

  @Benchmark
  public Decrypt.Response decrypt() {
    return kms.call(decrypt);
  }

  @Benchmark
  @Threads(2)
  public DescribeKey.Response describeByAliasOnTwoThreads() {
    return kms.call(describe);
  }

  @Benchmark
  @Threads(2)
  public Decrypt.Response decryptOnTwoThreads() {
    return kms.call(decrypt);
  }
}
