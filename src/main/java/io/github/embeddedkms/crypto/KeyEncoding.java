package io.github.embeddedkms.crypto;

import static io.github.embeddedkms.crypto.DerReader.BIT_STRING;
import static io.github.embeddedkms.crypto.DerReader.OCTET_STRING;
import static io.github.embeddedkms.crypto.DerReader.SEQUENCE;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * The frames around keys: PKCS #8 PrivateKeyInfo around private keys, and X.509
 * SubjectPublicKeyInfo around public keys.
 *
 * <p>Sources: RFC 5958; RFC 5280, section 4.1.
 */
final class KeyEncoding {

  /** Attributes of PKCS #8, which are ignored. */
  private static final int ATTRIBUTES = 0xA0;

  /** The public key of PKCS #8, version 1, which is ignored: it is computed. */
  private static final int PUBLIC_KEY = 0x81;

  private KeyEncoding() {}

  /**
   * Writes PKCS #8 around a private key.
   *
   * @param writer has written the content of the OCTET STRING and nothing else, and is wiped
   * @param end the mark before that content
   */
  static SecretBytes privateKey(KeyPairType type, DerWriter writer, int end) {
    writer.header(OCTET_STRING, end);
    writer.value(SEQUENCE, type.algorithm());
    writer.integer(BigInteger.ZERO);
    writer.header(SEQUENCE, end);
    return writer.toSecretBytes();
  }

  /**
   * Reads PKCS #8, version 0 or 1, and returns the content of its OCTET STRING, which the caller
   * wipes.
   *
   * @throws IllegalArgumentException if this is not a private key of the type's algorithm
   */
  static byte[] privateKey(KeyPairType type, byte[] encoded) {
    DerReader whole = new DerReader(encoded);
    DerReader info = whole.enter(SEQUENCE);
    whole.requireEnd();
    if (info.unsigned().bitLength() > 1) {
      throw new IllegalArgumentException("it is not PKCS #8 of version 0 or 1");
    }
    if (!Arrays.equals(info.content(SEQUENCE), type.algorithm())) {
      throw new IllegalArgumentException("its algorithm identifier is not that of " + type);
    }
    byte[] content = info.content(OCTET_STRING);
    if (info.nextIs(ATTRIBUTES)) {
      info.enter(ATTRIBUTES);
    }
    if (info.nextIs(PUBLIC_KEY)) {
      info.enter(PUBLIC_KEY);
    }
    if (!info.isAtEnd()) {
      Arrays.fill(content, (byte) 0);
      info.requireEnd();
    }
    return content;
  }

  /** Writes SubjectPublicKeyInfo around the content of its BIT STRING. */
  static Bytes publicKey(KeyPairType type, byte[] key) {
    DerWriter writer = new DerWriter();
    int end = writer.mark();
    writer.put(key).put((byte) 0).header(BIT_STRING, end);
    writer.value(SEQUENCE, type.algorithm()).header(SEQUENCE, end);
    return Bytes.fromByteArray(writer.toByteArray());
  }

  /**
   * Reads SubjectPublicKeyInfo, and returns the content of its BIT STRING.
   *
   * @throws IllegalArgumentException if this is not a public key of the type's algorithm
   */
  static byte[] publicKey(KeyPairType type, Bytes encoded) {
    DerReader whole = new DerReader(encoded.asByteArray());
    DerReader info = whole.enter(SEQUENCE);
    whole.requireEnd();
    if (!Arrays.equals(info.content(SEQUENCE), type.algorithm())) {
      throw new IllegalArgumentException("its algorithm identifier is not that of " + type);
    }
    byte[] bits = info.content(BIT_STRING);
    info.requireEnd();
    if (bits.length == 0 || bits[0] != 0) {
      throw new IllegalArgumentException("its bits are not whole bytes");
    }
    return Arrays.copyOfRange(bits, 1, bits.length);
  }
}
