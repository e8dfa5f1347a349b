package io.github.embeddedkms.endpoint;

import io.github.embeddedkms.crypto.SystemRandom;
import io.github.embeddedkms.x509.Pem;
import io.github.embeddedkms.x509.ServerCertificate;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * A generated certificate for an endpoint with TLS, and the certificate authority (CA) that issued
 * it. Clients trust the endpoint once they are given the CA.
 *
 * <p>Each call of {@link #generate} creates another CA. Its private key is dropped as soon as the
 * certificate is signed and is never written, and its certificate permits only the hosts of the
 * endpoint. Trusting it therefore lets no other server impersonate any host.
 *
 * <p>To use a certificate of your own, see {@link CertificateFiles}. Immutable, and safe for use by
 * several threads.
 */
public final class EndpointCertificate {

  private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "::1");

  private final SSLContext sslContext;
  private final String authorityPem;

  private EndpointCertificate(SSLContext sslContext, String authorityPem) {
    this.sslContext = sslContext;
    this.authorityPem = authorityPem;
  }

  /**
   * Generates a certificate for {@code localhost}, 127.0.0.1, ::1 and more hosts. It is valid from
   * one hour ago, for 397 days. Keys are ECDSA keys on P-256.
   *
   * @param hosts further names by which clients call the endpoint: host names and IP addresses,
   *     without ports and wildcards; may be empty
   * @return the certificate
   * @throws IllegalArgumentException if one of them is neither a host name nor an IP address
   */
  public static EndpointCertificate generate(Collection<String> hosts) {
    Set<String> all = new LinkedHashSet<>(LOOPBACK);
    all.addAll(hosts);
    SecureRandom random = SystemRandom.create();
    ServerCertificate issued = ServerCertificate.issue(all, Instant.now(), random);
    return new EndpointCertificate(
        ServerTls.context(issued.privateKey(), List.of(issued.certificate()), random),
        Pem.of(issued.authority()));
  }

  /**
   * Returns the context of a server with this certificate. Its servers speak TLS 1.3 and TLS 1.2,
   * unless the security properties of the JVM enable older versions.
   *
   * @return the same context each time
   */
  public SSLContext sslContext() {
    return sslContext;
  }

  /**
   * Returns the certificate of the CA, which clients need in order to trust the endpoint. It is not
   * a secret.
   *
   * @return one certificate in PEM, about 800 characters
   */
  public String authorityPem() {
    return authorityPem;
  }
}
