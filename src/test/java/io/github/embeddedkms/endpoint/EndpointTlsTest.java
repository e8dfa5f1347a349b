package io.github.embeddedkms.endpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An endpoint over TLS, with a certificate that {@code keytool} creates. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class EndpointTlsTest {

  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final String HEALTH = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String LIST =
      "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: TrentService.ListKeys\r\n"
          + "Content-Length: 2\r\n\r\n{}";

  @TempDir private static Path folder;
  private static SSLContext tls;
  private static LocalKeyProvider provider;

  @BeforeAll
  static void start() throws Exception {
    Path file = folder.resolve("endpoint.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "endpoint",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    String output = new String(keytool.getInputStream().readAllBytes(), ISO_8859_1);
    assertThat(keytool.waitFor()).as(output).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("endpoint", keys.getCertificate("endpoint"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    tls = SSLContext.getInstance("TLS");
    tls.init(own.getKeyManagers(), trust.getTrustManagers(), null);
    provider = LocalKeyProvider.inMemory();
  }

  @AfterAll
  static void close() {
    provider.close();
  }

  private static RawHttp connect(KmsEndpoint endpoint) throws IOException {
    return new RawHttp(
        tls.getSocketFactory().createSocket(endpoint.url().getHost(), endpoint.url().getPort()));
  }

  @Test
  void client_thatTrustsTheCertificate_isServed() throws Exception {
    HttpClient http = HttpClient.newBuilder().sslContext(tls).build();
    try (KmsEndpoint endpoint = KmsEndpoint.builder(provider).tls(tls).start()) {
      assertThat(endpoint.url().toString()).matches("https://127\\.0\\.0\\.1:\\d+");
      for (int i = 0; i < 3; i++) {
        HttpResponse<String> response =
            http.send(
                HttpRequest.newBuilder(endpoint.url())
                    .header("X-Amz-Target", "TrentService.ListKeys")
                    .POST(BodyPublishers.ofString("{}"))
                    .build(),
                BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"Keys\":[],\"Truncated\":false}");
      }
      HttpClient stranger = HttpClient.newHttpClient();
      assertThatExceptionOfType(SSLHandshakeException.class)
          .isThrownBy(
              () ->
                  stranger.send(
                      HttpRequest.newBuilder(endpoint.url()).build(), BodyHandlers.ofString()));
    }
  }

  @Test
  void connection_continuesAndIsClosed_asWithoutTls() throws Exception {
    try (KmsEndpoint endpoint = KmsEndpoint.builder(provider).tls(tls).start();
        RawHttp client = connect(endpoint)) {
      assertThat(client.send(LIST).response()).startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(client.send(HEALTH).response()).startsWith("HTTP/1.1 200 OK\r\n");
      // The end is announced, so that it cannot be a truncation.
      assertThat(client.send("nonsense\r\n\r\n").rest()).startsWith("HTTP/1.1 400 Bad Request\r\n");
    }
  }

  @Test
  void plainHttp_isClosedWithoutAnHttpResponse() throws IOException {
    try (KmsEndpoint endpoint = KmsEndpoint.builder(provider).tls(tls).start();
        RawHttp client = new RawHttp(endpoint.url())) {
      assertThat(client.send(LIST).restOrReset()).doesNotContain("HTTP/1.1");
    }
  }

  @Test
  void client_slow_isClosedAfterTheTimeout() throws Exception {
    try (KmsEndpoint endpoint =
        KmsEndpoint.builder(provider).tls(tls).idleTimeout(Duration.ofMillis(300)).start()) {
      // One that never begins the handshake, one that sends one byte of it at a time.
      try (RawHttp silent = new RawHttp(endpoint.url());
          RawHttp dripping = new RawHttp(endpoint.url())) {
        // The header of a record that is 16,384 bytes long.
        dripping.send("\u0016\u0003\u0001@\u0000\u0001");
        assertThatExceptionOfType(IOException.class)
            .isThrownBy(
                () -> {
                  while (true) {
                    dripping.send("a");
                    Thread.sleep(50);
                  }
                });
        assertThat(silent.restOrReset()).doesNotContain("HTTP/1.1");
      }
    }
    try (KmsEndpoint endpoint =
            KmsEndpoint.builder(provider).tls(tls).requestTimeout(Duration.ofMillis(300)).start();
        RawHttp begun = connect(endpoint)) {
      assertThat(begun.send("POST / HT").rest()).startsWith("HTTP/1.1 408 Request Timeout\r\n");
    }
  }

  @Test
  void client_thatDoesNotRead_isClosedAfterTheTimeout() {
    // On a busy machine, the request may take longer to arrive than the shorter times.
    assertThat(List.of(1, 5, 20)).anyMatch(this::isClosedToClientThatReadsAfterSeconds);
  }

  private boolean isClosedToClientThatReadsAfterSeconds(int seconds) {
    String body = "{\"KeyId\":\"" + "a".repeat(15 << 20) + "\"}";
    try (KmsEndpoint endpoint =
            KmsEndpoint.builder(provider)
                .tls(tls)
                .maximumBodyBytes(16 << 20)
                .responseTimeout(Duration.ofMillis(300))
                .start();
        RawHttp deaf = connect(endpoint);
        RawHttp other = connect(endpoint)) {
      assertThat(((SSLSocket) deaf.socket()).getSession().isValid()).isTrue();
      deaf.send(
          "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: TrentService.DescribeKey\r\n"
              + "Content-Length: "
              + body.length()
              + "\r\n\r\n"
              + body);
      assertThat(other.send(LIST).response()).startsWith("HTTP/1.1 200 OK\r\n");
      TimeUnit.SECONDS.sleep(seconds);
      try {
        deaf.response();
        return false;
      } catch (SocketTimeoutException e) {
        // It is still open.
        return false;
      } catch (IOException e) {
        return true;
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
