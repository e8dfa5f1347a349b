package io.github.embeddedkms.x509;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.SignatureException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1OctetString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The certificates as the JDK reads and validates them. */
class ServerCertificateTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Instant NOW = Instant.parse("2026-05-06T07:08:09.123Z");
  private static final List<String> HOSTS = List.of("localhost", "kms.example", "127.0.0.1", "::1");

  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  private final ServerCertificate issued = ServerCertificate.issue(HOSTS, NOW, RANDOM);
  private final X509Certificate authority = issued.authority();
  private final X509Certificate server = issued.certificate();

  /** The content of an extension, without the OCTET STRING around it. */
  private static byte[] extension(X509Certificate certificate, String id) {
    return ASN1OctetString.getInstance(certificate.getExtensionValue(id)).getOctets();
  }

  private static void validate(X509Certificate server, X509Certificate authority, Instant at)
      throws Exception {
    validate(List.of(server), new TrustAnchor(authority, null), at);
  }

  /**
   * The JDK ignores the constraints in the certificate of an anchor. With the bare key as its
   * anchor, it reads the authority as the first certificate of the path.
   */
  private static void validateWithConstraints(X509Certificate server, X509Certificate authority)
      throws Exception {
    validate(
        List.of(server, authority),
        new TrustAnchor(authority.getSubjectX500Principal(), authority.getPublicKey(), null),
        NOW);
  }

  private static void validate(List<X509Certificate> path, TrustAnchor anchor, Instant at)
      throws Exception {
    PKIXParameters parameters = new PKIXParameters(Set.of(anchor));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(at));
    CertPathValidator.getInstance("PKIX")
        .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
  }

  @Test
  void server_isValidUnderItsAuthority() {
    assertThatCode(() -> validate(server, authority, NOW)).doesNotThrowAnyException();
  }

  @Test
  void server_underAnotherAuthority_isInvalid() {
    X509Certificate other = ServerCertificate.issue(HOSTS, NOW, RANDOM).authority();
    assertThatThrownBy(() -> validate(server, other, NOW))
        .isInstanceOf(CertPathValidatorException.class);
  }

  @Test
  void validity_isFromOneHourAgoFor397Days() {
    Instant from = Instant.parse("2026-05-06T06:08:09Z");
    for (X509Certificate certificate : List.of(authority, server)) {
      assertThat(certificate.getNotBefore().toInstant()).isEqualTo(from);
      assertThat(certificate.getNotAfter().toInstant())
          .isEqualTo(from.plus(Duration.ofDays(397)).minusSeconds(1));
    }
    assertThatCode(() -> validate(server, authority, from)).doesNotThrowAnyException();
    assertThatThrownBy(() -> validate(server, authority, from.minusSeconds(1)))
        .isInstanceOf(CertPathValidatorException.class);
    assertThatThrownBy(() -> validate(server, authority, from.plus(Duration.ofDays(397))))
        .isInstanceOf(CertPathValidatorException.class);
  }

  @Test
  void validity_beyond2049_isReadBack() throws Exception {
    Instant now = Instant.parse("2049-06-01T00:00:00Z");
    ServerCertificate late = ServerCertificate.issue(HOSTS, now, RANDOM);
    assertThat(late.certificate().getNotAfter().toInstant()).isEqualTo("2050-07-02T22:59:59Z");
    validate(late.certificate(), late.authority(), now);
  }

  @Test
  void authority_isCertificateAuthorityOfOneLevel() throws Exception {
    assertThat(authority.getVersion()).isEqualTo(3);
    assertThat(authority.getBasicConstraints()).isZero();
    assertThat(authority.getKeyUsage())
        .containsExactly(false, false, false, false, false, true, true, false, false);
    assertThat(authority.getExtendedKeyUsage()).isNull();
    assertThat(authority.getSubjectX500Principal().getName())
        .matches("CN=embedded-kms CA [0-9a-f]{8}");
    assertThat(authority.getIssuerX500Principal()).isEqualTo(authority.getSubjectX500Principal());
    assertThat(authority.getCriticalExtensionOIDs())
        .containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19", "2.5.29.30");
    assertThat(authority.getNonCriticalExtensionOIDs()).containsExactly("2.5.29.14");
    authority.verify(authority.getPublicKey());
  }

  @Test
  void server_hasNamesAndUsagesOfAServer() throws Exception {
    assertThat(server.getVersion()).isEqualTo(3);
    assertThat(server.getBasicConstraints()).isEqualTo(-1);
    assertThat(server.getKeyUsage())
        .containsExactly(true, false, false, false, false, false, false, false, false);
    assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(server.getSubjectX500Principal().getName()).isEqualTo("CN=embedded-kms endpoint");
    assertThat(server.getIssuerX500Principal()).isEqualTo(authority.getSubjectX500Principal());
    assertThat(server.getSigAlgName()).isEqualTo("SHA256withECDSA");
    assertThat(server.getCriticalExtensionOIDs()).containsExactly("2.5.29.15");
    assertThat(server.getNonCriticalExtensionOIDs())
        .containsExactlyInAnyOrder("2.5.29.14", "2.5.29.17", "2.5.29.35", "2.5.29.37");
    assertThat(server.getSubjectAlternativeNames())
        .containsExactly(
            List.of(DNS_NAME, "localhost"),
            List.of(DNS_NAME, "kms.example"),
            List.of(IP_ADDRESS, "127.0.0.1"),
            List.of(IP_ADDRESS, "0:0:0:0:0:0:0:1"));
  }

  @Test
  void keyIdentifiers_ofServerAndAuthority_agree() {
    byte[] ofAuthority = ASN1OctetString.getInstance(extension(authority, "2.5.29.14")).getOctets();
    assertThat(ofAuthority).hasSize(20);
    assertThat(extension(server, "2.5.29.35"))
        .isEqualTo(Der.sequence(Der.implicit(0, ofAuthority)));
    assertThat(ASN1OctetString.getInstance(extension(server, "2.5.29.14")).getOctets())
        .hasSize(20)
        .isNotEqualTo(ofAuthority);
  }

  @Test
  void nameConstraints_permitTheHostsOnly() {
    assertThat(extension(authority, "2.5.29.30"))
        .isEqualTo(
            Der.sequence(
                Der.implicitSequence(
                    0,
                    HOSTS.stream()
                        .map(host -> Der.sequence(HostName.of(host).constraint()))
                        .toArray(byte[][]::new))));
  }

  /** With the authority's private key, an attacker can still not impersonate another host. */
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, evil.example",
    "127.0.0.1, 127.0.0.2",
    "127.0.0.1, ::1",
    "::1, 127.0.0.1",
    "localhost, evil.example",
    "localhost, notlocalhost",
    "localhost, 127.0.0.1",
    "localhost, ::1"
  })
  void nameConstraints_otherNameSignedByTheAuthority_isInvalid(String own, String other) {
    CertificateAuthority signer = new CertificateAuthority(List.of(HostName.of(own)), NOW, RANDOM);
    KeyPair keys = CertificateAuthority.generateKeys(RANDOM);
    assertThatCode(
            () -> validateWithConstraints(signer.issue(keys.getPublic()), signer.certificate()))
        .doesNotThrowAnyException();
    X509Certificate forged =
        signer.issue(keys.getPublic(), List.of(HostName.of(own), HostName.of(other)));
    assertThatThrownBy(() -> validateWithConstraints(forged, signer.certificate()))
        .isInstanceOf(CertPathValidatorException.class)
        .hasMessageContaining("name constraints check failed");
  }

  @Test
  void serialNumbers_have20Octets_andArePositiveAndUnique() {
    Set<Object> seen = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      ServerCertificate each = ServerCertificate.issue(List.of("localhost"), NOW, RANDOM);
      for (X509Certificate certificate : List.of(each.authority(), each.certificate())) {
        assertThat(certificate.getSerialNumber()).isPositive();
        assertThat(certificate.getSerialNumber().toByteArray()).hasSize(20);
        seen.add(certificate.getSerialNumber());
      }
    }
    assertThat(seen).hasSize(200);
  }

  @Test
  void authorities_haveNamesOfTheirOwn() {
    Set<String> names =
        Stream.generate(() -> ServerCertificate.issue(List.of("localhost"), NOW, RANDOM))
            .limit(5)
            .map(each -> each.authority().getSubjectX500Principal().getName())
            .collect(Collectors.toSet());
    assertThat(names).hasSize(5);
  }

  /**
   * Every octet counts: the JDK cannot read the altered certificate, or its signature is wrong. The
   * exception is the number of unused bits of the signature, which the JDK does not compare with 0.
   */
  @Test
  void server_anyOctetAltered_isInvalid() throws Exception {
    byte[] encoded = server.getEncoded();
    int unusedBits = encoded.length - server.getSignature().length - 1;
    for (int i = 0; i < encoded.length; i++) {
      if (i == unusedBits) {
        continue;
      }
      byte[] altered = encoded.clone();
      altered[i] ^= 1;
      assertThatThrownBy(() -> parse(altered).verify(authority.getPublicKey()))
          .as("octet " + i)
          .isInstanceOfAny(
              CertificateException.class,
              SignatureException.class,
              InvalidKeyException.class,
              NoSuchAlgorithmException.class);
    }
    for (int length = 0; length < encoded.length; length++) {
      byte[] shortened = Arrays.copyOf(encoded, length);
      assertThatThrownBy(() -> parse(shortened))
          .as("length " + length)
          .isInstanceOf(CertificateException.class);
    }
  }

  private static X509Certificate parse(byte[] encoded) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(encoded));
  }

  @Test
  void pem_isReadBack_andHasLinesOf64Characters() throws Exception {
    String pem = Pem.of(authority);
    assertThat(parse(pem.getBytes(US_ASCII))).isEqualTo(authority);
    List<String> lines = pem.lines().toList();
    assertThat(lines.get(0)).isEqualTo("-----BEGIN CERTIFICATE-----");
    assertThat(lines.get(lines.size() - 1)).isEqualTo("-----END CERTIFICATE-----");
    assertThat(lines.subList(1, lines.size() - 2)).allMatch(line -> line.length() == 64);
    assertThat(pem).endsWith("-----END CERTIFICATE-----\n").doesNotContain("\r", "\n\n");
  }

  @Test
  void issue_sameHostTwice_isNamedOnce() throws Exception {
    ServerCertificate twice =
        ServerCertificate.issue(List.of("localhost", "LOCALHOST", "::1", "0:0::1"), NOW, RANDOM);
    assertThat(twice.certificate().getSubjectAlternativeNames()).hasSize(2);
  }

  @Test
  void issue_withoutHosts_isRefused() {
    assertThatThrownBy(() -> ServerCertificate.issue(List.of(), NOW, RANDOM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("embedded-kms: a certificate needs at least one host");
  }

  @ParameterizedTest
  @ValueSource(strings = {"*.example", "999.1.1.1"})
  void issue_wrongHost_isRefused(String host) {
    assertThatThrownBy(() -> ServerCertificate.issue(List.of(host), NOW, RANDOM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("not " + host);
  }

  @Test
  void toString_hasNoKeys() {
    assertThat(issued.toString())
        .matches("ServerCertificate\\[authority=CN=embedded-kms CA [0-9a-f]{8}]");
  }
}
