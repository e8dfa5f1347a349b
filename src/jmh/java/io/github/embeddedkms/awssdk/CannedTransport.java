package io.github.embeddedkms.awssdk;

import io.github.embeddedkms.KmsService;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyRequest;

/**
 * Reads the request as any transport must, and always returns the same response, in new objects as
 * any transport must.
 */
final class CannedTransport implements SdkHttpClient {

  private final SdkHttpResponse head;
  private final byte[] body;

  private CannedTransport(SdkHttpResponse head, byte[] body) {
    this.head = head;
    this.body = body;
  }

  /** Records the response of a service. */
  static CannedTransport of(KmsService service, GenerateDataKeyRequest request) {
    Recorder recorder = new Recorder(AwsSdk.httpClient(service));
    try (KmsClient client = InMemoryClients.client(service, recorder)) {
      client.generateDataKey(request);
    }
    return new CannedTransport(recorder.head, recorder.body);
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        try (InputStream content = request.contentStreamProvider().orElseThrow().newStream()) {
          content.readAllBytes();
        }
        return response(newHead(), body.clone());
      }

      @Override
      public void abort() {}
    };
  }

  private SdkHttpResponse newHead() {
    SdkHttpResponse.Builder builder = SdkHttpResponse.builder().statusCode(head.statusCode());
    head.headers().forEach(builder::putHeader);
    return builder.build();
  }

  private static HttpExecuteResponse response(SdkHttpResponse head, byte[] body) {
    return HttpExecuteResponse.builder()
        .response(head)
        .responseBody(AbortableInputStream.create(new ByteArrayInputStream(body)))
        .build();
  }

  @Override
  public void close() {}

  /** Returns the same for asynchronous clients. It responds on the common pool, as ours does. */
  SdkAsyncHttpClient async() {
    return new Async();
  }

  private final class Async implements SdkAsyncHttpClient {

    @Override
    public CompletableFuture<Void> execute(AsyncExecuteRequest request) {
      CompletableFuture<Void> received = new CompletableFuture<>();
      request.requestContentPublisher().subscribe(new Dropping(received));
      return received.thenRunAsync(
          () -> {
            request.responseHandler().onHeaders(newHead());
            request.responseHandler().onStream(AsyncRequestBody.fromBytes(body.clone()));
          },
          ForkJoinPool.commonPool());
    }

    @Override
    public void close() {}
  }

  /** Reads a body to its end. */
  private record Dropping(CompletableFuture<Void> received) implements Subscriber<ByteBuffer> {

    @Override
    public void onSubscribe(Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer bytes) {}

    @Override
    public void onError(Throwable failure) {
      received.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      received.complete(null);
    }
  }

  /** Keeps the last response. */
  private static final class Recorder implements SdkHttpClient {

    private final SdkHttpClient transport;
    private SdkHttpResponse head;
    private byte[] body;

    Recorder(SdkHttpClient transport) {
      this.transport = transport;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      ExecutableHttpRequest prepared = transport.prepareRequest(request);
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() throws IOException {
          HttpExecuteResponse response = prepared.call();
          head = response.httpResponse();
          body = response.responseBody().orElseThrow().readAllBytes();
          return response(head, body);
        }

        @Override
        public void abort() {
          prepared.abort();
        }
      };
    }

    @Override
    public void close() {}
  }
}
