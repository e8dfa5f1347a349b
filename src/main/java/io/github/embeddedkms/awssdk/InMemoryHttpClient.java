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

/** The SDK's synchronous transport: answers on the thread of the call. */
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
        // What has begun finishes: nothing is left half-done.
      }
    };
  }

  private static byte[] bodyOf(HttpExecuteRequest request) throws IOException {
    ContentStreamProvider content = request.contentStreamProvider().orElse(null);
    if (content == null) {
      return new byte[0];
    }
    try (InputStream body = content.newStream()) {
      // Of a length that is known, so many bytes are read, and not a buffer of 16 KiB filled first.
      Optional<String> length = request.httpRequest().firstMatchingHeader("Content-Length");
      return length.isPresent()
          ? body.readNBytes(Integer.parseInt(length.get()))
          : body.readAllBytes();
    }
  }

  @Override
  public String clientName() {
    return "EmbeddedKms";
  }

  @Override
  public void close() {
    // The service belongs to whoever made it.
  }
}
