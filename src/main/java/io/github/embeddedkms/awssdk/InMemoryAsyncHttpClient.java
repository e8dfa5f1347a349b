package io.github.embeddedkms.awssdk;

import io.github.embeddedkms.awssdk.InMemoryTransport.Exchange;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.utils.BinaryUtils;

/**
 * An asynchronous transport for the SDK that processes requests on an executor. A call that is
 * cancelled before it begins is dropped; a call that has begun finishes.
 */
final class InMemoryAsyncHttpClient implements SdkAsyncHttpClient {

  private final InMemoryTransport transport;
  private final Executor executor;

  InMemoryAsyncHttpClient(InMemoryTransport transport, Executor executor) {
    this.transport = transport;
    this.executor = executor;
  }

  @Override
  public CompletableFuture<Void> execute(AsyncExecuteRequest request) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Body body = new Body();
    request.requestContentPublisher().subscribe(body);
    body.received
        .thenAcceptAsync(
            bytes -> {
              if (!done.isDone()) {
                process(request, bytes);
                done.complete(null);
              }
            },
            executor)
        .exceptionally(
            failure -> {
              if (done.completeExceptionally(failure)) {
                request.responseHandler().onError(failure);
              }
              return null;
            });
    return done;
  }

  private void process(AsyncExecuteRequest request, byte[] body) {
    Exchange exchange = transport.exchange(request.request(), body);
    request.responseHandler().onHeaders(exchange.head());
    // Serves only as a publisher of these bytes, despite its name.
    request.responseHandler().onStream(AsyncRequestBody.fromBytes(exchange.body()));
  }

  @Override
  public String clientName() {
    return InMemoryTransport.NAME;
  }

  @Override
  public void close() {
    // The service and the executor belong to the caller.
  }

  /** Collects the body that the SDK sends. */
  private static final class Body implements Subscriber<ByteBuffer> {

    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> received = new CompletableFuture<>();

    @Override
    public void onSubscribe(Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      collected.writeBytes(BinaryUtils.copyBytesFrom(bytes));
    }

    @Override
    public void onError(Throwable failure) {
      received.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      received.complete(collected.toByteArray());
    }
  }
}
