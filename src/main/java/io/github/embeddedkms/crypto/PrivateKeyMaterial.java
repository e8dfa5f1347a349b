package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.security.SecureRandom;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The private key of an asymmetric KMS key, and its public key in the clear.
 *
 * <p>A private key that is sealed in a store is {@linkplain #deferred deferred}: its id and its
 * public key are known from the beginning, and the private key is loaded on first use. {@link
 * #publicKey()} and {@link #verify} never load it.
 */
public final class PrivateKeyMaterial implements Material {

  /** The private key as it is stored, and as it signs. */
  private static final class Opened implements Held.Secrets {

    private final KeyPairType type;
    private final SecretBytes encoded;

    /** Created on first use; null after close. */
    private volatile @Nullable SigningKey signingKey;

    Opened(KeyPairType type, SecretBytes encoded) {
      this.type = type;
      this.encoded = encoded;
    }

    byte[] sign(SigningAlgorithmSpec algorithm, MessageType messageType, byte[] message) {
      // Lent during the whole signature, so that close() waits for it.
      return encoded.lend(bytes -> signingKey(bytes).sign(algorithm, messageType, message));
    }

    private SigningKey signingKey(byte[] bytes) {
      SigningKey key = signingKey;
      if (key == null) {
        key = createSigningKey(bytes);
      }
      return key;
    }

    private synchronized SigningKey createSigningKey(byte[] bytes) {
      SigningKey key = signingKey;
      if (key == null) {
        key = KeyFamily.of(type).signingKey(type, bytes);
        signingKey = key;
      }
      return key;
    }

    @Override
    public void close() {
      encoded.close();
      SigningKey key = signingKey;
      signingKey = null;
      if (key != null) {
        key.close();
      }
    }
  }

  private final KeyPairType type;
  private final MaterialId id;
  private final Bytes publicKey;
  private final Held<Opened> held;

  /** Created on first use; several threads may create it, with the same result. */
  private volatile @Nullable VerifyingKey verifyingKey;

  private PrivateKeyMaterial(KeyPairType type, Bytes id, Bytes publicKey, Held<Opened> held) {
    this.type = type;
    this.id = new MaterialId(id);
    this.publicKey = publicKey;
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
    return new PrivateKeyMaterial(type, id, publicKey, Held.opened(new Opened(type, privateKey)));
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

  private static Opened openedBy(
      PrivateKeyMaterial loaded, KeyPairType type, Bytes id, Bytes publicKey) {
    if (!loaded.id().equals(id) || loaded.type != type || !loaded.publicKey.equals(publicKey)) {
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
    return publicKey;
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
    requireAccepted(algorithm, messageType, message);
    return Bytes.fromByteArray(
        KeyFamily.run(
            type,
            () ->
                held.lend(
                    opened -> message.lend(bytes -> opened.sign(algorithm, messageType, bytes)))));
  }

  /**
   * Verifies a signature with the public key. Does not need the private key, and works even if this
   * material is closed.
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
    requireAccepted(algorithm, messageType, message);
    return KeyFamily.run(
        type,
        () ->
            message.lend(
                bytes ->
                    verifyingKey().verify(algorithm, messageType, bytes, signature.asByteArray())));
  }

  private VerifyingKey verifyingKey() {
    VerifyingKey key = verifyingKey;
    if (key == null) {
      key = KeyFamily.of(type).verifyingKey(type, publicKey);
      verifyingKey = key;
    }
    return key;
  }

  /** A signature of another algorithm, or of a digest that is cut off, may give the key away. */
  private void requireAccepted(
      SigningAlgorithmSpec algorithm, MessageType messageType, SecretBytes message) {
    if (!type.signs(algorithm) || !SigningMessages.accepts(algorithm, messageType)) {
      throw new IllegalArgumentException(
          type + " does not sign " + messageType + " by " + algorithm);
    }
    OptionalInt required = SigningMessages.requiredLength(algorithm, messageType);
    if (required.isPresent() && message.length() != required.getAsInt()) {
      throw new IllegalArgumentException(
          messageType
              + " for "
              + algorithm
              + " has "
              + required.getAsInt()
              + " bytes, not "
              + message.length());
    }
  }

  /**
   * Lends the private key to a storage: PKCS #8 as {@link KeyPair} describes it, whose length is
   * below 2500 bytes.
   */
  @Override
  public <T extends @Nullable Object, E extends Exception> T lend(
      SecretBytes.Borrower<T, E> borrower) throws E {
    return held.lend(opened -> opened.encoded.lend(borrower));
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
