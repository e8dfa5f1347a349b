package io.github.embeddedkms;

import io.github.embeddedkms.local.LocalKeyProvider;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** A new provider in a warm JVM, as each test has one: created, with its first key, and closed. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ProviderBenchmark {

  @Benchmark
  public String createAndClose() {
    try (LocalKeyProvider provider = LocalKeyProvider.inMemory()) {
      return provider.createKey(key -> {}).keyMetadata().keyId();
    }
  }
}
