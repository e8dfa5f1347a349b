package io.github.embeddedkms;

import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.Seed;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.DescribeKeyBuilder;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.operation.GenerateDataKeyBuilder;
import io.github.embeddedkms.operation.ListAliases;
import io.github.embeddedkms.operation.ListAliasesBuilder;
import io.github.embeddedkms.store.KeyStorage;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cost of persistence: the same calls with 100,000 keys that have an alias each, kept in memory
 * and in a SQLite file.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(5)
public class StoreBenchmark {

  @Param({"memory", "sqlite"})
  private String storage;

  @Param("100000")
  private int keys;

  private Path directory;
  private LocalKeyProvider kms;
  private GenerateDataKey generate;
  private DescribeKey describe;
  private ListAliases list;

  @Setup
  public void setUp() throws IOException {
    directory = Files.createTempDirectory("store-benchmark");
    kms = LocalKeyProvider.builder().storage(storage()).seed(seed(keys)).build();
    String alias = "alias/key-" + keys / 2;
    generate = GenerateDataKeyBuilder.builder().keyId(alias).keySpec(DataKeySpec.AES_256).build();
    describe = DescribeKeyBuilder.builder().keyId(alias).build();
    list = ListAliasesBuilder.builder().build();
  }

  private KeyStorage storage() {
    return storage.equals("memory")
        ? KeyStorage.inMemory()
        : SealedKeyStorage.builder(directory.resolve("keys.db"))
            .rootKey(RootKey.unsealedForTests())
            .open();
  }

  static Seed seed(int keys) {
    return seed(0, keys);
  }

  static Seed seed(int first, int count) {
    Seed.Builder seed = Seed.builder();
    for (int i = first; i < first + count; i++) {
      String keyId = UUID.randomUUID().toString();
      seed.key(keyId, key -> {}).alias("alias/key-" + i, keyId);
    }
    return seed.build();
  }

  @TearDown
  public void tearDown() throws IOException {
    kms.close();
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  @Benchmark
  public GenerateDataKey.Response generateDataKey() {
    return kms.call(generate);
  }

  @Benchmark
  public DescribeKey.Response describeByAlias() {
    return kms.call(describe);
  }

  @Benchmark
  public ListAliases.Response listPage() {
    return kms.call(list);
  }
}
