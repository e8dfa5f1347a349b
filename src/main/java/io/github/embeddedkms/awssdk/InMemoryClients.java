package io.github.embeddedkms.awssdk;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.wire.RequestCallers;
import io.github.embeddedkms.wire.WireServer;
import java.util.Map;
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

  static KmsClient client(KmsService service, Caller caller) {
    return client(
        caller,
        new InMemoryHttpClient(transport(service, caller, Map.of(), FailureListener.none())));
  }

  /** Creates a client with another transport, for benchmarks. */
  static KmsClient client(KmsService service, SdkHttpClient transport) {
    return client(service.defaultCaller(), transport);
  }

  private static KmsClient client(Caller caller, SdkHttpClient transport) {
    return KmsClient.builder()
        .httpClient(transport)
        .region(Region.of(caller.region()))
        .credentialsProvider(credentialsOf(caller))
        .overrideConfiguration(CallerSigner::configure)
        .build();
  }

  static KmsAsyncClient asyncClient(KmsService service, Caller caller) {
    return asyncClient(
        caller,
        new InMemoryAsyncHttpClient(
            transport(service, caller, Map.of(), FailureListener.none()),
            ForkJoinPool.commonPool()));
  }

  /** Creates a client with another transport, for benchmarks. */
  static KmsAsyncClient asyncClient(KmsService service, SdkAsyncHttpClient transport) {
    return asyncClient(service.defaultCaller(), transport);
  }

  private static KmsAsyncClient asyncClient(Caller caller, SdkAsyncHttpClient transport) {
    return KmsAsyncClient.builder()
        .httpClient(transport)
        .region(Region.of(caller.region()))
        .credentialsProvider(credentialsOf(caller))
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

  static SdkHttpClient httpClient(
      KmsService service, Map<String, Caller> callers, FailureListener failures) {
    return new InMemoryHttpClient(transport(service, service.defaultCaller(), callers, failures));
  }

  static SdkAsyncHttpClient asyncHttpClient(
      KmsService service,
      Map<String, Caller> callers,
      Executor executor,
      FailureListener failures) {
    return new InMemoryAsyncHttpClient(
        transport(service, service.defaultCaller(), callers, failures), executor);
  }

  private static InMemoryTransport transport(
      KmsService service,
      Caller defaultCaller,
      Map<String, Caller> callers,
      FailureListener failures) {
    return new InMemoryTransport(
        new WireServer(service, failures), new RequestCallers(defaultCaller, callers));
  }

  /** The id of an account leaves the caller of the transport as it is if it is in that account. */
  private static StaticCredentialsProvider credentialsOf(Caller caller) {
    return StaticCredentialsProvider.create(
        AwsBasicCredentials.create(caller.account(), ANY_SECRET));
  }
}
