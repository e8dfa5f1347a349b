package io.github.embeddedkms.cli.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.github.embeddedkms.cli.store.StoreOptions;
import io.github.embeddedkms.cli.terminal.FailureReport;
import io.github.embeddedkms.endpoint.EndpointCertificate;
import io.github.embeddedkms.endpoint.KmsEndpoint;
import io.github.embeddedkms.local.LocalKeyProvider;
import io.github.embeddedkms.operation.ListKeys;
import io.github.embeddedkms.x509.Pem;
import io.github.embeddedkms.x509.ServerCertificate;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Commands with servers over TLS. The options choose which of them are trusted. */
@Timeout(180) // only against hanging
class TlsTrustTest {

  private static final String NOT_TRUSTED =
      "the certificate of the server was not issued by a trusted CA; --ca-bundle names the file of"
          + " its CA";

  private static final char[] PASSWORD = "password".toCharArray();

  @TempDir private static Path folder;
  private static LocalKeyProvider provider;
  private static KmsEndpoint endpoint;
  private static String url;

  /** The CA of the server, and one that has issued nothing here. */
  private static Path authority;

  private static Path otherAuthority;

  private final Map<String, String> environment =
      new HashMap<>(Map.of("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", "secret"));

  @BeforeAll
  static void start() throws Exception {
    EndpointCertificate certificate = EndpointCertificate.generate(List.of());
    authority = Files.writeString(folder.resolve("ca.pem"), certificate.authorityPem());
    otherAuthority =
        Files.writeString(
            folder.resolve("other.pem"), EndpointCertificate.generate(List.of()).authorityPem());
    provider = LocalKeyProvider.inMemory();
    endpoint = KmsEndpoint.builder(provider).tls(certificate.sslContext()).start();
    url = endpoint.url().toString();
  }

  @AfterAll
  static void stop() {
    endpoint.close();
    provider.close();
  }

  /** Lists the keys with options of a command. */
  private void listKeys(String... arguments) {
    ServiceOptions options = new ServiceOptions(environment::get, new StoreOptions());
    CommandSpec spec = CommandSpec.create();
    spec.addMixin("service", CommandSpec.forAnnotatedObject(options));
    CommandLine command = new CommandLine(spec);
    command.parseArgs(arguments);
    try (ServiceClient client = options.connect(command)) {
      assertThat(client.call(new ListKeys(null, null, null)).keys()).isEmpty();
    }
  }

  /** What a command prints, with its exit code, if listing keys fails. */
  private FailureReport failure(String... arguments) {
    Throwable failure = catchThrowable(() -> listKeys(arguments));
    assertThat(failure).isNotNull();
    return FailureReport.of(failure, "ListKeys");
  }

  private static FailureReport oneLine(String line) {
    return new FailureReport("embedded-kms: " + line + "\n", 255);
  }

  private static FailureReport tlsFailed(String url, String reason) {
    return oneLine("no response from " + url + ": TLS failed: " + reason);
  }

  @Test
  void authority_inTheBundle_isTrusted() throws Exception {
    assertThat(failure("--endpoint-url", url)).isEqualTo(tlsFailed(url, NOT_TRUSTED));
    listKeys("--endpoint-url", url, "--ca-bundle", authority.toString());
    listKeys(
        "--endpoint-url", url.replace("127.0.0.1", "localhost"), "--ca-bundle", "" + authority);
    // As bundles are: several certificates with comments.
    Path bundle =
        Files.writeString(
            folder.resolve("bundle.pem"),
            "# Issuer: another\n"
                + Files.readString(otherAuthority)
                + "\n# Issuer: this one\n"
                + Files.readString(authority)
                + "\n");
    listKeys("--endpoint-url", url, "--ca-bundle", bundle.toString());
    assertThat(failure("--endpoint-url", url, "--ca-bundle", otherAuthority.toString()))
        .isEqualTo(tlsFailed(url, NOT_TRUSTED));
  }

