package io.github.embeddedkms;

import io.github.embeddedkms.local.LocalKeyProvider;
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

/** Discards many keys in memory, and wipes their materials. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 10)
@Measurement(iterations = 10)
@Fork(5)
public class ResetBenchmark {

  @Param("10000")
  private int keys;

  private LocalKeyProvider kms;

  @Setup(Level.Trial)
  public void setUp() {
    kms = LocalKeyProvider.inMemory();
  }

  @Setup(Level.Invocation)
  public void createKeys() {
    for (int i = 0; i < keys; i++) {
      kms.createKey(b -> {});
    }
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    kms.close();
  }

  @Benchmark
  public void reset() {
    kms.reset();
  }
}
