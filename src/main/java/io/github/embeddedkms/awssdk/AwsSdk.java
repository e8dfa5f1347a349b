package io.github.embeddedkms.awssdk;

import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.wire.WireServer;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsAsyncClient;
import software.amazon.awssdk.services.kms.KmsClient;

/**
 * The AWS SDK for Java v2 over a {@link KmsService}, without sockets: for tests of code that takes
 * the SDK's clients.
 *
 * <p>The clients are the SDK's own, so that marshalling, retries, paginators, interceptors, metrics
 * and exception classes are what production has; only the transport under them answers in memory. A
 * request's Region is that of the client that sent it, and its account is the access key id of its
 * credentials if that has twelve digits, else the service's own.
 *
 * <p>Closing a client does not close the service.
 */
public final class AwsSdk {

  /** Credentials must have a secret; nobody looks at this one. */
  private static final String ANY_SECRET = "in-memory";

  private AwsSdk() {}

  /**
   * A ready-made client in the service's own Region and account.
   *
   * @param service answers the requests
   * @return a client of the SDK, to be closed as any other
   */
  public static KmsClient client(KmsService service) {
    return KmsClient.builder()
        .httpClient(httpClient(service))
        .region(regionOf(service))
        .credentialsProvider(credentialsOf(service))
        .build();
  }

  /**
   * A ready-made asynchronous client in the service's own Region and account. It completes on
   * threads of the common pool.
   *
   * @param service answers the requests
   * @return a client of the SDK, to be closed as any other
   */
  public static KmsAsyncClient asyncClient(KmsService service) {
    return KmsAsyncClient.builder()
        .httpClient(asyncHttpClient(service))
        .region(regionOf(service))
        .credentialsProvider(credentialsOf(service))
        .build();
  }

  /**
   * A transport to put under a client of one's own, with its own Region, credentials, interceptors
   * and retries.
   *
   * @param service answers the requests
   * @return a transport that answers on the thread of the call
   */
  public static SdkHttpClient httpClient(KmsService service) {
    return httpClient(service, FailureListener.none());
  }

  /**
   * The same, with a listener for failures that are no answer of the service.
   *
   * @param service answers the requests
   * @param failures is told of what the client sees as KMSInternalException
   * @return a transport that answers on the thread of the call
   */
  public static SdkHttpClient httpClient(KmsService service, FailureListener failures) {
    return new InMemoryHttpClient(transport(service, failures));
  }

  /**
   * A transport to put under an asynchronous client of one's own.
   *
   * @param service answers the requests
   * @return a transport that answers on threads of the common pool
   */
  public static SdkAsyncHttpClient asyncHttpClient(KmsService service) {
    return asyncHttpClient(service, ForkJoinPool.commonPool(), FailureListener.none());
  }

  /**
   * The same, on threads of one's own and with a listener for failures that are no answer of the
   * service.
   *
   * @param service answers the requests
   * @param executor where they are answered; belongs to the caller
   * @param failures is told of what the client sees as KMSInternalException
   * @return a transport that answers on the executor
   */
  public static SdkAsyncHttpClient asyncHttpClient(
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
