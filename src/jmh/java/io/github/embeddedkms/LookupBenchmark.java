package io.github.embeddedkms;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.DescribeKeyBuilder;
import io.github.embeddedkms.store.RootKey;
import java.io.IOException;
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
 * among 1,000 and among 1,000,000 keys, on one and on two threads. Prints once how much memory each
 * key uses, with its alias. A SQLite file of 1,000,000 keys takes minutes to create, and is kept.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 5, jvmArgsAppend = "-Xmx4g")
public class LookupBenchmark {

  @Param({"1000", "1000000"})
  private int keys;

  @Param({"memory", "sqlite"})
  private String storage;

  private LocalKeyProvider kms;
  private DescribeKey describe;
  private Decrypt decrypt;

  @Setup
  public void setUp() throws IOException, InterruptedException {
    kms =
        storage.equals("memory")
            ? LocalKeyProvider.builder().seed(StoreBenchmark.seed(keys)).build()
            : LocalKeyProvider.open(
                StoreOpeningBenchmark.store(keys, "symmetric"), RootKey.unsealedForTests());
    String alias = "alias/key-" + keys / 2;
    SecretBytes plaintext = SecretBytes.fromUtf8String("32 bytes, as long as a data key.");
    Bytes blob = kms.encrypt(b -> b.keyId(alias).plaintext(plaintext)).ciphertextBlob();
    describe = DescribeKeyBuilder.builder().keyId(alias).build();
    decrypt = DecryptBuilder.builder().ciphertextBlob(blob).build();
  }

  @TearDown
  public void tearDown() {
    long with = StoreOpeningBenchmark.used();
    kms.close();
    kms = null;
    System.out.println(
        "memory of each key: " + (with - StoreOpeningBenchmark.used()) / keys + " bytes");
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
