package io.github.embeddedkms.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.endpoint.MessageMemory.Reservation;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The time to send a request over TLS. Clients can begin a record and send the rest of it byte by
 * byte. The timeout of a socket limits each byte only, so nothing but the watchdog ends their
 * connections.
 */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class TlsDeadlinesTest {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(1);

  /** Longer than the watchdog waits for a request. */
  private static final Duration LONG_WAIT =
      REQUEST_TIMEOUT.plus(Limits.CLOSE_TIMEOUT).plusMillis(500);

  private static final int MEMORY = 32 << 20;

  /** The size of a body that needs a reservation. */
  private static final int LARGE = 40 << 10;

  private static final String BODY = "{" + " ".repeat(LARGE - 2) + "}";
  private static final String EXPECTATION = "Expect: 100-continue\r\n";

  private final EndpointCertificate certificate = EndpointCertificate.generate(List.of());
  private final LocalKeyProvider provider = LocalKeyProvider.inMemory();

  @AfterEach
  void close() {
    provider.close();
  }

  private static String head(String headers, int length) {
    return "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: TrentService.ListKeys\r\n"
        + headers
        + "Content-Length: "
        + length
        + "\r\n\r\n";
  }

  /** Speaks TLS over a socket that the test can write to as well. */
  private RawHttp secure(Socket plain) throws Exception {
    return new RawHttp(
        TlsClients.trusting(certificate.authorityPem())
            .getSocketFactory()
            .createSocket(plain, "localhost", plain.getPort(), true));
  }

  private static Socket connect(URI url) throws IOException {
    return new Socket(url.getHost(), url.getPort());
  }

  private static void dripUntilClosed(Socket plain) throws IOException {
    OutputStream out = plain.getOutputStream();
    // The header of a record that is 16,401 bytes long.
    out.write(new byte[] {0x17, 3, 3, 0x40, 0x11});
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () -> {
              while (true) {
                out.write('a');
                Thread.sleep(50);
              }
            });
  }

  private KmsEndpoint start() throws IOException {
    return KmsEndpoint.builder(provider)
        .tls(certificate.sslContext())
        .requestTimeout(REQUEST_TIMEOUT)
        .start();
  }

  @Test
  void body_drippingIn_isClosedAfterTheTimeout() throws Exception {
    try (KmsEndpoint endpoint = start();
        Socket plain = connect(endpoint.url());
        RawHttp client = secure(plain)) {
      client.send(head("", 1 << 20));
      dripUntilClosed(plain);
    }
  }

  @Test
  void body_drippingInAfterStatus100_isClosedAfterTheTimeout() throws Exception {
    try (KmsEndpoint endpoint = start();
        Socket plain = connect(endpoint.url());
        RawHttp client = secure(plain)) {
      client.send(head(EXPECTATION, 1 << 20));
      assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      dripUntilClosed(plain);
    }
  }

  /** A server whose memory for large messages is in use by others. */
  private final class FullServer implements AutoCloseable {

    private final MessageMemory memory = new MessageMemory(MEMORY);
    private final Reservation others = memory.reservation();
    private final List<ServerSocket> sockets = ListeningSockets.onLoopback(0);
    private final ConnectionServer server;

    FullServer(Duration waitTimeout) throws IOException {
      assertThat(others.tryRequireForResponse(MEMORY)).isTrue();
      server =
          ConnectionServers.create(
              sockets, provider, memory, waitTimeout, REQUEST_TIMEOUT, certificate.sslContext());
      server.start(false);
    }

    Socket connect() throws IOException {
      return new Socket(sockets.get(0).getInetAddress(), sockets.get(0).getLocalPort());
    }

    @Override
    public void close() {
      server.close();
      others.close();
    }
  }

  @Test
  void memory_notFreeInTime_isReportedToTheClient() throws Exception {
    try (FullServer server = new FullServer(LONG_WAIT);
        RawHttp client = secure(server.connect())) {
      assertThat(client.send(head("", LARGE)).rest())
          .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
          .endsWith("embedded-kms: too many large requests for the last 2500 ms; try again\"}");
    }
  }

  /** The body is large in the head, or turns out to be. */
  @Test
  void memory_freeAfterTheRequestTimeout_serves_andLimitsTheRestOfTheRequest() throws Exception {
    try (FullServer server = new FullServer(Duration.ofMinutes(1));
        RawHttp known = secure(server.connect());
        RawHttp chunked = secure(server.connect());
        Socket plain = server.connect();
        RawHttp dripping = secure(plain)) {
      known.send(head("", LARGE) + BODY);
      chunked.send(
          head("", LARGE).replaceFirst("Content-Length: \\d+", "Transfer-Encoding: chunked")
              + Integer.toHexString(LARGE)
              + "\r\n"
              + BODY
              + "\r\n0\r\n\r\n");
      dripping.send(head("", LARGE));
      TimeUnit.NANOSECONDS.sleep(LONG_WAIT.toNanos());
      server.others.close();
      assertThat(known.response()).startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(chunked.response()).startsWith("HTTP/1.1 200 OK\r\n");
      dripUntilClosed(plain);
    }
  }
}
