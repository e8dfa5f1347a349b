package io.github.embeddedkms;

import io.github.embeddedkms.endpoint.KmsEndpoint;
import io.github.embeddedkms.envelope.Envelope;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.wire.WireClient;
import io.github.embeddedkms.wire.WireResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.EnumMap;
import java.util.Map;
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

/**
 * Messages of 1 KiB sealed to public keys, of each kind, compared with messages for a symmetric key
 * whose service is in this process, or is reached over loopback. Offline messages are opened in
 * memory.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class OfflineBenchmark {

  private static final EncryptionContext CONTEXT = EncryptionContext.of(Map.of("tenant", "acme"));

  private static final Map<KeySpec, KeyUsageType> USAGES =
      new EnumMap<>(
          Map.of(
              KeySpec.ML_KEM_768,
              KeyUsageType.ENCAPSULATE_DECAPSULATE,
              KeySpec.ML_KEM_1024,
              KeyUsageType.ENCAPSULATE_DECAPSULATE,
              KeySpec.ECC_NIST_P256,
              KeyUsageType.KEY_AGREEMENT,
              KeySpec.ECC_NIST_P384,
              KeyUsageType.KEY_AGREEMENT));

  /** What the message is sealed for. */
  @Param({
    "ONLINE_IN_MEMORY",
    "ONLINE_OVER_LOOPBACK",
    "ML_KEM_768",
    "ML_KEM_1024",
    "ML_KEM_768_P256",
    "ML_KEM_1024_P384",
    "RSA_3072",
    "RSA_4096"
  })
  public String recipient;

  private final byte[] data = new byte[1024];
  private LocalKeyProvider kms;
  private KmsEndpoint endpoint;
  private Envelope envelope;
  private Envelope reader;
  private byte[] sealed;

  @Setup(Level.Trial)
  public void setUp() throws IOException {
    kms = LocalKeyProvider.inMemory();
    switch (recipient) {
      case "ONLINE_IN_MEMORY" -> online(kms);
      case "ONLINE_OVER_LOOPBACK" -> {
        endpoint = KmsEndpoint.builder(kms).port(0).start();
        HttpClient http = HttpClient.newHttpClient();
        online(new WireClient((target, body) -> send(http, endpoint.url(), target, body)));
      }
      case "ML_KEM_768_P256" -> pair(KeySpec.ML_KEM_768, KeySpec.ECC_NIST_P256);
      case "ML_KEM_1024_P384" -> pair(KeySpec.ML_KEM_1024, KeySpec.ECC_NIST_P384);
      default -> single(KeySpec.valueOf(recipient));
    }
    sealed = envelope.seal(data, CONTEXT);
  }

  private void online(KmsClient client) {
    envelope = Envelope.builder(client).key(createKey(KeySpec.SYMMETRIC_DEFAULT)).build();
    reader = envelope;
  }

  private void single(KeySpec spec) {
    String arn = createKey(spec);
    envelope = Envelope.builder().sealTo(publicKey(arn), arn).build();
    reader = Envelope.builder(kms).opensOffline(arn).build();
  }

  private void pair(KeySpec spec, KeySpec curve) {
    String arn = createKey(spec);
    String curveArn = createKey(curve);
    envelope =
        Envelope.builder().sealTo(publicKey(arn), arn, publicKey(curveArn), curveArn).build();
    reader = Envelope.builder(kms).opensOffline(arn, curveArn).build();
  }

  private String createKey(KeySpec spec) {
    KeyUsageType usage = USAGES.getOrDefault(spec, KeyUsageType.ENCRYPT_DECRYPT);
    return kms.createKey(key -> key.keySpec(spec).keyUsage(usage)).keyMetadata().arn();
  }

  private Bytes publicKey(String arn) {
    return kms.getPublicKey(key -> key.keyId(arn)).publicKey();
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    if (endpoint != null) {
      endpoint.close();
    }
    kms.close();
  }

  @Benchmark
  public byte[] seal() {
    return envelope.seal(data, CONTEXT);
  }

  @Benchmark
  public byte[] open() {
    return reader.open(sealed, CONTEXT);
  }

  /** The endpoint has no credentials and accepts requests without a signature. */
  private static WireResponse send(HttpClient http, URI url, String target, byte[] body) {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", WireResponse.CONTENT_TYPE)
            .header("X-Amz-Target", target)
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    try {
      HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
      return new WireResponse(response.statusCode(), response.body(), null);
    } catch (IOException e) {
      throw new UncheckedIOException("the endpoint cannot be reached", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the endpoint", e);
    }
  }
}
