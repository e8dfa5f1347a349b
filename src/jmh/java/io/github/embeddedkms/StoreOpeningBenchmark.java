package io.github.embeddedkms;

import io.github.embeddedkms.crypto.KeySpecTable;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.local.Seed;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.store.RootKey;
import io.github.embeddedkms.store.SealedKeyStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Opens a SQLite store of 100,000 keys with an alias each in a cold JVM, compared with the
 * unavoidable cost of reading the same rows. Prints once how much memory the open store uses. A
 * store of mixed specs has symmetric encryption keys, HMAC keys and keys of P-256 in turn; RSA keys
 * would take a day to generate, and their private keys are not touched either.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(5)
public class StoreOpeningBenchmark {

  private static final int KEYS_PER_CHANGE = 100_000;
  private static final String SYMMETRIC = "symmetric";
  private static final List<KeySpec> SPECS =
      List.of(KeySpec.SYMMETRIC_DEFAULT, KeySpec.HMAC_256, KeySpec.ECC_NIST_P256);

  @Param("100000")
  private int keys;

  @Param({SYMMETRIC, "mixed"})
  private String specs;

  private Path file;
  private LocalKeyProvider opened;

  @Setup(Level.Trial)
  public void createStore() throws IOException, InterruptedException {
    file = store(keys, specs);
  }

  /** Creates a store in another JVM, so that this one is cold, and keeps it for the next run. */
  static Path store(int keys, String specs) throws IOException, InterruptedException {
    Path file = Path.of("target", "store-benchmark-" + specs + "-" + keys + ".db");
    if (!Files.exists(file)) {
      String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      new ProcessBuilder(
              java,
              "-cp",
              System.getProperty("java.class.path"),
              StoreOpeningBenchmark.class.getName(),
              file.toString(),
              Integer.toString(keys),
              specs)
          .inheritIO()
          .start()
          .waitFor();
    }
    return file;
  }

  /**
   * Creates a store.
   *
   * @param arguments the file, the number of keys and their specs
   */
  public static void main(String[] arguments) {
    int keys = Integer.parseInt(arguments[1]);
    for (int first = 0; first < keys; first += KEYS_PER_CHANGE) {
      SealedKeyStorage storage =
          SealedKeyStorage.builder(Path.of(arguments[0]))
              .rootKey(RootKey.unsealedForTests())
              .timeout(Duration.ofSeconds(60)) // one change of many keys
              .open();
      int count = Math.min(KEYS_PER_CHANGE, keys - first);
      Seed seed =
          arguments[2].equals(SYMMETRIC)
              ? StoreBenchmark.seed(first, count)
              : mixedSeed(first, count);
      LocalKeyProvider.builder().storage(storage).seed(seed).build().close();
    }
  }

  private static Seed mixedSeed(int first, int count) {
    Seed.Builder seed = Seed.builder();
    for (int i = first; i < first + count; i++) {
      String keyId = UUID.randomUUID().toString();
      KeySpec spec = SPECS.get(i % SPECS.size());
      seed.key(keyId, key -> key.spec(spec).usage(KeySpecTable.of(spec).usages().iterator().next()))
          .alias("alias/key-" + i, keyId);
    }
    return seed.build();
  }

  /** Measures the difference in memory between an open and a closed store. */
  @TearDown(Level.Trial)
  public void measureMemory() {
    if (opened != null) {
      long with = used();
      opened.close();
      opened = null;
      System.out.println("memory of each key with its alias: " + (with - used()) / keys + " bytes");
    }
  }

  static long used() {
    for (int i = 0; i < 5; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Benchmark
  public DescribeKey.Response open() {
    opened = LocalKeyProvider.open(file, RootKey.unsealedForTests());
    return opened.describeKey(key -> key.keyId("alias/key-1"));
  }

  @Benchmark
  public void readRows(Blackhole blackhole) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT * FROM kms_item")) {
      while (row.next()) {
        for (int i = 2; i <= 4; i++) {
          blackhole.consume(row.getString(i));
        }
        blackhole.consume(row.getBytes(8));
        blackhole.consume(row.getBytes(9));
      }
    }
  }
}
