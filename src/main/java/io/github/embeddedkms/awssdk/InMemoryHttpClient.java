package io.github.embeddedkms.awssdk;

import io.github.embeddedkms.awssdk.InMemoryTransport.Exchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/** A synchronous transport for the SDK that processes requests on the calling thread. */
final class InMemoryHttpClient implements SdkHttpClient {

  private final InMemoryTransport transport;

  InMemoryHttpClient(InMemoryTransport transport) {
    this.transport = transport;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        Exchange exchange = transport.exchange(request.httpRequest(), bodyOf(request));
        return HttpExecuteResponse.builder()
            .response(exchange.head())
            .responseBody(AbortableInputStream.create(new ByteArrayInputStream(exchange.body())))
            .build();
      }

      @Override
      public void abort() {
        // A call that has begun finishes, so that nothing is left half-done.
      }
    };
  }

  private static byte[] bodyOf(HttpExecuteRequest request) throws IOException {
    ContentStreamProvider content = request.contentStreamProvider().orElse(null);
    if (content == null) {
      return new byte[0];
    }
    try (InputStream body = content.newStream()) {
      // If the length is known, read exactly that many bytes instead of first filling a buffer of
      // 16 KiB.
      Optional<String> length = request.httpRequest().firstMatchingHeader("Content-Length");
      return length.isPresent()
          ? body.readNBytes(Integer.parseInt(length.get()))
          : body.readAllBytes();
    }
  }

  @Override
  public String clientName() {
    return InMemoryTransport.NAME;
  }

  @Override
  public void close() {
    // The service belongs to the caller.
  }
}
