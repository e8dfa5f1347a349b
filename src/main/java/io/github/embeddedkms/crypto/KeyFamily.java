package io.github.embeddedkms.crypto;

import io.github.embeddedkms.library.Library;
import io.github.embeddedkms.model.Bytes;
import java.security.SecureRandom;
import java.util.function.Supplier;

/**
 * The implementation of the key pairs of one family: RSA, curves of the JDK, and so on. Stateless.
 *
 * <p>Classes of Bouncy Castle are loaded only by the families that need them.
 */
interface KeyFamily {

  /** Generates a key pair, with a private key from the source. */
  KeyPair generate(KeyPairType type, SecureRandom random);

  /**
   * Reads a private key from outside, and encodes it as {@link KeyPair} describes.
   *
   * @param type the type that the key must have
   * @param encoded PKCS #8 in DER
   * @throws IllegalArgumentException if this is not a private key of that type
   */
  KeyPair parse(KeyPairType type, byte[] encoded);

  /**
   * Reads a private key for signing.
   *
   * @param encoded a private key that this family has encoded
   */
  SigningKey signingKey(KeyPairType type, byte[] encoded);

  /**
   * Reads a public key for verifying.
   *
   * @param encoded a public key that this family has encoded
   */
  VerifyingKey verifyingKey(KeyPairType type, Bytes encoded);

  /**
   * Runs work with key pairs of a type.
   *
   * @throws IllegalStateException if it needs Bouncy Castle, which is missing or too old
   */
  static <T> T run(KeyPairType type, Supplier<T> work) {
    try {
      return work.get();
    } catch (NoClassDefFoundError | NoSuchMethodError e) {
      throw Library.BOUNCY_CASTLE.missing(type.toString(), e);
    }
  }

  /** Returns the implementation for a type. */
  static KeyFamily of(KeyPairType type) {
    return switch (type.family()) {
      case RSA -> new RsaKeys();
      case NIST_CURVE -> new NistCurveKeys();
      case OTHER_CURVE -> new OtherCurveKeys();
      case ED25519 -> new Ed25519Keys();
      case ML_DSA -> new MlDsaKeys();
      case ML_KEM -> new MlKemKeys();
    };
  }
}
