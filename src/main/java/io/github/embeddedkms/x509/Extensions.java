package io.github.embeddedkms.x509;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * The extensions of certificates.
 *
 * <p>Source: RFC 5280, section 4.2.1; RFC 7093, section 2, for key identifiers.
 */
final class Extensions {

  private static final byte[] SUBJECT_KEY_IDENTIFIER = Der.oid("2.5.29.14");
  private static final byte[] KEY_USAGE = Der.oid("2.5.29.15");
  private static final byte[] SUBJECT_ALTERNATIVE_NAME = Der.oid("2.5.29.17");
  private static final byte[] BASIC_CONSTRAINTS = Der.oid("2.5.29.19");
  private static final byte[] NAME_CONSTRAINTS = Der.oid("2.5.29.30");
  private static final byte[] AUTHORITY_KEY_IDENTIFIER = Der.oid("2.5.29.35");
  private static final byte[] EXTENDED_KEY_USAGE = Der.oid("2.5.29.37");

  private static final byte[] SERVER_AUTHENTICATION = Der.oid("1.3.6.1.5.5.7.3.1");

  private static final int DIGITAL_SIGNATURE = 0;
  private static final int KEY_CERT_SIGN = 5;
  private static final int CRL_SIGN = 6;

  private static final int PERMITTED = 0;
  private static final int EXCLUDED = 1;

  /**
   * No server has a name below this one (RFC 6761, section 6.4). To exclude the empty name would
   * exclude all names too, but the JDK's validation fails on it with a RuntimeException.
   */
  private static final HostName NO_DNS_NAME = HostName.of("invalid");

  private static final byte[] ALL_IPV4_ADDRESSES =
      Der.sequence(Der.implicit(HostName.IP_ADDRESS, new byte[2 * 4]));
  private static final byte[] ALL_IPV6_ADDRESSES =
      Der.sequence(Der.implicit(HostName.IP_ADDRESS, new byte[2 * 16]));

  private static final int KEY_IDENTIFIER_OCTETS = 20;

  private Extensions() {}

  /** A CA that issues no other CAs. */
  static byte[] authority() {
    return critical(BASIC_CONSTRAINTS, Der.sequence(Der.bool(true), Der.integer(0)));
  }

  static byte[] keyUsageOfAuthority() {
    return critical(KEY_USAGE, Der.namedBits(KEY_CERT_SIGN, CRL_SIGN));
  }

  static byte[] keyUsageOfServer() {
    return critical(KEY_USAGE, Der.namedBits(DIGITAL_SIGNATURE));
  }

  static byte[] serverAuthentication() {
    return notCritical(EXTENDED_KEY_USAGE, Der.sequence(SERVER_AUTHENTICATION));
  }

  static byte[] subjectKeyIdentifier(PublicKey key) {
    return notCritical(SUBJECT_KEY_IDENTIFIER, Der.octetString(keyIdentifier(key)));
  }

  static byte[] authorityKeyIdentifier(PublicKey key) {
    return notCritical(AUTHORITY_KEY_IDENTIFIER, Der.sequence(Der.implicit(0, keyIdentifier(key))));
  }

  static byte[] subjectAlternativeNames(Collection<HostName> names) {
    return notCritical(
        SUBJECT_ALTERNATIVE_NAME,
        Der.sequence(names.stream().map(HostName::alternativeName).toArray(byte[][]::new)));
  }

  /**
   * Permits these names only. If a kind had no constraint, all names of that kind would be
   * permitted.
   */
  static byte[] nameConstraints(Collection<HostName> names) {
    List<byte[]> permitted = new ArrayList<>();
    names.forEach(name -> permitted.add(Der.sequence(name.constraint())));
    List<byte[]> subtrees = new ArrayList<>();
    if (names.stream().allMatch(HostName::isAddress)) {
      permitted.add(Der.sequence(NO_DNS_NAME.constraint()));
    }
    subtrees.add(Der.implicitSequence(PERMITTED, permitted.toArray(byte[][]::new)));
    if (names.stream().noneMatch(HostName::isAddress)) {
      subtrees.add(Der.implicitSequence(EXCLUDED, ALL_IPV4_ADDRESSES, ALL_IPV6_ADDRESSES));
    }
    return critical(NAME_CONSTRAINTS, Der.sequence(subtrees.toArray(byte[][]::new)));
  }

  /** The first 160 bits of the SHA-256 of the key: short, unique, and no secret depends on it. */
  static byte[] keyIdentifier(PublicKey key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
      return Arrays.copyOf(hash, KEY_IDENTIFIER_OCTETS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  private static byte[] critical(byte[] id, byte[] value) {
    return Der.sequence(id, Der.bool(true), Der.octetString(value));
  }

  /** DER leaves out the default, which is false. */
  private static byte[] notCritical(byte[] id, byte[] value) {
    return Der.sequence(id, Der.octetString(value));
  }
}
