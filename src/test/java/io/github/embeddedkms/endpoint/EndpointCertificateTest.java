package io.github.embeddedkms.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes of several clients with a server of the generated certificate. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class EndpointCertificateTest {

  private final EndpointCertificate certificate = EndpointCertificate.generate(List.of("kms.test"));

  @TempDir private Path folder;

  private static HttpResponse<String> get(SSLContext context, String host, int port, String... tls)
      throws Exception {
    HttpClient.Builder client = HttpClient.newBuilder().sslContext(context);
    if (tls.length > 0) {
      client.sslParameters(new SSLParameters(null, tls));
    }
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://" + host + ":" + port + "/")).build();
    return client.build().send(request, BodyHandlers.ofString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1", "[::1]"})
  void java_withTheAuthority_trustsEachLoopbackName(String host) throws Exception {
    try (TlsServer server = new TlsServer(certificate.sslContext())) {
      SSLContext client = TlsClients.trusting(certificate.authorityPem());
      assertThat(get(client, host, server.port()).body()).isEqualTo("ok");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void java_eachSupportedVersion_isSpoken(String version) throws Exception {
    try (TlsServer server = new TlsServer(certificate.sslContext())) {
      HttpResponse<String> response =
          get(TlsClients.trusting(certificate.authorityPem()), "localhost", server.port(), version);
      assertThat(response.sslSession().orElseThrow().getProtocol()).isEqualTo(version);
    }
  }

  @Test
  void java_withAnotherAuthority_refusesTheServer() throws Exception {
    SSLContext other = TlsClients.trusting(EndpointCertificate.generate(List.of()).authorityPem());
    try (TlsServer server = new TlsServer(certificate.sslContext())) {
      assertThatThrownBy(() -> get(other, "localhost", server.port()))
          .isInstanceOf(SSLHandshakeException.class);
      assertThatThrownBy(() -> get(SSLContext.getDefault(), "localhost", server.port()))
          .isInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void java_otherLoopbackAddress_isNotInTheCertificate() throws Exception {
    SSLContext client = TlsClients.trusting(certificate.authorityPem());
    try (TlsServer server = new TlsServer(certificate.sslContext())) {
      assertThatThrownBy(() -> get(client, "127.0.0.2", server.port()))
          .isInstanceOf(SSLHandshakeException.class)
          .hasMessageContaining("No subject alternative names matching IP address 127.0.0.2");
    }
  }

  @Test
  void restrictVersions_allVersionsEnabled_leavesTwo() throws Exception {
    SSLSocket socket = (SSLSocket) certificate.sslContext().getSocketFactory().createSocket();
    socket.setEnabledProtocols(socket.getSupportedProtocols());
    assertThat(socket.getEnabledProtocols()).contains("TLSv1.1");
    ServerTls.restrictVersions(socket);
    assertThat(socket.getEnabledProtocols()).containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
  }

  @Test
  void generate_hosts_areAddedToLoopback() throws Exception {
    try (TlsServer server =
        new TlsServer(EndpointCertificate.generate(List.of("kms", "10.1.2.3")).sslContext())) {
      assertThat(namesOf(server))
          .containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "kms", "10.1.2.3");
    }
  }

  private static List<Object> namesOf(TlsServer server) throws Exception {
    try (SSLSocket socket =
        (SSLSocket)
            TlsClients.trustingAnything()
                .getSocketFactory()
                .createSocket("127.0.0.1", server.port())) {
      socket.startHandshake();
      X509Certificate leaf = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      List<Object> names = new ArrayList<>();
      leaf.getSubjectAlternativeNames().forEach(name -> names.add(name.get(1)));
      return names;
    }
  }

  @Test
  void generate_invalidHost_isRefused() {
    assertThatThrownBy(() -> EndpointCertificate.generate(List.of("*.example")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "embedded-kms: a certificate needs host names or IP addresses, without a port or a"
                + " wildcard, not *.example");
  }

  @Test
  void generate_eachTime_createsAnotherAuthority() {
    assertThat(EndpointCertificate.generate(List.of()).authorityPem())
        .isNotEqualTo(EndpointCertificate.generate(List.of()).authorityPem());
  }

  @Test
  void curl_withTheAuthority_trustsEachName() throws Exception {
    try (TlsServer server = new TlsServer(certificate.sslContext())) {
      for (String host : List.of("localhost", "127.0.0.1", "[::1]")) {
        assertThat(run(Map.of(), "curl", "-gsS", "--cacert", authority(), url(host, server)))
            .isEqualTo("ok");
      }
      assertThat(
              run(
                  Map.of(),
                  "curl",
                  "-gsS",
                  "--cacert",
                  authority(),
                  "--resolve",
                  "kms.test:" + server.port() + ":127.0.0.1",
                  url("kms.test", server)))
          .isEqualTo("ok");
    }
  }

  @Test
  void node_withTheAuthority_trustsEachName() throws Exception {
    try (TlsServer server = new TlsServer(certificate.sslContext())) {
      for (String host : List.of("localhost", "127.0.0.1", "[::1]")) {
        String script =
            "require('https').get('" + url(host, server) + "', r => r.pipe(process.stdout))";
        assertThat(run(Map.of("NODE_EXTRA_CA_CERTS", authority()), "node", "-e", script))
            .isEqualTo("ok");
      }
    }
  }

  /** Since Python 3.13, its default context verifies as strictly as RFC 5280. */
  @Test
  void python_withTheAuthority_trustsEachNameStrictly() throws Exception {
    String script =
        """
        import ssl, sys, urllib.request
        context = ssl.create_default_context(cafile=sys.argv[1])
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        print(urllib.request.urlopen(sys.argv[2], context=context).read().decode(), end='')
        """;
    try (TlsServer server = new TlsServer(certificate.sslContext())) {
      for (String host : List.of("localhost", "127.0.0.1", "[::1]")) {
        assertThat(
                run(
                    Map.of("no_proxy", "*"),
                    "python3",
                    "-c",
                    script,
                    authority(),
                    url(host, server)))
            .isEqualTo("ok");
      }
    }
  }

  private String authority() throws Exception {
    return Files.writeString(folder.resolve("ca.pem"), certificate.authorityPem()).toString();
  }

  private static String url(String host, TlsServer server) {
    return "https://" + host + ":" + server.port() + "/";
  }

  /** Runs a program, and skips the test where it is not installed. */
  private static String run(Map<String, String> environment, String... command) throws Exception {
    try {
      new ProcessBuilder(command[0], "--version").start().destroy();
    } catch (IOException e) {
      Assumptions.abort("needs " + command[0] + ", which is not installed");
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(Duration.ofSeconds(60).toSeconds(), TimeUnit.SECONDS)).isTrue();
    return output;
  }
}
