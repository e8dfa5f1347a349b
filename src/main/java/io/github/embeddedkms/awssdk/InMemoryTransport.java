package io.github.embeddedkms.awssdk;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.wire.SignedCallers;
import io.github.embeddedkms.wire.WireResponse;
import io.github.embeddedkms.wire.WireServer;
import java.util.Arrays;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpRequest;

/** One exchange of HTTP, without the network. */
final class InMemoryTransport {

  /**
   * What came back.
   *
   * @param head status and headers
   * @param body the body, possibly empty
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
  record Exchange(SdkHttpFullResponse head, byte[] body) {}

  private final WireServer wire;
  private final SignedCallers callers;

  InMemoryTransport(WireServer wire, Caller defaultCaller) {
    this.wire = wire;
    this.callers = new SignedCallers(defaultCaller);
  }

  /** Answers a request, and wipes the body it is given. */
  Exchange exchange(SdkHttpRequest request, byte[] body) {
    Caller caller = callers.of(request.firstMatchingHeader("Authorization").orElse(null));
    WireResponse answer;
    try {
      answer = wire.answer(request.firstMatchingHeader("X-Amz-Target").orElse(null), body, caller);
    } finally {
      Arrays.fill(body, (byte) 0);
    }
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
