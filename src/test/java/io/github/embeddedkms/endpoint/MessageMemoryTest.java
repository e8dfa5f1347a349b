package io.github.embeddedkms.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.endpoint.MessageMemory.Reservation;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class MessageMemoryTest {

  private static final Duration WAIT = Duration.ofMillis(20);

  @Test
  void largeMessages_shareTheMemory_andSmallOnesNeedNone() throws Exception {
    MessageMemory memory = new MessageMemory(1600 << 10);
    try (Reservation other = memory.reservation()) {
      try (Reservation request = memory.reservation()) {
        // 16 times as much while it is processed, which is nearly all.
        request.requireForRequest(99 << 10, WAIT);
        assertThat(other.tryRequireForResponse(33 << 10)).isFalse();
        assertThatExceptionOfType(RequestRefusedException.class)
            .isThrownBy(() -> other.requireForRequest(33 << 10, WAIT))
            .withMessage("too many large requests for the last 20 ms; try again");
        assertThat(other.tryRequireForResponse(MessageMemory.SMALL)).isTrue();
        assertThat(other.requireForRequest(MessageMemory.SMALL, WAIT)).isZero();
        assertThat(request.tryRequireForResponse(1500 << 10))
            .as("a response takes the place of its request")
            .isTrue();
      }
      assertThat(other.tryRequireForResponse(1600 << 10)).as("all is free again").isTrue();
    }
  }

  /** Its request is of a few bytes, so the memory for requests does not limit it. */
  @Test
  void pageOfAListing_withoutMemory_isRefused() throws Exception {
    String list =
        "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: TrentService.ListKeys\r\n"
            + "Content-Length: 14\r\n\r\n{\"Limit\":1000}";
    MessageMemory memory = new MessageMemory(100 << 10);
    List<ServerSocket> sockets = ListeningSockets.onLoopback(0);
    try (LocalKeyProvider provider = LocalKeyProvider.inMemory()) {
      for (int i = 0; i < 300; i++) {
        provider.createKey(key -> {});
      }
      ConnectionServer server = ConnectionServers.create(sockets, provider, memory, WAIT);
      server.start(false);
      URI url = URI.create("http://127.0.0.1:" + sockets.get(0).getLocalPort());
      try (RawHttp client = new RawHttp(url)) {
        try (Reservation unread = memory.reservation()) {
          assertThat(unread.tryRequireForResponse(80 << 10)).isTrue();
          assertThat(client.send(list).response())
              .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
              .endsWith("embedded-kms: too many large responses are being sent; try again\"}");
        }
        String page = client.send(list).response();
        assertThat(page).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(page.length()).isGreaterThan(MessageMemory.SMALL);
      } finally {
        server.close();
      }
    }
  }
}
