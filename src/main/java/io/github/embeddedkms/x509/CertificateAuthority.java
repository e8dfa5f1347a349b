package io.github.embeddedkms.x509;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;

/**
 * A certificate authority for the names of one server. Its private key exists only in this object
 * and is never written.
 *
 * <p>Its certificate permits no other names. Programs that enforce the constraints of a trust
 * anchor, as Go and OpenSSL do, accept nothing else from it, even if its key becomes known.
 *
 * <p>Keys are ECDSA keys on P-256, signatures use SHA-256. Source: RFC 5280, section 4.1; RFC 5758,
 * section 3.2.
 */
final class CertificateAuthority {

  private static final byte[] COMMON_NAME = Der.oid("2.5.4.3");
  private static final byte[] SIGNATURE_ALGORITHM = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));

  private static final int VERSION_3 = 2;
  private static final int EXTENSIONS = 3;
  private static final int SERIAL_NUMBER_OCTETS = 20;

  /** For clients whose clock is behind. */
  private static final Duration BEFORE_NOW = Duration.ofHours(1);

  /** Browsers and operating systems refuse certificates of servers that are valid for longer. */
  private static final Duration VALIDITY = Duration.ofDays(397);

  private final Collection<HostName> names;
  private final SecureRandom random;
  private final KeyPair keys;
  private final byte[] subject;
  private final byte[] validity;
  private final X509Certificate certificate;

  /**
   * Creates an authority with a new key.
   *
   * @param names what it may issue certificates for; one or more
   * @param now the time from which, less one hour, its certificates are valid for 397 days
   * @param random for keys, signatures and serial numbers
   */
  CertificateAuthority(Collection<HostName> names, Instant now, SecureRandom random) {
    this.names = names;
    this.random = random;
    this.keys = generateKeys(random);
    byte[] id = Extensions.keyIdentifier(keys.getPublic());
    // Each authority has a name of its own, because some clients look up issuers by name alone.
    this.subject = name("embedded-kms CA " + HexFormat.of().formatHex(id, 0, 4));
    Instant from = now.minus(BEFORE_NOW);
    // Both seconds, the first and the last, belong to the validity.
    this.validity = Der.sequence(Der.time(from), Der.time(from.plus(VALIDITY).minusSeconds(1)));
    this.certificate =
        sign(
            subject,
            keys.getPublic(),
            Extensions.authority(),
            Extensions.keyUsageOfAuthority(),
            Extensions.subjectKeyIdentifier(keys.getPublic()),
            Extensions.nameConstraints(names));
  }

  X509Certificate certificate() {
    return certificate;
  }

  /** Issues the certificate of a server with the names of this authority. */
  X509Certificate issue(PublicKey key) {
    return issue(key, names);
  }

  /** For tests: with other names, as an attacker who knows the private key can. */
  X509Certificate issue(PublicKey key, Collection<HostName> otherNames) {
    return sign(
        name("embedded-kms endpoint"),
        key,
        Extensions.keyUsageOfServer(),
        Extensions.serverAuthentication(),
        Extensions.subjectAlternativeNames(otherNames),
        Extensions.subjectKeyIdentifier(key),
        Extensions.authorityKeyIdentifier(keys.getPublic()));
  }

  static KeyPair generateKeys(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("embedded-kms: this JVM has no ECDSA with P-256", e);
    }
  }

  private X509Certificate sign(byte[] name, PublicKey key, byte[]... extensions) {
    byte[] unsigned =
        Der.sequence(
            Der.explicit(0, Der.integer(VERSION_3)),
            Der.integer(serialNumber()),
            SIGNATURE_ALGORITHM,
            subject,
            validity,
            name,
            key.getEncoded(), // a SubjectPublicKeyInfo
            Der.explicit(EXTENSIONS, Der.sequence(extensions)));
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate(), random);
      signature.update(unsigned);
      byte[] signed = Der.sequence(unsigned, SIGNATURE_ALGORITHM, Der.bitString(signature.sign()));
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(signed));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("embedded-kms: this JVM has no ECDSA with SHA-256", e);
    }
  }

  /** Positive, and never shorter: the first two bits are 0 and 1, all others are random. */
  private BigInteger serialNumber() {
    byte[] octets = new byte[SERIAL_NUMBER_OCTETS];
    random.nextBytes(octets);
    octets[0] = (byte) ((octets[0] & 0x3F) | 0x40);
    return new BigInteger(octets);
  }

  private static byte[] name(String commonName) {
    return Der.sequence(Der.setOf(Der.sequence(COMMON_NAME, Der.utf8String(commonName))));
  }
}
