package io.github.embeddedkms.x509;

import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The certificate of a server, issued by a certificate authority that exists for it alone. The
 * private key of the authority is dropped as soon as the certificate is signed.
 *
 * @param authority the certificate of the authority, which clients are to trust
 * @param certificate the certificate of the server
 * @param privateKey the private key of the server, an ECDSA key on P-256
 */
public record ServerCertificate(
    X509Certificate authority, X509Certificate certificate, PrivateKey privateKey) {

  /**
   * Creates an authority and a certificate. Both are valid from one hour before {@code now}, for
   * 397 days.
   *
   * @param hosts one or more DNS names, IPv4 addresses and IPv6 addresses, without ports; the
   *     authority can issue certificates for these, and for names below these, only
   * @param now the current time
   * @param random for keys, signatures and serial numbers
   * @return the certificates and the private key of the server
   * @throws IllegalArgumentException if there is no host, or one is neither a name nor an address
   */
  public static ServerCertificate issue(
      Collection<String> hosts, Instant now, SecureRandom random) {
    if (hosts.isEmpty()) {
      throw new IllegalArgumentException("embedded-kms: a certificate needs at least one host");
    }
    Set<HostName> names = new LinkedHashSet<>();
    hosts.forEach(host -> names.add(HostName.of(host)));
    CertificateAuthority authority = new CertificateAuthority(names, now, random);
    KeyPair keys = CertificateAuthority.generateKeys(random);
    return new ServerCertificate(
        authority.certificate(), authority.issue(keys.getPublic()), keys.getPrivate());
  }

  /** Returns a string with the subject of the authority, without keys. */
  @Override
  public String toString() {
    return "ServerCertificate[authority=" + authority.getSubjectX500Principal() + "]";
  }
}
