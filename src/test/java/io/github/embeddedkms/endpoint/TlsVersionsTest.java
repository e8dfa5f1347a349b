package io.github.embeddedkms.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.local.LocalKeyProvider;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The endpoint with a generated certificate. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class TlsVersionsTest {

  private final EndpointCertificate certificate = EndpointCertificate.generate(List.of());

  @Test
  void health_overEachVersionOfTls_isServed() throws Exception {
    try (LocalKeyProvider provider = LocalKeyProvider.inMemory();
        KmsEndpoint endpoint =
            KmsEndpoint.builder(provider).tls(certificate.sslContext()).start()) {
      assertThat(endpoint.url()).hasScheme("https");
      for (String version : List.of("TLSv1.2", "TLSv1.3")) {
        var response =
            HttpClient.newBuilder()
                .sslContext(TlsClients.trusting(certificate.authorityPem()))
                .sslParameters(new SSLParameters(null, new String[] {version}))
                .build()
                .send(
                    HttpRequest.newBuilder(URI.create(endpoint.url() + "/health")).build(),
                    BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.sslSession().orElseThrow().getProtocol()).isEqualTo(version);
      }
    }
  }

  /** Even where the security properties of the JVM enable them, in a process of its own. */
  @Test
  void handshake_oldVersionOfTls_isRefused(@TempDir Path folder) throws Exception {
    Path properties = folder.resolve("security.properties");
    Files.writeString(properties, "jdk.tls.disabledAlgorithms=SSLv3\n");
    Process probe =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.security.properties=" + properties,
                "--class-path",
                System.getProperty("java.class.path"),
                OldTlsProbe.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(output.lines())
        .containsExactly(
            "plain server: TLSv1.1", "endpoint: Received fatal alert: protocol_version");
    assertThat(probe.waitFor()).isZero();
  }

  /** A client of TLS 1.1 that calls an ordinary server of the JDK, and the endpoint. */
  static final class OldTlsProbe {

    private OldTlsProbe() {}

    public static void main(String[] arguments) throws Exception {
      EndpointCertificate certificate = EndpointCertificate.generate(List.of());
      try (TlsServer server = new TlsServer(certificate.sslContext())) {
        System.out.println("plain server: " + handshake(server.port()));
      }
      try (LocalKeyProvider provider = LocalKeyProvider.inMemory();
          KmsEndpoint endpoint =
              KmsEndpoint.builder(provider).tls(certificate.sslContext()).start()) {
        System.out.println("endpoint: " + handshake(endpoint.url().getPort()));
      }
    }

    private static String handshake(int port) throws Exception {
      try (SSLSocket socket =
          (SSLSocket)
              TlsClients.trustingAnything().getSocketFactory().createSocket("127.0.0.1", port)) {
        socket.setEnabledProtocols(new String[] {"TLSv1.1"});
        socket.startHandshake();
        return socket.getSession().getProtocol();
      } catch (SSLException e) {
        // Later versions of the JDK begin with the alert in parentheses.
        return String.valueOf(e.getMessage()).replace("(protocol_version) ", "");
      }
    }
  }
}
