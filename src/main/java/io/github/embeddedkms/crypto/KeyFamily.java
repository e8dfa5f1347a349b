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
  default SigningKey signingKey(KeyPairType type, byte[] encoded) {
    throw unsuitable(type, "sign");
  }

  /** Reads a public key for verifying. The other methods have parameters of the same kinds. */
  default VerifyingKey verifyingKey(KeyPairType type, Bytes encoded) {
    throw unsuitable(type, "sign");
  }

  /** Reads a private key for decrypting. */
  default DecryptionKey decryptionKey(KeyPairType type, byte[] encoded) {
    throw unsuitable(type, "encrypt");
  }

  /** Reads a public key for encrypting. */
  default EncryptionKey encryptionKey(KeyPairType type, Bytes encoded) {
    throw unsuitable(type, "encrypt");
  }

  /**
   * Requires a public key for an agreement: a point of the type's curve. With a point of another
   * curve, the shared secret would give away parts of the private key. The curves have no points of
   * small order.
   *
   * @param encoded X.509 SubjectPublicKeyInfo in DER, strictly, with the algorithm of the type, and
   *     a point that is {@linkplain CurveEncoding#requireUncompressed uncompressed}
   * @throws IllegalArgumentException if it is not a point of the curve
   */
  default void requirePeer(KeyPairType type, Bytes encoded) {
    throw unsuitable(type, "agree on secrets");
  }

  /** Reads a private key for key agreements. */
  default AgreementKey agreementKey(KeyPairType type, byte[] encoded) {
    throw unsuitable(type, "agree on secrets");
  }

  /** Reads a private key for decapsulation. */
  default DecapsulationKey decapsulationKey(KeyPairType type, byte[] encoded) {
    throw unsuitable(type, "encapsulate");
  }

  /** Reads a public key for encapsulation. */
  default EncapsulationKey encapsulationKey(KeyPairType type, Bytes encoded) {
    throw unsuitable(type, "encapsulate");
  }

  private static IllegalArgumentException unsuitable(KeyPairType type, String what) {
    return new IllegalArgumentException(type + " does not " + what);
  }

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
