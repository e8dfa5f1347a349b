package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The private key of an asymmetric KMS key, and its public key in the clear.
 *
 * <p>A private key that is sealed in a store is {@linkplain #deferred deferred}: its id and its
 * public key are known from the beginning, and the private key is loaded on first use. {@link
 * #publicHalf()} never loads it.
 */
public final class PrivateKeyMaterial implements Material {

  private final KeyPairType type;
  private final MaterialId id;
  private final AsymmetricPublicKey publicHalf;
  private final Held<OpenedPrivateKey> held;

  private PrivateKeyMaterial(
      KeyPairType type, Bytes id, Bytes publicKey, Held<OpenedPrivateKey> held) {
    this.type = type;
    this.id = new MaterialId(id);
    this.publicHalf = new AsymmetricPublicKey(type, publicKey);
    this.held = held;
  }

  /**
   * Generates a key pair. RSA may take seconds: see {@link KeyPair#generate}.
   *
   * @param keyId the id of the KMS key that it will belong to, as in KeyMetadata, not the ARN
   * @param type the type of the key pair
   * @param random the source of the private key, but not of randomness in signatures
   * @return the material
   */
  public static PrivateKeyMaterial generate(String keyId, KeyPairType type, SecureRandom random) {
    return of(keyId, KeyPair.generate(type, random));
  }

  /**
   * Creates a material from a private key that comes from outside: a seed or an import. The key is
   * parsed and encoded again, so that its id does not depend on the program that wrote it, and the
   * public key is computed from it.
   *
   * @param keyId the id of the KMS key that it belongs to, as in KeyMetadata, not the ARN
   * @param type the type that the key must have
   * @param privateKey PKCS #8 in DER; the caller closes it
   * @return the material
   * @throws IllegalArgumentException if this is not one private key of that type. The message is
   *     one line without a prefix, has no part of the key in it, and completes the sentence "The
   *     private key of X is unusable: ..."
   */
  public static PrivateKeyMaterial imported(
      String keyId, KeyPairType type, SecretBytes privateKey) {
    return of(
        keyId,
        KeyFamily.run(type, () -> privateKey.lend(bytes -> KeyFamily.of(type).parse(type, bytes))));
  }

  /**
   * Creates a material from what a storage keeps. Computes the id again; does not parse the keys,
   * which only this class has written.
   *
   * @param keyId the id of the KMS key that it belongs to, as in KeyMetadata, not the ARN
   * @param type the type of the key pair
   * @param publicKey the {@link #publicKey()} of the stored material
   * @param privateKey the bytes that {@link #lend} lent; the result takes ownership and closes them
   * @return the material
   */
  public static PrivateKeyMaterial of(
      String keyId, KeyPairType type, Bytes publicKey, SecretBytes privateKey) {
    Bytes id = Bytes.fromByteArray(MaterialDerivation.id(privateKey, keyId));
    return new PrivateKeyMaterial(
        type, id, publicKey, Held.opened(new OpenedPrivateKey(type, privateKey)));
  }

  /**
   * Creates a material whose private key is kept elsewhere, sealed, until it is used. {@link #sign}
   * and {@link #lend} call the source on first use. If the source throws an exception, that use
   * throws it too, and the next use calls the source again. Several threads may call the source at
   * once; all but one of the results are closed.
   *
   * @param id the id of the material
   * @param type the type of the key pair
   * @param publicKey the public key: X.509 SubjectPublicKeyInfo in DER
   * @param source returns the material with this id, type and public key, which it has checked: a
   *     new object each time, owned by the result; may take a long time, and may throw any
   *     exception
   * @return the material, which has no private key until its first use
   */
  public static PrivateKeyMaterial deferred(
      Bytes id, KeyPairType type, Bytes publicKey, Supplier<PrivateKeyMaterial> source) {
    return new PrivateKeyMaterial(
        type, id, publicKey, Held.deferred(() -> openedBy(source.get(), type, id, publicKey)));
  }

  private static PrivateKeyMaterial of(String keyId, KeyPair pair) {
    return of(keyId, pair.type(), pair.publicKey(), pair.privateKey());
  }

  private static OpenedPrivateKey openedBy(
      PrivateKeyMaterial loaded, KeyPairType type, Bytes id, Bytes publicKey) {
    if (!loaded.id().equals(id) || loaded.type != type || !loaded.publicKey().equals(publicKey)) {
      loaded.close();
      throw new AssertionError(
          "the source of " + deferred(id, type, publicKey, () -> loaded) + " returned " + loaded);
    }
    return loaded.held.get();
  }

  @Override
  public Bytes id() {
    return id.bytes();
  }

  @Override
  public String idAsHex() {
    return id.asHex();
  }

  /**
   * Returns the type of the key pair.
   *
   * @return the type
   */
  public KeyPairType type() {
    return type;
  }

  /**
   * Returns the public key. It is available even after this material was closed.
   *
   * @return X.509 SubjectPublicKeyInfo in DER, not secret
   */
  public Bytes publicKey() {
    return publicHalf.encoded();
  }

  /**
   * Returns the public key for use. It works even after this material was closed.
   *
   * @return the public key, which verifies, encrypts and encapsulates
   */
  public AsymmetricPublicKey publicHalf() {
    return publicHalf;
  }

  /**
   * Signs.
   *
   * @param algorithm an algorithm of the type's key spec, see {@link KeySpecTable.Line#signing}
   * @param messageType a type that the algorithm {@linkplain SigningMessages#accepts accepts}
   * @param message the message or digest, of the {@linkplain SigningMessages#requiredLength
   *     required length}
   * @return the signature: as long as the modulus for RSA; DER of SEQUENCE {r, s} for ECDSA and
   *     SM2, whose length varies; 64 bytes for Ed25519; 2420, 3309 or 4627 bytes for ML-DSA
   * @throws IllegalArgumentException if the algorithm, message type or length is another
   * @throws Material.ClosedException if this material is closed
   */
  public Bytes sign(SigningAlgorithmSpec algorithm, MessageType messageType, SecretBytes message) {
    SigningMessages.requireAccepted(type, algorithm, messageType, message);
    return Bytes.fromByteArray(
        use(
            opened ->
                message.lend(bytes -> opened.signingKey().sign(algorithm, messageType, bytes))));
  }

  /**
   * Decrypts.
   *
   * @param algorithm an algorithm of the type's key spec, see {@link KeySpecTable.Line#encryption}
   * @param ciphertext any bytes, for example from {@link AsymmetricPublicKey#encrypt}
   * @return the plaintext, which the caller closes; empty if the ciphertext is invalid, whatever
   *     the reason is
   * @throws IllegalArgumentException if the algorithm is another
   * @throws Material.ClosedException if this material is closed
   */
  public Optional<SecretBytes> decrypt(EncryptionAlgorithmSpec algorithm, Bytes ciphertext) {
    requireOffered(type.algorithms().encryption().contains(algorithm), "decrypt by " + algorithm);
    return use(
        opened -> {
          byte[] plaintext = opened.decryptionKey().decrypt(algorithm, ciphertext.asByteArray());
          return plaintext == null ? Optional.empty() : Optional.of(secret(plaintext));
        });
  }

  /**
   * Derives a secret that the owner of another key pair derives too, by elliptic curve
   * Diffie-Hellman.
   *
   * @param peer the other public key: X.509 SubjectPublicKeyInfo in DER
   * @return the secret, which the caller closes: the x-coordinate of the shared point, 32, 48 or 66
   *     bytes
   * @throws IllegalArgumentException if the other key is not an uncompressed point of this key's
   *     curve, in that encoding; or if this type does not agree on secrets
   * @throws Material.ClosedException if this material is closed
   */
  public SecretBytes agree(Bytes peer) {
    requirePeer(peer);
    return secret(use(opened -> opened.agreementKey().agree(peer)));
  }

  /**
   * Requires a public key that {@link #agree} takes, without using the private key.
   *
   * @param peer the other public key
   * @throws IllegalArgumentException as in {@code agree}
   */
  public void requirePeer(Bytes peer) {
    requireOffered(!type.algorithms().agreement().isEmpty(), "agree on secrets");
    CurveEncoding.requireUncompressed(type, KeyEncoding.publicKey(type, peer));
    KeyFamily.run(
        type,
        () -> {
          KeyFamily.of(type).requirePeer(type, peer);
          return peer;
        });
  }

  /**
   * Derives the shared secret of a ciphertext of ML-KEM. For an altered ciphertext, or that of
   * another key, it is pseudo-random, and the same each time ("implicit rejection", FIPS 203).
   *
   * @param ciphertext {@link AsymmetricPublicKey#ciphertextLength} bytes
   * @return the secret, 32 bytes, which the caller closes
   * @throws IllegalArgumentException if the ciphertext has another length, or this type does not
   *     encapsulate
   * @throws Material.ClosedException if this material is closed
   */
  public SecretBytes decapsulate(Bytes ciphertext) {
    if (ciphertext.length() != publicHalf.ciphertextLength()) {
      throw new IllegalArgumentException(
          "a ciphertext of " + type + " has " + publicHalf.ciphertextLength() + " bytes");
    }
    return secret(use(opened -> opened.decapsulationKey().decapsulate(ciphertext.asByteArray())));
  }

  private <T> T use(Held.Borrower<OpenedPrivateKey.Lent, T, RuntimeException> borrower) {
    return KeyFamily.run(type, () -> held.lend(opened -> opened.lend(borrower)));
  }

  private void requireOffered(boolean offered, String what) {
    if (!offered) {
      throw new IllegalArgumentException(type + " does not " + what);
    }
  }

  /** Takes over a secret, and wipes the array. */
  private static SecretBytes secret(byte[] bytes) {
    try {
      return SecretBytes.fromByteArray(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /**
   * Lends the private key to a storage: PKCS #8 as {@link KeyPair} describes it, whose length is
   * below 2500 bytes.
   */
  @Override
  public <T extends @Nullable Object, E extends Exception> T lend(
      SecretBytes.Borrower<T, E> borrower) throws E {
    return held.lend(opened -> opened.encoded().lend(borrower));
  }

  @Override
  public PrivateKeyMaterial copy(String keyId) {
    return lend(bytes -> of(keyId, type, publicKey(), SecretBytes.fromByteArray(bytes)));
  }

  @Override
  public void close() {
    held.close();
  }

  /** Prints the type and the id, which are not secret, and never the private key. */
  @Override
  public String toString() {
    return "PrivateKeyMaterial[" + type + " " + idAsHex() + "]";
  }
}
