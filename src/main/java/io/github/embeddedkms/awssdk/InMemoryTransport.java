package io.github.embeddedkms.awssdk;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.wire.RequestCallers;
import io.github.embeddedkms.wire.WireResponse;
import io.github.embeddedkms.wire.WireServer;
import java.util.Arrays;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpRequest;

/** Performs HTTP exchanges without a network. */
final class InMemoryTransport {

  /** The name of the transports, which the SDK writes into the user agent. */
  static final String NAME = "EmbeddedKms";

  /**
   * An HTTP response.
   *
   * @param head the status and headers
   * @param body the body, may be empty
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
  record Exchange(SdkHttpFullResponse head, byte[] body) {}

  private final WireServer wire;
  private final RequestCallers callers;

  InMemoryTransport(WireServer wire, RequestCallers callers) {
    this.wire = wire;
    this.callers = callers;
  }

  /** Processes a request, and wipes its body. */
  Exchange exchange(SdkHttpRequest request, byte[] body) {
    Caller caller =
        callers.of(request.firstMatchingHeader("Authorization").orElse(null), request.host());
    WireResponse answer;
    try {
      answer = wire.answer(request.firstMatchingHeader("X-Amz-Target").orElse(null), body, caller);
    } finally {
      Arrays.fill(body, (byte) 0);
    }
    // The SDK reports the exception after one attempt, because it retries only its own exceptions
    // and those of input and output.
    answer.throwIfClosed();
    SdkHttpFullResponse head =
        SdkHttpFullResponse.builder()
            .statusCode(answer.status())
            .putHeader("Content-Type", WireResponse.CONTENT_TYPE)
            .putHeader("Content-Length", Integer.toString(answer.body().length))
            .putHeader("x-amzn-RequestId", WireResponse.newRequestId())
            .build();
    return new Exchange(head, answer.body());
  }
}
