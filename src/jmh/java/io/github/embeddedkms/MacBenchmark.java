package io.github.embeddedkms;

import io.github.embeddedkms.crypto.HmacMaterial;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Computing a MAC by HMAC with SHA-256, compared with the bare call of the JDK. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class MacBenchmark {

  private final SecretBytes message = SecretBytes.fromByteArray(new byte[100]);
  private final byte[] messageBytes = new byte[100];
  private final HmacMaterial material =
      HmacMaterial.generate("key", MacAlgorithmSpec.HMAC_SHA_256, new SecureRandom());
  private final SecretKeySpec secret =
      new SecretKeySpec(material.<byte[], RuntimeException>lend(byte[]::clone), "HmacSHA256");

  @Benchmark
  public byte[] macFloor() throws GeneralSecurityException {
    Mac bare = Mac.getInstance("HmacSHA256");
    bare.init(secret);
    return bare.doFinal(messageBytes);
  }

  @Benchmark
  public Bytes mac() {
    return material.mac(message);
  }
}
