package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.security.SecureRandom;

/**
 * A new key pair in the encodings that the service returns for data key pairs, which are also those
 * in which this library stores keys.
 *
 * <p>Private keys are PKCS #8 (RFC 5958, version 0) without attributes:
 *
 * <ul>
 *   <li>RSA: RSAPrivateKey of RFC 8017 with {@code p > q}, and the smallest private exponent.
 *   <li>Curves: ECPrivateKey of RFC 5915 with the public key and without the curve, which the
 *       algorithm identifier names.
 *   <li>Ed25519: the 32 bytes of RFC 8410.
 *   <li>ML-DSA and ML-KEM: the seed, in the seed form of RFC 9881 and RFC 9935; 54 and 86 bytes.
 * </ul>
 *
 * <p>Public keys are X.509 SubjectPublicKeyInfo in DER; the points of curves are uncompressed.
 *
 * <p>Safe for use by several threads.
 *
 * @param type the type
 * @param privateKey the private key, which {@link #close()} wipes
 * @param publicKey the public key
 */
public record KeyPair(KeyPairType type, SecretBytes privateKey, Bytes publicKey)
    implements AutoCloseable {

  /**
   * Generates a key pair. RSA takes long: typically 0.1 s for 2048 bits, 0.5 s for 3072 and 1.5 s
   * for 4096, but several times that now and then. The other types take less than 5 ms. Call this
   * method while holding no lock and no transaction.
   *
   * <p>Numbers that the JDK and Bouncy Castle compute with while they generate an RSA or curve key
   * cannot be wiped; they are garbage when this method returns.
   *
   * @param type the type
   * @param random the source of the private key
   * @return a new key pair, which the caller closes
   */
  public static KeyPair generate(KeyPairType type, SecureRandom random) {
    return KeyFamily.run(type, () -> KeyFamily.of(type).generate(type, random));
  }

  /** Wipes the private key. */
  @Override
  public void close() {
    privateKey.close();
  }
}
