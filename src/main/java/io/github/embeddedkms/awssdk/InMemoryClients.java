package io.github.embeddedkms.awssdk;

import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.wire.WireServer;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsAsyncClient;
import software.amazon.awssdk.services.kms.KmsClient;

/** Creates the SDK's clients and their transports, for {@link AwsSdk}. */
@SuppressWarnings("deprecation") // what replaces the option for signers is not in older versions
final class InMemoryClients {

  /** Credentials must have a secret; this one is never used. */
  private static final String ANY_SECRET = "in-memory";

  private InMemoryClients() {}

  static KmsClient client(KmsService service) {
    return client(service, httpClient(service, FailureListener.none()));
  }

  /** Creates a client with another transport, for benchmarks. */
  static KmsClient client(KmsService service, SdkHttpClient transport) {
    return KmsClient.builder()
        .httpClient(transport)
        .region(regionOf(service))
        .credentialsProvider(credentialsOf(service))
        .overrideConfiguration(CallerSigner::configure)
        .build();
  }

  static KmsAsyncClient asyncClient(KmsService service) {
    return asyncClient(
        service, asyncHttpClient(service, ForkJoinPool.commonPool(), FailureListener.none()));
  }

  /** Creates a client with another transport, for benchmarks. */
  static KmsAsyncClient asyncClient(KmsService service, SdkAsyncHttpClient transport) {
    return KmsAsyncClient.builder()
        .httpClient(transport)
        .region(regionOf(service))
        .credentialsProvider(credentialsOf(service))
        // Older versions leave the name of an asynchronous transport out of the user agent, by
        // which tests recognize that a request does not go to AWS.
        .overrideConfiguration(
            config -> {
              CallerSigner.configure(config);
              config.putAdvancedOption(
                  SdkAdvancedClientOption.USER_AGENT_SUFFIX, "http/" + InMemoryTransport.NAME);
            })
        .build();
  }

  static SdkHttpClient httpClient(KmsService service, FailureListener failures) {
    return new InMemoryHttpClient(transport(service, failures));
  }

  static SdkAsyncHttpClient asyncHttpClient(
      KmsService service, Executor executor, FailureListener failures) {
    return new InMemoryAsyncHttpClient(transport(service, failures), executor);
  }

  private static InMemoryTransport transport(KmsService service, FailureListener failures) {
    return new InMemoryTransport(new WireServer(service, failures), service.defaultCaller());
  }

  private static Region regionOf(KmsService service) {
    return Region.of(service.defaultCaller().region());
  }

  private static StaticCredentialsProvider credentialsOf(KmsService service) {
    return StaticCredentialsProvider.create(
        AwsBasicCredentials.create(service.defaultCaller().account(), ANY_SECRET));
  }
}