  @Test
  void authority_inTheVariable_isTrusted_unlessAnOptionNamesAnother() {
    environment.put("AWS_CA_BUNDLE", authority.toString());
    listKeys("--endpoint-url", url);
    assertThat(failure("--endpoint-url", url, "--ca-bundle", otherAuthority.toString()))
        .isEqualTo(tlsFailed(url, NOT_TRUSTED));
    environment.put("AWS_CA_BUNDLE", otherAuthority.toString());
    assertThat(failure("--endpoint-url", url)).isEqualTo(tlsFailed(url, NOT_TRUSTED));
    listKeys("--endpoint-url", url, "--ca-bundle", authority.toString());
    environment.put("AWS_CA_BUNDLE", "");
    assertThat(failure("--endpoint-url", url)).isEqualTo(tlsFailed(url, NOT_TRUSTED));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kms.local |   0 | localhost | the certificate of the server is for another host",
        "127.0.0.1 |   0 | localhost | the certificate of the server is for another host",
        "localhost |   0 | 127.0.0.1 | the certificate of the server is for another host",
        "127.0.0.1 | 400 | 127.0.0.1 | the certificate of the server has expired",
        "127.0.0.1 |  -2 | 127.0.0.1 | the certificate of the server is not valid yet",
        "127.0.0.1 |   0 | 127.0.0.1 |"
      })
  void certificate_ofAnotherNameTimeOrCa_isRefused_beforeARequestIsSent(
      String name, int daysAgo, String host, @Nullable String reason) throws Exception {
    ServerCertificate certificate =
        ServerCertificate.issue(
            List.of(name), Instant.now().minus(Duration.ofDays(daysAgo)), new SecureRandom());
    Path bundle =
        reason == null
            ? otherAuthority
            : Files.writeString(folder.resolve("ca-of-one.pem"), Pem.of(certificate.authority()));
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context(certificate)));
    AtomicInteger requests = new AtomicInteger();
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          exchange.close();
        });
    server.start();
    try {
      String other = "https://" + host + ":" + server.getAddress().getPort();
      assertThat(failure("--endpoint-url", other, "--ca-bundle", bundle.toString()))
          .isEqualTo(tlsFailed(other, reason == null ? NOT_TRUSTED : reason));
      assertThat(requests).as("requests that the server has read").hasValue(0);
    } finally {
      server.stop(0);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                  | has no certificate in PEM (-----BEGIN CERTIFICATE-----)",
        "not a certificate                   | is not a PEM file of certificates, or is damaged",
        "-----BEGIN CERTIFICATE-----~AAAA~-----END CERTIFICATE-----~"
            + " | is not a PEM file of certificates, or is damaged",
        "-----BEGIN CERTIFICATE-----~AAAA    | is not a PEM file of certificates, or is damaged"
      })
  void bundle_ofOtherContent_isOneLine(String content, String reason) throws Exception {
    Path bundle =
        Files.writeString(folder.resolve("damaged.pem"), content.replace('~', '\n'), US_ASCII);
    assertThat(failure("--endpoint-url", url, "--ca-bundle", bundle.toString()))
        .isEqualTo(oneLine("the CA bundle " + bundle + " " + reason));
  }

  @Test
  void bundle_unreadable_isOneLine() throws Exception {
    Path missing = folder.resolve("missing.pem");
    FailureReport expected = oneLine("cannot read the CA bundle " + missing + ": no such file");
    assertThat(failure("--endpoint-url", url, "--ca-bundle", missing.toString()))
        .isEqualTo(expected);
    environment.put("AWS_CA_BUNDLE", missing.toString());
    assertThat(failure("--endpoint-url", url)).isEqualTo(expected);
    assertThat(failure("--endpoint-url", url, "--ca-bundle", folder.toString()))
        .isEqualTo(oneLine("cannot read the CA bundle " + folder + ": Is a directory"));
    byte[] pem = Files.readAllBytes(authority);
    Path large = Files.write(folder.resolve("large.pem"), pem);
    Files.writeString(
        large,
        Files.readString(authority) + "\n".repeat(TlsTrust.MAXIMUM_BYTES - pem.length),
        US_ASCII);
    listKeys("--endpoint-url", url, "--ca-bundle", large.toString());
    Files.writeString(large, Files.readString(large) + "\n");
    assertThat(failure("--endpoint-url", url, "--ca-bundle", large.toString()))
        .isEqualTo(oneLine("the CA bundle " + large + " has more than 4 MiB"));
  }

  @Test
  void bundle_urlOfHttp_isNotRead() throws Exception {
    environment.put("AWS_CA_BUNDLE", folder.resolve("missing.pem").toString());
    try (KmsEndpoint plain = KmsEndpoint.start(provider)) {
      listKeys("--endpoint-url", plain.url().toString());
    }
  }

  private static SSLContext context(ServerCertificate certificate) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    Certificate[] chain = {certificate.certificate()};
    keys.setKeyEntry("server", certificate.privateKey(), PASSWORD, chain);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    return context;
  }
}
