package io.github.embeddedkms;

import io.github.embeddedkms.awssdk.AwsSdk;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
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
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;

/**
 * The AWS SDK's client with this library, compared with the same client and a transport that always
 * returns the same response, which shows the cost of the SDK itself.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class AwsSdkBenchmark {

  private LocalKeyProvider provider;
  private software.amazon.awssdk.services.kms.KmsClient client;
  private software.amazon.awssdk.services.kms.KmsClient cannedClient;
  private GenerateDataKeyRequest request;

  @Setup
  public void setUp() {
    provider = LocalKeyProvider.inMemory();
    String keyId = provider.createKey(b -> {}).keyMetadata().keyId();
    request = GenerateDataKeyRequest.builder().keyId(keyId).keySpec("AES_256").build();
    client = AwsSdk.client(provider);
    cannedClient =
        software.amazon.awssdk.services.kms.KmsClient.builder()
            .httpClient(new Canned(AwsSdk.httpClient(provider)))
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create("000000000000", "secret")))
            .build();
  }

  @TearDown
  public void tearDown() {
    client.close();
    cannedClient.close();
    provider.close();
  }

  @Benchmark
  public GenerateDataKeyResponse generateDataKeyFloor() {
    return cannedClient.generateDataKey(request);
  }

  @Benchmark
  public GenerateDataKeyResponse generateDataKey() {
    return client.generateDataKey(request);
  }

  /** Reads the request as any transport must, and returns the first response again. */
  private static final class Canned implements SdkHttpClient {

    private final SdkHttpClient first;
    private HttpExecuteResponse response;
    private byte[] body;

    Canned(SdkHttpClient first) {
      this.first = first;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() throws IOException {
          if (response == null) {
            response = first.prepareRequest(request).call();
            body = response.responseBody().orElseThrow().readAllBytes();
          }
          try (InputStream content = request.contentStreamProvider().orElseThrow().newStream()) {
            content.readAllBytes();
          }
          return HttpExecuteResponse.builder()
              .response(response.httpResponse())
              .responseBody(AbortableInputStream.create(new ByteArrayInputStream(body)))
              .build();
        }

        @Override
        public void abort() {}
      };
    }

    @Override
    public void close() {}
  }
}
