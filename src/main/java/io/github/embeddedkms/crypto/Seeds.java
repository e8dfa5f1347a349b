package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.SecretBytes;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * The encodings of private keys of ML-DSA and ML-KEM that contain the seed.
 *
 * <p>Sources: RFC 9881, section 6; RFC 9935, section 6.
 */
final class Seeds {

  /** The tag of the form that has the seed only. */
  private static final int SEED = 0x80;

  private Seeds() {}

  /** Encodes a private key in the seed form, and wipes the seed. */
  static SecretBytes encode(KeyPairType type, byte[] seed) {
    DerWriter writer = new DerWriter();
    int end = writer.mark();
    writer.value(SEED, seed);
    Arrays.fill(seed, (byte) 0);
    return KeyEncoding.privateKey(type, writer, end);
  }

  /**
   * Returns the seed, which the caller wipes, from the seed form, or from the form that has the
   * expanded key too.
   *
   * @param expansion returns the expanded key of a seed
   * @throws IllegalArgumentException if there is no seed, or another seed's expanded key
   */
  static byte[] parse(
      KeyPairType type, byte[] encoded, int length, UnaryOperator<byte[]> expansion) {
    byte[] content = KeyEncoding.privateKey(type, encoded);
    byte[] seed = {};
    try {
      DerReader whole = new DerReader(content);
      if (whole.nextIs(DerReader.SEQUENCE)) {
        DerReader both = whole.enter(DerReader.SEQUENCE);
        seed = required(both, DerReader.OCTET_STRING, length);
        requireExpanded(both.content(DerReader.OCTET_STRING), expansion.apply(seed));
        both.requireEnd();
      } else if (whole.nextIs(SEED)) {
        seed = required(whole, SEED, length);
      } else {
        throw new IllegalArgumentException(
            "it is not in the seed form, the only form that embedded-kms keeps: export the key with"
                + " its seed");
      }
      whole.requireEnd();
      return seed;
    } catch (IllegalArgumentException e) {
      Arrays.fill(seed, (byte) 0);
      throw e;
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private static byte[] required(DerReader reader, int tag, int length) {
    byte[] seed = reader.content(tag);
    if (seed.length != length) {
      Arrays.fill(seed, (byte) 0);
      throw new IllegalArgumentException("its seed has " + seed.length + " bytes, not " + length);
    }
    return seed;
  }

  private static void requireExpanded(byte[] given, byte[] expanded) {
    boolean equal = MessageDigest.isEqual(given, expanded);
    Arrays.fill(given, (byte) 0);
    Arrays.fill(expanded, (byte) 0);
    if (!equal) {
      throw new IllegalArgumentException("its expanded key does not belong to its seed");
    }
  }
}
