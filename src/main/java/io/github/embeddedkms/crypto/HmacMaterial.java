package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.SecretBytes;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The secret of an HMAC key (RFC 2104). No message has the material's id as its MAC: {@link
 * MaterialDerivation} says why.
 *
 * <p>A material that is sealed in a store is {@linkplain #deferred deferred}: its id is known from
 * the beginning, and its bytes are loaded on first use.
 */
public final class HmacMaterial implements Material {

  /** The bytes of the material. */
  private record Opened(SecretBytes material) implements Held.Secrets {

    @Override
    public void close() {
      material.close();
    }

    /** Prints no part of a secret. */
    @Override
    public String toString() {
      return "Opened";
    }
  }

  private final MacAlgorithmSpec algorithm;
  private final MaterialId id;
  private final Held<Opened> held;

  private HmacMaterial(MacAlgorithmSpec algorithm, Bytes id, Held<Opened> held) {
    this.algorithm = algorithm;
    this.id = new MaterialId(id);
    this.held = held;
  }

  /**
   * Generates new material, as long as the algorithm's hash: 28, 32, 48 or 64 bytes.
   *
   * @param keyId the id of the KMS key that it will belong to, as in KeyMetadata, not the ARN
   * @param algorithm the algorithm of the key's spec
   * @param random the source of the material
   * @return the material
   */
  public static HmacMaterial generate(
      String keyId, MacAlgorithmSpec algorithm, SecureRandom random) {
    return of(keyId, algorithm, SecretBytes.filledBy(hashBytes(algorithm), random::nextBytes));
  }

  /**
   * Creates a material from its bytes.
   *
   * @param keyId the id of the KMS key that it belongs to, as in KeyMetadata, not the ARN
   * @param algorithm the algorithm of the key's spec
   * @param material from as many bytes as the algorithm's hash has (28, 32, 48 or 64) to as many as
   *     its blocks have (64, 64, 128 or 128); the result takes ownership and closes them
   * @return the material
   * @throws IllegalArgumentException if the material has another length; it is not closed then
   */
  public static HmacMaterial of(String keyId, MacAlgorithmSpec algorithm, SecretBytes material) {
    int length = material.length();
    if (length < hashBytes(algorithm) || length > blockBytes(algorithm)) {
      throw new IllegalArgumentException(
          "material for "
              + algorithm
              + " has "
              + hashBytes(algorithm)
              + " to "
              + blockBytes(algorithm)
              + " bytes, not "
              + length);
    }
    Bytes id = Bytes.fromByteArray(MaterialDerivation.id(material, keyId));
    return new HmacMaterial(algorithm, id, Held.opened(new Opened(material)));
  }

  /**
   * Creates a material whose bytes are kept elsewhere, sealed, until it is used. Its first use
   * calls the source, in the same way as that of {@link SymmetricMaterial#deferred}.
   *
   * @param id the id of the material
   * @param algorithm the algorithm of the key's spec
   * @param source returns the material with this id and algorithm, which it has checked: a new
   *     object each time, owned by the result; may take a long time, and may throw any exception
   * @return the material, which has only its id until its first use
   */
  public static HmacMaterial deferred(
      Bytes id, MacAlgorithmSpec algorithm, Supplier<HmacMaterial> source) {
    return new HmacMaterial(
        algorithm, id, Held.deferred(() -> openedBy(source.get(), id, algorithm)));
  }

  private static Opened openedBy(HmacMaterial loaded, Bytes id, MacAlgorithmSpec algorithm) {
    if (!loaded.id().equals(id) || loaded.algorithm != algorithm) {
      loaded.close();
      throw new AssertionError(
          "the source of " + deferred(id, algorithm, () -> loaded) + " returned " + loaded);
    }
    return loaded.held.get();
  }

  private static int hashBytes(MacAlgorithmSpec algorithm) {
    return switch (algorithm) {
      case HMAC_SHA_224 -> 28;
      case HMAC_SHA_256 -> 32;
      case HMAC_SHA_384 -> 48;
      case HMAC_SHA_512 -> 64;
    };
  }

  private static int blockBytes(MacAlgorithmSpec algorithm) {
    return switch (algorithm) {
      case HMAC_SHA_224, HMAC_SHA_256 -> 64;
      case HMAC_SHA_384, HMAC_SHA_512 -> 128;
    };
  }

  private static String nameOf(MacAlgorithmSpec algorithm) {
    return switch (algorithm) {
      case HMAC_SHA_224 -> "HmacSHA224";
      case HMAC_SHA_256 -> "HmacSHA256";
      case HMAC_SHA_384 -> "HmacSHA384";
      case HMAC_SHA_512 -> "HmacSHA512";
    };
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
   * Returns the algorithm of this material.
   *
   * @return the algorithm
   */
  public MacAlgorithmSpec algorithm() {
    return algorithm;
  }

  /**
   * Computes the MAC of a message.
   *
   * @param message the message, of any length
   * @return the MAC, not truncated: 28, 32, 48 or 64 bytes
   * @throws Material.ClosedException if this material is closed
   */
  public Bytes mac(SecretBytes message) {
    return Bytes.fromByteArray(compute(message));
  }

  /**
   * Verifies a MAC, in a time that does not depend on its bytes.
   *
   * @param message the message, of any length
   * @param mac any bytes
   * @return whether it is the MAC of the message; false for any other length
   * @throws Material.ClosedException if this material is closed
   */
  public boolean verify(SecretBytes message, Bytes mac) {
    return MessageDigest.isEqual(compute(message), mac.asByteArray());
  }

  private byte[] compute(SecretBytes message) {
    return held.lend(
        opened -> message.lend(bytes -> opened.material().lend(key -> compute(key, bytes))));
  }

  private byte[] compute(byte[] key, byte[] message) {
    String name = nameOf(algorithm);
    Mac mac = JdkAlgorithms.mac(name);
    try {
      mac.init(new SecretKeySpec(key, name));
    } catch (InvalidKeyException e) {
      throw new AssertionError("HMAC takes every key that is not empty", e);
    }
    return mac.doFinal(message);
  }

  @Override
  public <T extends @Nullable Object, E extends Exception> T lend(
      SecretBytes.Borrower<T, E> borrower) throws E {
    return held.lend(opened -> opened.material().lend(borrower));
  }

  @Override
  public HmacMaterial copy(String keyId) {
    return lend(bytes -> of(keyId, algorithm, SecretBytes.fromByteArray(bytes)));
  }

  @Override
  public void close() {
    held.close();
  }

  /** Prints the id, which is not secret, and never the material. */
  @Override
  public String toString() {
    return "HmacMaterial[" + algorithm + " " + idAsHex() + "]";
  }
}
