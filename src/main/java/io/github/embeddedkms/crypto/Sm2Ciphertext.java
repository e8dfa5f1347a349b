package io.github.embeddedkms.crypto;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * A ciphertext of SM2: the coordinates of a point, a hash, and the encrypted plaintext.
 *
 * <p>Programs exchange it as DER: {@code SEQUENCE {INTEGER x, INTEGER y, OCTET STRING hash, OCTET
 * STRING encrypted}}. Bouncy Castle joins the parts without a frame.
 *
 * <p>Sources: GM/T 0009, section 7.2; GB/T 32918.4.
 *
 * @param x the first coordinate, which may be out of range
 * @param y the second coordinate, which may be out of range
 * @param hash the hash of point and plaintext, 32 bytes
 * @param encrypted the encrypted plaintext, of the same length
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Sm2Ciphertext(BigInteger x, BigInteger y, byte[] hash, byte[] encrypted) {

  private static final int HASH_BYTES = 32;

  /**
   * Reads DER.
   *
   * @throws IllegalArgumentException if this is no such SEQUENCE, or too long a number is in it
   */
  static Sm2Ciphertext parse(byte[] der) {
    DerReader whole = new DerReader(der);
    DerReader parts = whole.enter(DerReader.SEQUENCE);
    whole.requireEnd();
    BigInteger x = parts.unsigned();
    BigInteger y = parts.unsigned();
    byte[] hash = parts.content(DerReader.OCTET_STRING);
    byte[] encrypted = parts.content(DerReader.OCTET_STRING);
    parts.requireEnd();
    int fieldBits = 8 * KeyPairType.SM2.size();
    if (hash.length != HASH_BYTES
        || encrypted.length == 0
        || x.bitLength() > fieldBits
        || y.bitLength() > fieldBits) {
      throw new IllegalArgumentException("it is not a ciphertext of SM2");
    }
    return new Sm2Ciphertext(x, y, hash, encrypted);
  }

  /** Takes apart what Bouncy Castle has joined. */
  static Sm2Ciphertext ofBouncyCastle(byte[] joined) {
    int size = KeyPairType.SM2.size();
    int hash = 1 + 2 * size;
    return new Sm2Ciphertext(
        new BigInteger(1, joined, 1, size),
        new BigInteger(1, joined, 1 + size, size),
        Arrays.copyOfRange(joined, hash, hash + HASH_BYTES),
        Arrays.copyOfRange(joined, hash + HASH_BYTES, joined.length));
  }

  /** Joins the parts as Bouncy Castle expects them. */
  byte[] toBouncyCastle() {
    byte[] point = CurveEncoding.point(KeyPairType.SM2, x, y);
    byte[] joined = Arrays.copyOf(point, point.length + HASH_BYTES + encrypted.length);
    System.arraycopy(hash, 0, joined, point.length, HASH_BYTES);
    System.arraycopy(encrypted, 0, joined, point.length + HASH_BYTES, encrypted.length);
    return joined;
  }

  /** Writes DER. */
  byte[] encode() {
    DerWriter writer = new DerWriter();
    int end = writer.mark();
    writer.value(DerReader.OCTET_STRING, encrypted).value(DerReader.OCTET_STRING, hash);
    return writer.integer(y).integer(x).header(DerReader.SEQUENCE, end).toByteArray();
  }
}
