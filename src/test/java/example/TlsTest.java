package example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.embeddedkms.endpoint.EndpointCertificate;
import io.github.embeddedkms.endpoint.KmsEndpoint;
import io.github.embeddedkms.local.LocalKeyProvider;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;

/** The examples of TLS on the page about HTTP: an endpoint, and a client that trusts it. */
class TlsTest {

  @TempDir private Path folder;

  @Test
  void tlsExample_clientThatTrustsTheAuthority_isServed() throws Exception {
    Path caFile = folder.resolve("ca.pem");
    try (LocalKeyProvider provider = LocalKeyProvider.inMemory()) {

      EndpointCertificate certificate = EndpointCertificate.generate(List.of());
      Files.writeString(caFile, certificate.authorityPem());
      try (KmsEndpoint endpoint =
          KmsEndpoint.builder(provider).tls(certificate.sslContext()).start()) {
        ProcessBuilder program = new ProcessBuilder("aws", "kms", "list-keys");
        program.environment().put("AWS_ENDPOINT_URL_KMS", endpoint.url().toString());
        program.environment().put("AWS_CA_BUNDLE", caFile.toString());
        URI url = URI.create(program.environment().get("AWS_ENDPOINT_URL_KMS"));
        assertThat(url).hasScheme("https");
        try (KmsClient kms = client(trusting(caFile), url)) {
          assertThat(kms.listKeys().keys()).isEmpty();
        }
        try (KmsClient stranger = client(KmsClient.builder(), url)) {
          assertThatThrownBy(stranger::listKeys)
              .isInstanceOf(SdkClientException.class)
              .hasMessageContaining("unable to find valid certification path");
        }
      }
    }
  }

  private static KmsClientBuilder trusting(Path caFile) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream pem = Files.newInputStream(caFile)) {
      trusted.setCertificateEntry(
          "embedded-kms", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    KmsClientBuilder kms =
        KmsClient.builder()
            .httpClientBuilder(
                Apache5HttpClient.builder().tlsTrustManagersProvider(trust::getTrustManagers));
    return kms;
  }

  private static KmsClient client(KmsClientBuilder builder, URI url) {
    return builder
        .endpointOverride(url)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "any")))
        .build();
  }
}
