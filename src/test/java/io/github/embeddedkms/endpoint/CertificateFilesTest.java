package io.github.embeddedkms.endpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.x509.Pem;
import io.github.embeddedkms.x509.ServerCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class CertificateFilesTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final ServerCertificate ISSUED = issuedNow();
  private static final String CERTIFICATE = Pem.of(ISSUED.certificate());
  private static final String AUTHORITY = Pem.of(ISSUED.authority());
  private static final String KEY = block("PRIVATE KEY", ISSUED.privateKey().getEncoded());

  private static ServerCertificate issuedNow() {
    return ServerCertificate.issue(List.of("localhost"), Instant.now(), RANDOM);
  }

  @TempDir private Path folder;

  private static String block(String label, byte[] content) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
        + "\n-----END "
        + label
        + "-----\n";
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private SSLContext read(String certificate, String key) throws IOException {
    return CertificateFiles.sslContext(file("cert.pem", certificate), file("key.pem", key));
  }

  private void refuses(String certificate, String key, String message) {
    assertThatThrownBy(() -> read(certificate, key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("embedded-kms: " + message.replace("FOLDER", folder.toString()));
  }

  /** A handshake with the server, which must present this many certificates. */
  private static void presents(SSLContext context, int certificates) throws Exception {
    try (TlsServer server = new TlsServer(context);
        SSLSocket socket =
            (SSLSocket)
                TlsClients.trustingAnything()
                    .getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.startHandshake();
      assertThat(socket.getSession().getPeerCertificates()).hasSize(certificates);
    }
  }

  @Test
  void sslContext_certificateAndEcKey_areServed() throws Exception {
    presents(read(CERTIFICATE, KEY), 1);
  }

  @Test
  void sslContext_chain_isServed() throws Exception {
    presents(read(CERTIFICATE + AUTHORITY, KEY), 2);
  }

  @Test
  void sslContext_linesAroundTheBlocks_areIgnored() throws Exception {
    String parameters = block("EC PARAMETERS", new byte[] {6, 0});
    presents(
        read(
            "Certificate:\r\n  Data: --\n"
                + CERTIFICATE.replace("\n", "\r\n")
                + "# issuer\n"
                + AUTHORITY,
            parameters + KEY),
        2);
  }

  @Test
  void sslContext_bothInOneFile_areServed() throws Exception {
    Path both = file("both.pem", KEY + CERTIFICATE);
    presents(CertificateFiles.sslContext(both, both), 1);
  }

  @Test
  void sslContext_rsaKeyFromOpenSsl_isServed() throws Exception {
    openSsl(
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=localhost",
        "-keyout",
        "rsa.key",
        "-out",
        "rsa.pem");
    presents(CertificateFiles.sslContext(folder.resolve("rsa.pem"), folder.resolve("rsa.key")), 1);
  }

  /** The advice of each refusal works. */
  @ParameterizedTest
  @CsvSource({
    "pkey -traditional, ' is in SEC1: convert it to PKCS#8 with '",
    "pkcs8 -topk8 -passout pass:secret, ' is encrypted: decrypt it with '"
  })
  void sslContext_otherFormats_areRefusedWithACommandThatConverts(String options, String reason)
      throws Exception {
    file("plain.pem", KEY);
    Path certificate = file("cert.pem", CERTIFICATE);
    Path key = folder.resolve("other.pem");
    openSsl((options + " -in plain.pem -out other.pem").split(" "));
    String command = "openssl pkey -in " + key + " -out key.pem";
    assertThatThrownBy(() -> CertificateFiles.sslContext(certificate, key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("embedded-kms: the private key in " + key + reason + command);
    openSsl((command.replace("openssl ", "") + " -passin pass:secret").split(" "));
    presents(CertificateFiles.sslContext(certificate, folder.resolve("key.pem")), 1);
  }

  private void openSsl(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    Process process;
    try {
      process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    } catch (IOException e) {
      Assumptions.abort("needs openssl, which is not installed");
      return;
    }
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), US_ASCII);
    assertThat(process.waitFor()).as(output).isZero();
  }

  @Test
  void sslContext_keyInAnotherFormat_isRefused() {
    String openssl = "openssl pkey -in FOLDER/key.pem -out key.pem";
    refuses(
        CERTIFICATE,
        block("RSA PRIVATE KEY", new byte[9]),
        "the private key in FOLDER/key.pem is in PKCS#1: convert it to PKCS#8 with " + openssl);
    refuses(
        CERTIFICATE,
        block("EC PRIVATE KEY", new byte[9]),
        "the private key in FOLDER/key.pem is in SEC1: convert it to PKCS#8 with " + openssl);
    refuses(
        CERTIFICATE,
        block("ENCRYPTED PRIVATE KEY", new byte[9]),
        "the private key in FOLDER/key.pem is encrypted: decrypt it with " + openssl);
    refuses(
        CERTIFICATE,
        block("DSA PRIVATE KEY", new byte[9]),
        "the private key in FOLDER/key.pem (DSA PRIVATE KEY) is not in PKCS#8: convert it with "
            + openssl);
    refuses(
        CERTIFICATE,
        block("OPENSSH PRIVATE KEY", new byte[9]),
        "the private key in FOLDER/key.pem is in OpenSSH's format: convert a copy to PKCS#8 with"
            + " ssh-keygen -p -m PKCS8 -f COPY");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"})
  void sslContext_fileWithoutKey_isRefused(String key) {
    refuses(
        CERTIFICATE, key, "FOLDER/key.pem has no private key in PEM (-----BEGIN PRIVATE KEY-----)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "text", "-----BEGIN TRUSTED CERTIFICATE-----"})
  void sslContext_fileWithoutCertificate_isRefused(String certificate) {
    refuses(
        certificate,
        KEY,
        "FOLDER/cert.pem has no certificate in PEM (-----BEGIN CERTIFICATE-----)");
  }

  @Test
  void sslContext_damagedFile_isRefused() {
    refuses(
        CERTIFICATE,
        KEY.replaceFirst("(?s)-----END.*", ""),
        "the private key in FOLDER/key.pem is damaged: the line -----END PRIVATE KEY----- is"
            + " missing");
    refuses(
        CERTIFICATE,
        KEY.replaceFirst("\nM", "\nM!"),
        "the private key in FOLDER/key.pem is damaged: the Base64 is damaged");
    refuses(
        CERTIFICATE.substring(0, 100),
        KEY,
        "a certificate in FOLDER/cert.pem is damaged: the line -----END CERTIFICATE----- is"
            + " missing");
    refuses(
        CERTIFICATE + block("CERTIFICATE", new byte[] {0x30, 0}),
        KEY,
        "a certificate in FOLDER/cert.pem is damaged: it is not X.509");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Ed25519", "DSA"})
  void sslContext_keyOfAnotherKind_isRefused(String algorithm) throws Exception {
    refuses(
        CERTIFICATE,
        block(
            "PRIVATE KEY",
            KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate().getEncoded()),
        "the private key in FOLDER/key.pem is damaged, or is neither an EC key on P-256, P-384 or"
            + " P-521 nor an RSA key");
  }

  @Test
  void sslContext_keyOfAnotherCertificate_isRefused() throws Exception {
    String message =
        "the private key in FOLDER/key.pem does not belong to the first certificate in"
            + " FOLDER/cert.pem";
    ServerCertificate other = ServerCertificate.issue(List.of("kms"), Instant.now(), RANDOM);
    refuses(CERTIFICATE, block("PRIVATE KEY", other.privateKey().getEncoded()), message);
    refuses(
        CERTIFICATE,
        block(
            "PRIVATE KEY",
            KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate().getEncoded()),
        message);
    refuses(AUTHORITY, KEY, message);
  }

  @Test
  void sslContext_chainInWrongOrder_isRefused() {
    refuses(
        AUTHORITY + CERTIFICATE,
        KEY,
        "the certificates in FOLDER/cert.pem are not in order: the server's certificate must be"
            + " the first, and each must be followed by that of its issuer");
  }

  @Test
  void sslContext_hugeFile_isRefused() {
    refuses(
        " ".repeat((1 << 20) + 1),
        KEY,
        "FOLDER/cert.pem has more than 1 MiB, too much for a PEM file");
  }

  @Test
  void sslContext_missingFile_throwsNoSuchFile() {
    assertThatThrownBy(
            () ->
                CertificateFiles.sslContext(
                    file("cert.pem", CERTIFICATE), folder.resolve("missing.pem")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
