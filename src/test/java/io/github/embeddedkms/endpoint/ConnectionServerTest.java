package io.github.embeddedkms.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.spy;

import io.github.embeddedkms.local.LocalKeyProvider;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ConnectionServerTest {

  private static final String LIST =
      "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: TrentService.ListKeys\r\n"
          + "Content-Length: 2\r\n\r\n{}";

  private final LocalKeyProvider provider = LocalKeyProvider.inMemory();

  @AfterEach
  void close() {
    provider.close();
  }

  /**
   * The connection asks whether the server is closing when it sends a response and when it becomes
   * idle. The server begins to close just after one of these questions is answered with no.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void close_asAConnectionBecomesIdle_endsTheConnection(int question) throws Exception {
    List<ServerSocket> sockets = ListeningSockets.onLoopback(0);
    ConnectionServer server =
        spy(
            ConnectionServers.create(
                sockets, provider, new MessageMemory(1 << 20), Duration.ofMinutes(1)));
    AtomicInteger asked = new AtomicInteger();
    doAnswer(
            call -> {
              int count = asked.incrementAndGet();
              if (count == question) {
                // What closing does before it waits for the requests in progress.
                server.connections().close().forEach(Connection::closeUnlessBusy);
              }
              return count > question;
            })
        .when(server)
        .isClosing();
    server.start(false);
    try (RawHttp client =
        new RawHttp(URI.create("http://127.0.0.1:" + sockets.get(0).getLocalPort()))) {
      assertThat(client.send(LIST).rest()).startsWith("HTTP/1.1 200 OK\r\n");
    } finally {
      server.close();
    }
    assertThat(asked).hasValue(2);
  }
}
