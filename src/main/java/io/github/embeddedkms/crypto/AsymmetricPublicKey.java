package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import org.jspecify.annotations.Nullable;

/**
 * The public key of an asymmetric KMS key, which verifies, encrypts and encapsulates. It needs no
 * private key.
 *
 * <p>Safe for use by several threads, which may parse the key at once on first use, with the same
 * result.
 */
public final class AsymmetricPublicKey {

  private final KeyPairType type;
  private final Bytes encoded;

  private volatile @Nullable VerifyingKey verifyingKey;
  private volatile @Nullable EncryptionKey encryptionKey;
  private volatile @Nullable EncapsulationKey encapsulationKey;

  /**
   * Creates a key, which is parsed on first use.
   *
   * @param type the type of the key
   * @param encoded X.509 SubjectPublicKeyInfo in DER, as this library writes it
   */
  AsymmetricPublicKey(KeyPairType type, Bytes encoded) {
    this.type = type;
    this.encoded = encoded;
  }

  /**
   * Reads a public key from outside, for example one that GetPublicKey returned.
   *
   * @param encoded X.509 SubjectPublicKeyInfo in DER, in the one encoding that RFC 8017, RFC 5480
   *     (named curve, uncompressed point), RFC 8410, RFC 9881 and RFC 9935 give each key
   * @return the key
   * @throws IllegalArgumentException if it is not such a key. The message is one line without a
   *     prefix, and completes the sentence "The public key is unusable: ..."
   * @throws IllegalStateException if the type needs Bouncy Castle, which is missing
   */
  public static AsymmetricPublicKey imported(Bytes encoded) {
    return PublicKeyReader.read(encoded);
  }

  /**
   * Returns the type of the key.
   *
   * @return the type
   */
  public KeyPairType type() {
    return type;
  }

  /**
   * Returns the encoded key.
   *
   * @return X.509 SubjectPublicKeyInfo in DER, not secret
   */
  public Bytes encoded() {
    return encoded;
  }

  /**
   * Verifies a signature.
   *
   * @param algorithm an algorithm of the type's key spec
   * @param messageType a type that the algorithm accepts; may differ from that of signing, if both
   *     denote the same message
   * @param message the message or digest, of the required length
   * @param signature any bytes
   * @return whether the signature is valid; false for bytes that are not a signature at all
   * @throws IllegalArgumentException if the algorithm, message type or length is another
   */
  public boolean verify(
      SigningAlgorithmSpec algorithm,
      MessageType messageType,
      SecretBytes message,
      Bytes signature) {
    SigningMessages.requireAccepted(type, algorithm, messageType, message);
    return KeyFamily.run(
        type,
        () ->
            message.lend(
                bytes ->
                    verifyingKey().verify(algorithm, messageType, bytes, signature.asByteArray())));
  }

  /**
   * Encrypts.
   *
   * @param algorithm an algorithm of the type's key spec
   * @param plaintext 1 to {@link #maxPlaintext} bytes
   * @return the ciphertext, another one each time: as long as the modulus for RSA; DER of SEQUENCE
   *     {x, y, hash, ciphertext} for SM2, whose length varies
   * @throws IllegalArgumentException if the algorithm or the length of the plaintext is another
   */
  public Bytes encrypt(EncryptionAlgorithmSpec algorithm, SecretBytes plaintext) {
    // SM2 has no ciphertext of an empty plaintext: every key stream would consist of zeros only.
    if (plaintext.length() == 0 || plaintext.length() > maxPlaintext(algorithm)) {
      throw new IllegalArgumentException("the plaintext is empty or too long for " + type);
    }
    return KeyFamily.run(
        type,
        () ->
            Bytes.fromByteArray(
                plaintext.lend(bytes -> encryptionKey().encrypt(algorithm, bytes))));
  }

  /**
   * Agrees on a secret with the owner of the private key, by a new key pair for this one agreement
   * (ephemeral-static Diffie-Hellman, NIST SP 800-56A).
   *
   * @return the secret, and the public key of the new pair as a point, uncompressed, from which
   *     {@link PrivateKeyMaterial#agree} derives the same secret
   * @throws IllegalArgumentException if this type does not agree on secrets
   */
  public Encapsulation agreeOnce() {
    try (PrivateKeyMaterial once = PrivateKeyMaterial.generate("", type, SystemRandom.create())) {
      SecretBytes secret = once.agree(encoded);
      return new Encapsulation(secret, Bytes.fromByteArray(pointOf(once.publicKey())));
    }
  }

  private byte[] pointOf(Bytes publicKey) {
    return KeyEncoding.publicKey(type, publicKey);
  }

  /**
   * Encodes a point as a public key, and checks it.
   *
   * @param type the type of a curve
   * @param point a point, uncompressed
   * @return X.509 SubjectPublicKeyInfo in DER
   * @throws IllegalArgumentException if it is not a point of the curve in that form
   */
  public static Bytes encodedPoint(KeyPairType type, byte[] point) {
    return imported(KeyEncoding.publicKey(type, point)).encoded();
  }

  /**
   * Returns how many bytes one ciphertext can encrypt.
   *
   * @param algorithm an algorithm of the type's key spec
   * @return the length in bytes
   * @throws IllegalArgumentException if the algorithm is another
   */
  public int maxPlaintext(EncryptionAlgorithmSpec algorithm) {
    if (!type.algorithms().encryption().contains(algorithm)) {
      throw new IllegalArgumentException(type + " does not encrypt by " + algorithm);
    }
    return KeyFamily.run(type, () -> encryptionKey().maxPlaintext(algorithm));
  }

  /**
   * Creates a shared secret, another one each time, and the ciphertext from which the owner of the
   * private key derives it.
   *
   * @return both
   * @throws IllegalArgumentException if this type does not encapsulate, or this key is not valid
   *     (FIPS 203, section 7.2)
   */
  public Encapsulation encapsulate() {
    return KeyFamily.run(type, () -> encapsulationKey().encapsulate());
  }

  /**
   * Returns the length of the ciphertexts of {@link #encapsulate}.
   *
   * @return the length in bytes
   * @throws IllegalArgumentException if this type does not encapsulate
   */
  public int ciphertextLength() {
    return switch (type) {
      case ML_KEM_512 -> 768;
      case ML_KEM_768 -> 1088;
      case ML_KEM_1024 -> 1568;
      default -> throw new IllegalArgumentException(type + " does not encapsulate");
    };
  }

  private VerifyingKey verifyingKey() {
    VerifyingKey key = verifyingKey;
    if (key == null) {
      key = KeyFamily.of(type).verifyingKey(type, encoded);
      verifyingKey = key;
    }
    return key;
  }

  private EncryptionKey encryptionKey() {
    EncryptionKey key = encryptionKey;
    if (key == null) {
      key = KeyFamily.of(type).encryptionKey(type, encoded);
      encryptionKey = key;
    }
    return key;
  }

  private EncapsulationKey encapsulationKey() {
    EncapsulationKey key = encapsulationKey;
    if (key == null) {
      key = KeyFamily.of(type).encapsulationKey(type, encoded);
      encapsulationKey = key;
    }
    return key;
  }
}
