package io.github.embeddedkms.awssdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.local.LocalKeyProvider;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.services.kms.KmsAsyncClient;
import software.amazon.awssdk.services.kms.KmsClient;

/** What the clients in memory send. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class CallerSignerTest {

  private static final String CREDENTIAL =
      "AWS4-HMAC-SHA256 Credential=111122223333/00000000/eu-central-1/kms/aws4_request";

  private final LocalKeyProvider provider =
      LocalKeyProvider.builder().region("eu-central-1").account("111122223333").build();
  private final List<SdkHttpRequest> sent = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    provider.close();
  }

  @Test
  void request_hasACredentialAndNoSignature() {
    try (KmsClient kms = InMemoryClients.client(provider, recording())) {
      kms.createKey();
    }
    try (KmsAsyncClient kms = InMemoryClients.asyncClient(provider, recordingAsync())) {
      kms.createKey().join();
    }
    assertThat(sent)
        .hasSize(2)
        .allSatisfy(
            request ->
                assertThat(request.matchingHeaders("Authorization")).containsExactly(CREDENTIAL));
  }

  @Test
  void anonymousRequest_hasNoCredential() {
    try (KmsClient kms = InMemoryClients.client(provider, recording())) {
      kms.createKey(
          b ->
              b.overrideConfiguration(
                  o -> o.credentialsProvider(AnonymousCredentialsProvider.create())));
    }
    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).matchingHeaders("Authorization")).isEmpty();
  }

  private SdkHttpClient recording() {
    SdkHttpClient transport = AwsSdk.httpClient(provider);
    return new SdkHttpClient() {
      @Override
      public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        sent.add(request.httpRequest());
        return transport.prepareRequest(request);
      }

      @Override
      public void close() {
        transport.close();
      }
    };
  }

  private SdkAsyncHttpClient recordingAsync() {
    SdkAsyncHttpClient transport = AwsSdk.asyncHttpClient(provider);
    return new SdkAsyncHttpClient() {
      @Override
      public CompletableFuture<Void> execute(AsyncExecuteRequest request) {
        sent.add(request.request());
        return transport.execute(request);
      }

      @Override
      public void close() {
        transport.close();
      }
    };
  }
}
