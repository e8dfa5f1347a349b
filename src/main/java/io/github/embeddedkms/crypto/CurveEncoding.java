package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.SecretBytes;
import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The encodings of keys and signatures of elliptic curves.
 *
 * <p>Sources: RFC 5915 (private keys), SEC 1, section 2.3 (points), RFC 3279, section 2.2.3
 * (signatures).
 */
final class CurveEncoding {

  /** The version of ECPrivateKey. */
  private static final BigInteger VERSION = BigInteger.ONE;

  /** The curve in ECPrivateKey, which the algorithm identifier names as well. */
  private static final int PARAMETERS = 0xA0;

  /** The public key in ECPrivateKey. */
  private static final int PUBLIC_KEY = 0xA1;

  private static final byte UNCOMPRESSED = 4;
  private static final int OBJECT_IDENTIFIER = 0x06;

  /**
   * A private key from outside.
   *
   * @param scalar the private number, which may be out of range
   * @param point the content of the public key's BIT STRING, or null if the private key has none
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Parsed(BigInteger scalar, byte @Nullable [] point) {

    /** Prints no part of a secret. */
    @Override
    public String toString() {
      return "Parsed";
    }
  }

  private CurveEncoding() {}

  /** Encodes a key pair. */
  static KeyPair encode(KeyPairType type, BigInteger scalar, byte[] point) {
    DerWriter writer = new DerWriter();
    int end = writer.mark();
    writer.put(point).put((byte) 0).header(DerReader.BIT_STRING, end).header(PUBLIC_KEY, end);
    byte[] secret = fixed(scalar, type.size());
    writer.value(DerReader.OCTET_STRING, secret);
    Arrays.fill(secret, (byte) 0);
    writer.integer(VERSION).header(DerReader.SEQUENCE, end);
    SecretBytes privateKey = KeyEncoding.privateKey(type, writer, end);
    return new KeyPair(type, privateKey, KeyEncoding.publicKey(type, point));
  }

  /** Encodes a point, uncompressed. */
  static byte[] point(KeyPairType type, BigInteger x, BigInteger y) {
    byte[] point = new byte[1 + 2 * type.size()];
    point[0] = UNCOMPRESSED;
    System.arraycopy(fixed(x, type.size()), 0, point, 1, type.size());
    System.arraycopy(fixed(y, type.size()), 0, point, 1 + type.size(), type.size());
    return point;
  }

  /**
   * Reads a private key.
   *
   * @throws IllegalArgumentException if this is not a private key of the type's curve
   */
  static Parsed parse(KeyPairType type, byte[] encoded) {
    byte[] content = KeyEncoding.privateKey(type, encoded);
    byte[] secret = {};
    try {
      DerReader whole = new DerReader(content);
      DerReader key = whole.enter(DerReader.SEQUENCE);
      whole.requireEnd();
      if (!key.unsigned().equals(VERSION)) {
        throw new IllegalArgumentException("it is not an ECPrivateKey of version 1");
      }
      secret = key.content(DerReader.OCTET_STRING);
      if (key.nextIs(PARAMETERS)) {
        requireCurve(type, key.content(PARAMETERS));
      }
      byte[] point = null;
      if (key.nextIs(PUBLIC_KEY)) {
        DerReader bits = key.enter(PUBLIC_KEY);
        point = bits.content(DerReader.BIT_STRING);
        bits.requireEnd();
      }
      key.requireEnd();
      return new Parsed(new BigInteger(1, secret), point);
    } finally {
      Arrays.fill(secret, (byte) 0);
      Arrays.fill(content, (byte) 0);
    }
  }

  private static void requireCurve(KeyPairType type, byte[] parameters) {
    DerReader algorithm = new DerReader(type.algorithm());
    algorithm.content(OBJECT_IDENTIFIER);
    if (!Arrays.equals(parameters, algorithm.rest())) {
      throw new IllegalArgumentException("it is on another curve than " + type);
    }
  }

  /**
   * Returns whether a signature is in DER, and both of its numbers are in the range from 1 to
   * {@code order - 1}. JDKs that lack this check accept signatures of zeros for every message
   * (CVE-2022-21449).
   */
  static boolean isSignature(byte[] signature, BigInteger order) {
    try {
      DerReader whole = new DerReader(signature);
      DerReader numbers = whole.enter(DerReader.SEQUENCE);
      whole.requireEnd();
      BigInteger r = numbers.unsigned();
      BigInteger s = numbers.unsigned();
      numbers.requireEnd();
      return isInRange(r, order) && isInRange(s, order);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Returns the number {@code r} of a {@linkplain #isSignature signature}. */
  static BigInteger firstNumber(byte[] signature) {
    return new DerReader(signature).enter(DerReader.SEQUENCE).unsigned();
  }

  static boolean isInRange(BigInteger number, BigInteger order) {
    return number.signum() > 0 && number.compareTo(order) < 0;
  }

  /**
   * Requires a point in the uncompressed form. Excludes the point at infinity, and compressed and
   * hybrid points, but not points of other curves.
   *
   * @throws IllegalArgumentException if it has another form
   */
  static void requireUncompressed(KeyPairType type, byte[] point) {
    if (point.length != 1 + 2 * type.size() || point[0] != UNCOMPRESSED) {
      throw new IllegalArgumentException("it is not an uncompressed point of " + type);
    }
  }

  /** Encodes a number in a fixed number of bytes, in which it must fit. */
  static byte[] fixed(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    try {
      int sign = bytes.length > length ? bytes.length - length : 0;
      byte[] fixed = new byte[length];
      int digits = bytes.length - sign;
      System.arraycopy(bytes, sign, fixed, length - digits, digits);
      return fixed;
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
