package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

/**
 * Reads public keys from outside, of every type, in the one encoding that this library writes. JDKs
 * and Bouncy Castle read other encodings too, and some keys that are none: with junk behind them,
 * of points off the curve, or of numbers that are not reduced.
 */
final class PublicKeyReader {

  private static final int MIN_EXPONENT_BITS = 17;
  private static final int MAX_EXPONENT_BITS = 256;

  private PublicKeyReader() {}

  /**
   * Reads a public key, and checks it.
   *
   * @throws IllegalArgumentException if it is another thing than one valid key in that encoding.
   *     The message completes the sentence "The public key is unusable: ..."
   */
  static AsymmetricPublicKey read(Bytes encoded) {
    DerReader whole = new DerReader(encoded.asByteArray());
    DerReader info = whole.enter(DerReader.SEQUENCE);
    whole.requireEnd();
    KeyPairType type = typeOf(info.content(DerReader.SEQUENCE), info.content(DerReader.BIT_STRING));
    byte[] key = KeyEncoding.publicKey(type, encoded);
    KeyFamily.run(
        type,
        () -> {
          check(type, encoded, key);
          return type;
        });
    if (!KeyEncoding.publicKey(type, key).equals(encoded)) {
      throw new IllegalArgumentException("it is not in the expected DER encoding");
    }
    return new AsymmetricPublicKey(type, encoded);
  }

  private static KeyPairType typeOf(byte[] algorithm, byte[] bits) {
    for (KeyPairType type : KeyPairType.values()) {
      boolean sameAlgorithm = Arrays.equals(type.algorithm(), algorithm);
      if (sameAlgorithm
          && (type.family() != KeyPairType.Family.RSA
              || modulus(withoutFirst(bits)).bitLength() == type.size())) {
        return type;
      }
    }
    throw new IllegalArgumentException("its algorithm, curve or length is none that KMS keys have");
  }

  private static byte[] withoutFirst(byte[] bits) {
    return Arrays.copyOfRange(bits, Math.min(1, bits.length), bits.length);
  }

  private static BigInteger modulus(byte[] key) {
    return new DerReader(key).enter(DerReader.SEQUENCE).unsigned();
  }

  private static void check(KeyPairType type, Bytes encoded, byte[] key) {
    switch (type.family()) {
      case RSA -> checkRsa(encoded, key);
      case NIST_CURVE -> {
        CurveEncoding.requireUncompressed(type, key);
        new NistCurveKeys().requirePeer(type, encoded);
      }
      case OTHER_CURVE -> {
        CurveEncoding.requireUncompressed(type, key);
        BouncyCurves.publicKey(type, encoded);
      }
      case ED25519, ML_DSA -> requireLength(type, key);
      case ML_KEM -> {
        requireLength(type, key);
        // Bouncy Castle refuses numbers that are not reduced (FIPS 203, section 7.2).
        new MlKemKeys().encapsulationKey(type, encoded);
      }
    }
  }

  private static void requireLength(KeyPairType type, byte[] key) {
    if (key.length != type.size()) {
      throw new IllegalArgumentException("it has another length than keys of " + type);
    }
  }

  private static void checkRsa(Bytes encoded, byte[] key) {
    DerReader whole = new DerReader(key);
    DerReader numbers = whole.enter(DerReader.SEQUENCE);
    whole.requireEnd();
    BigInteger modulus = numbers.unsigned();
    BigInteger exponent = numbers.unsigned();
    numbers.requireEnd();
    if (!modulus.testBit(0)) {
      throw new IllegalArgumentException("its modulus is not the product of two primes");
    }
    int bits = exponent.bitLength();
    if (!exponent.testBit(0) || bits < MIN_EXPONENT_BITS || bits > MAX_EXPONENT_BITS) {
      throw new IllegalArgumentException(
          "its public exponent is not an odd number from 2^16 to 2^256");
    }
    try {
      JdkAlgorithms.rsaKeyFactory().generatePublic(new X509EncodedKeySpec(encoded.asByteArray()));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("this JVM does not support its public exponent");
    }
  }
}
