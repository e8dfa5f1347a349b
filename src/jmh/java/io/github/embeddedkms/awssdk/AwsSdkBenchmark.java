package io.github.embeddedkms.awssdk;

import io.github.embeddedkms.local.LocalKeyProvider;
import java.util.concurrent.TimeUnit;
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
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsAsyncClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;

/**
 * The AWS SDK's clients with this library, compared with the same clients, configured alike, and a
 * transport that always returns the same response, which shows the cost of the SDK itself. The rows
 * of signed requests are those of a client that an application configures.
 *
 * <p>The JIT compiler takes about ten seconds for a path of this length, and longer for ours than
 * for the floor's. Until then, the ratio is that of compiled code to code that is not.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 40, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(5)
public class AwsSdkBenchmark {

  private LocalKeyProvider provider;
  private KmsClient client;
  private KmsClient cannedClient;
  private KmsClient signingClient;
  private KmsClient cannedSigningClient;
  private KmsAsyncClient asyncClient;
  private KmsAsyncClient cannedAsyncClient;
  private GenerateDataKeyRequest request;

  @Setup
  public void setUp() {
    provider = LocalKeyProvider.inMemory();
    String keyId = provider.createKey(b -> {}).keyMetadata().keyId();
    request = GenerateDataKeyRequest.builder().keyId(keyId).keySpec("AES_256").build();
    client = AwsSdk.client(provider);
    CannedTransport canned = CannedTransport.of(provider, request);
    cannedClient = InMemoryClients.client(provider, canned);
    signingClient = signing(AwsSdk.httpClient(provider));
    cannedSigningClient = signing(canned);
    asyncClient = AwsSdk.asyncClient(provider);
    cannedAsyncClient = InMemoryClients.asyncClient(provider, canned.async());
  }

  private static KmsClient signing(SdkHttpClient transport) {
    return KmsClient.builder()
        .httpClient(transport)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("000000000000", "secret")))
        .build();
  }

  @TearDown
  public void tearDown() {
    client.close();
    cannedClient.close();
    signingClient.close();
    cannedSigningClient.close();
    asyncClient.close();
    cannedAsyncClient.close();
    provider.close();
  }

  @Benchmark
  public GenerateDataKeyResponse generateDataKey() {
    return client.generateDataKey(request);
  }

  @Benchmark
  public GenerateDataKeyResponse generateDataKeyFloor() {
    return cannedClient.generateDataKey(request);
  }

  @Benchmark
  public GenerateDataKeyResponse generateDataKeySigned() {
    return signingClient.generateDataKey(request);
  }

  @Benchmark
  public GenerateDataKeyResponse generateDataKeySignedFloor() {
    return cannedSigningClient.generateDataKey(request);
  }

  @Benchmark
  public GenerateDataKeyResponse generateDataKeyAsync() {
    return asyncClient.generateDataKey(request).join();
  }

  @Benchmark
  public GenerateDataKeyResponse generateDataKeyAsyncFloor() {
    return cannedAsyncClient.generateDataKey(request).join();
  }
}
