package io.github.embeddedkms.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients that begin a TLS record and send the rest of it byte by byte. The timeout of a socket
 * limits each byte only, so nothing but the watchdog ends their connections.
 */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class TlsDeadlinesTest {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(1);
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
}
