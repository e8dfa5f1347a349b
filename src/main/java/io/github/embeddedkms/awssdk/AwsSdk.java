package io.github.embeddedkms.awssdk;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.FailureListener;
import io.github.embeddedkms.KmsService;
import io.github.embeddedkms.library.Library;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.services.kms.KmsAsyncClient;
import software.amazon.awssdk.services.kms.KmsClient;

/**
 * The AWS SDK for Java v2 on a {@link KmsService}, without sockets, for tests of code that takes
 * the SDK's clients.
 *
 * <p>The clients are the SDK's own, so marshalling, retries, paginators, interceptors, metrics and
 * exception classes are the same as in production. Only the transport is replaced: it calls the
 * service in memory. A request's Region is the Region of the client that sent it. Its caller is the
 * one that the transport has for the access key id of the client's credentials, so clients with
 * different credentials can act as different principals. For other ids of twelve digits it is the
 * root principal of that account, and otherwise the service's default caller. Secrets and security
 * tokens are not checked.
 *
 * <p>The requests of {@link #client} and {@link #asyncClient} have a credential in the header
 * {@code Authorization}, but no signature, because nothing would check it. Those of a custom client
 * are signed as the client is configured. Nothing else of the SDK is switched off.
 *
 * <p>Closing a client does not close the service.
 *
 * <p>Requires {@code software.amazon.awssdk:kms} 2.17.1 or newer. If it is missing, every method
 * throws an {@link IllegalStateException}.
 */
public final class AwsSdk {

  private AwsSdk() {}

  /**
   * Creates a client in the service's own Region and account.
   *
   * @param service processes the requests
   * @return a client of the SDK, which the caller closes
   */
  public static KmsClient client(KmsService service) {
    return client(service, service.defaultCaller());
  }

  /**
   * Creates a client of one caller, in the caller's Region.
   *
   * @param service processes the requests
   * @param caller the caller of the requests. A request that overrides the credentials by an access
   *     key id of twelve digits has the root principal of that account as its caller
   * @return a client of the SDK, which the caller closes
   */
  public static KmsClient client(KmsService service, Caller caller) {
    try {
      return InMemoryClients.client(service, caller);
    } catch (NoClassDefFoundError | NoSuchMethodError e) {
      throw missing(e);
    }
  }

  /**
   * Creates an asynchronous client in the service's own Region and account. Its requests are
   * processed on threads of the common pool; its futures complete on threads of the SDK.
   *
   * @param service processes the requests
   * @return a client of the SDK, which the caller closes
   */
  public static KmsAsyncClient asyncClient(KmsService service) {
    return asyncClient(service, service.defaultCaller());
  }

  /**
   * Creates an asynchronous client of one caller, in the caller's Region. Its requests are
   * processed on threads of the common pool; its futures complete on threads of the SDK.
   *
   * @param service processes the requests
   * @param caller the caller of the requests. A request that overrides the credentials by an access
   *     key id of twelve digits has the root principal of that account as its caller
   * @return a client of the SDK, which the caller closes
   */
  public static KmsAsyncClient asyncClient(KmsService service, Caller caller) {
    try {
      return InMemoryClients.asyncClient(service, caller);
    } catch (NoClassDefFoundError | NoSuchMethodError e) {
      throw missing(e);
    }
  }

  /**
   * Creates a transport for a custom client, with its own Region, credentials, interceptors and
   * retries.
   *
   * @param service processes the requests
   * @return a transport that processes requests on the calling thread
   */
  public static SdkHttpClient httpClient(KmsService service) {
    return httpClient(service, FailureListener.none());
  }

  /**
   * Creates a transport for a custom client, with a listener for failures that are not service
   * errors.
   *
   * @param service processes the requests
   * @param failures receives the failures that the client sees as KMSInternalException
   * @return a transport that processes requests on the calling thread
   */
  public static SdkHttpClient httpClient(KmsService service, FailureListener failures) {
    return httpClient(service, Map.of(), failures);
  }

  /**
   * Creates a transport for custom clients that act as different principals, by their credentials.
   *
   * @param service processes the requests
   * @param callers the callers by the access key ids of their credentials, in the Region of the
   *     client that sends a request; copied
   * @return a transport that processes requests on the calling thread
   */
  public static SdkHttpClient httpClient(KmsService service, Map<String, Caller> callers) {
    return httpClient(service, callers, FailureListener.none());
  }

  /**
   * Creates a transport for custom clients that act as different principals, with a listener for
   * failures that are not service errors.
   *
   * @param service processes the requests
   * @param callers the callers by the access key ids of their credentials, in the Region of the
   *     client that sends a request; copied
   * @param failures receives the failures that the client sees as KMSInternalException
   * @return a transport that processes requests on the calling thread
   */
  public static SdkHttpClient httpClient(
      KmsService service, Map<String, Caller> callers, FailureListener failures) {
    try {
      return InMemoryClients.httpClient(service, callers, failures);
    } catch (NoClassDefFoundError | NoSuchMethodError e) {
      throw missing(e);
    }
  }

  /**
   * Creates a transport for a custom asynchronous client.
   *
   * @param service processes the requests
   * @return a transport that processes requests on threads of the common pool
   */
  public static SdkAsyncHttpClient asyncHttpClient(KmsService service) {
    return asyncHttpClient(service, Map.of());
  }

  /**
   * Creates a transport for a custom asynchronous client, with an executor and a listener for
   * failures that are not service errors.
   *
   * @param service processes the requests
   * @param executor processes the requests; the caller shuts it down
   * @param failures receives the failures that the client sees as KMSInternalException
   * @return a transport that processes requests on the executor
   */
  public static SdkAsyncHttpClient asyncHttpClient(
      KmsService service, Executor executor, FailureListener failures) {
    return asyncHttpClient(service, Map.of(), executor, failures);
  }

  /**
   * Creates a transport for custom asynchronous clients that act as different principals, by their
   * credentials.
   *
   * @param service processes the requests
   * @param callers the callers by the access key ids of their credentials, in the Region of the
   *     client that sends a request; copied
   * @return a transport that processes requests on threads of the common pool
   */
  public static SdkAsyncHttpClient asyncHttpClient(
      KmsService service, Map<String, Caller> callers) {
    return asyncHttpClient(service, callers, ForkJoinPool.commonPool(), FailureListener.none());
  }

  /**
   * Creates a transport for custom asynchronous clients that act as different principals, with an
   * executor and a listener for failures that are not service errors.
   *
   * @param service processes the requests
   * @param callers the callers by the access key ids of their credentials, in the Region of the
   *     client that sends a request; copied
   * @param executor processes the requests; the caller shuts it down
   * @param failures receives the failures that the client sees as KMSInternalException
   * @return a transport that processes requests on the executor
   */
  public static SdkAsyncHttpClient asyncHttpClient(
      KmsService service,
      Map<String, Caller> callers,
      Executor executor,
      FailureListener failures) {
    try {
      return InMemoryClients.asyncHttpClient(service, callers, executor, failures);
    } catch (NoClassDefFoundError | NoSuchMethodError e) {
      throw missing(e);
    }
  }

  /** Each method calls another class, which is loaded only then: without the SDK, it cannot be. */
  private static IllegalStateException missing(LinkageError e) {
    return Library.AWS_SDK.missing("a client of the AWS SDK", e);
  }
}
