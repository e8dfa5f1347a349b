package io.github.embeddedkms.x509;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The certificates as OpenSSL reads and verifies them. Skipped where OpenSSL is not installed. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class OpenSslTest {

  private static final SecureRandom RANDOM = new SecureRandom();

  private final List<HostName> names =
      List.of(HostName.of("localhost"), HostName.of("127.0.0.1"), HostName.of("::1"));
  private final CertificateAuthority authority =
      new CertificateAuthority(names, Instant.now(), RANDOM);
  private final KeyPair keys = CertificateAuthority.generateKeys(RANDOM);

  @TempDir private Path folder;

  @BeforeEach
  void requireOpenSsl() {
    String version;
    try {
      version = openSsl("version");
    } catch (IOException | InterruptedException e) {
      version = "not installed: " + e.getMessage();
    }
    Assumptions.assumeTrue(
        version.startsWith("OpenSSL 3"),
        "needs OpenSSL 3 as the program openssl, which is " + version);
  }

  private static String openSsl(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return output + "exit code " + process.waitFor();
  }

  private String verify(X509Certificate server, String... options) throws Exception {
    return verify(authority, server, options);
  }

  private String verify(CertificateAuthority signer, X509Certificate server, String... options)
      throws Exception {
    Path ca = Files.writeString(folder.resolve("ca.pem"), Pem.of(signer.certificate()));
    Path file = Files.writeString(folder.resolve("server.pem"), Pem.of(server));
    List<String> arguments =
        new ArrayList<>(
            List.of("verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", ca.toString()));
    arguments.addAll(List.of(options));
    arguments.add(file.toString());
    return openSsl(arguments.toArray(String[]::new));
  }

  @Test
  void verify_strictly_acceptsEachName() throws Exception {
    X509Certificate server = authority.issue(keys.getPublic());
    assertThat(verify(server, "-verify_hostname", "localhost")).endsWith("OK\nexit code 0");
    assertThat(verify(server, "-verify_ip", "127.0.0.1")).endsWith("OK\nexit code 0");
    assertThat(verify(server, "-verify_ip", "::1")).endsWith("OK\nexit code 0");
    assertThat(verify(server, "-verify_hostname", "other")).contains("hostname mismatch");
    assertThat(verify(server, "-verify_ip", "127.0.0.2")).contains("IP address mismatch");
  }

  @Test
  void verify_otherNameSignedByTheAuthority_isRefused() throws Exception {
    for (String other : List.of("evil.example", "10.0.0.1", "fe80::1")) {
      assertThat(verify(authority.issue(keys.getPublic(), List.of(HostName.of(other)))))
          .contains("permitted subtree violation")
          .endsWith("exit code 2");
    }
  }

  /** Names of a kind that the authority has none of are not permitted either. */
  @Test
  void verify_otherKindOfNameSignedByTheAuthority_isRefused() throws Exception {
    HostName localhost = HostName.of("localhost");
    HostName loopback = HostName.of("127.0.0.1");
    assertThat(verify(List.of(localhost), List.of(localhost))).endsWith("OK\nexit code 0");
    assertThat(verify(List.of(localhost), List.of(localhost, loopback)))
        .contains("excluded subtree violation");
    assertThat(verify(List.of(loopback), List.of(loopback))).endsWith("OK\nexit code 0");
    assertThat(verify(List.of(loopback), List.of(loopback, localhost)))
        .contains("permitted subtree violation");
  }

  private String verify(List<HostName> own, List<HostName> issued) throws Exception {
    CertificateAuthority other = new CertificateAuthority(own, Instant.now(), RANDOM);
    return verify(other, other.issue(keys.getPublic(), issued));
  }

  @Test
  void text_showsTheExtensions() throws Exception {
    Path ca = Files.writeString(folder.resolve("ca.pem"), Pem.of(authority.certificate()));
    assertThat(openSsl("x509", "-noout", "-text", "-in", ca.toString()))
        .contains(
            "Signature Algorithm: ecdsa-with-SHA256",
            "ASN1 OID: prime256v1",
            "X509v3 Basic Constraints: critical\n                CA:TRUE, pathlen:0",
            "X509v3 Key Usage: critical\n                Certificate Sign, CRL Sign",
            "X509v3 Name Constraints: critical",
            "DNS:localhost",
            "IP:127.0.0.1/255.255.255.255")
        .endsWith("exit code 0");
    Path server =
        Files.writeString(folder.resolve("s.pem"), Pem.of(authority.issue(keys.getPublic())));
    assertThat(openSsl("x509", "-noout", "-text", "-in", server.toString()))
        .contains(
            "X509v3 Key Usage: critical\n                Digital Signature",
            "X509v3 Extended Key Usage: \n                TLS Web Server Authentication",
            "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1")
        .endsWith("exit code 0");
  }
}
