package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.SecretBytes;
import java.security.SecureRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The secret of an HMAC key (RFC 2104). No message has the material's id as its MAC: {@link
 * MaterialDerivation} says why.
 *
 * <p>A material that is sealed in a store is {@linkplain #deferred deferred}: its id is known from
 * the beginning, and its bytes are loaded on first use.
 */
public final class HmacMaterial implements Material {

  private HmacMaterial() {}

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
    throw new AssertionError("not built yet");
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
    throw new AssertionError("not built yet");
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
    throw new AssertionError("not built yet");
  }

  @Override
  public Bytes id() {
    throw new AssertionError("not built yet");
  }

  @Override
  public String idAsHex() {
    throw new AssertionError("not built yet");
  }

  /**
   * Returns the algorithm of this material.
   *
   * @return the algorithm
   */
  public MacAlgorithmSpec algorithm() {
    throw new AssertionError("not built yet");
  }

  /**
   * Computes the MAC of a message.
   *
   * @param message the message, of any length
   * @return the MAC, not truncated: 28, 32, 48 or 64 bytes
   * @throws Material.ClosedException if this material is closed
   */
  public Bytes mac(SecretBytes message) {
    throw new AssertionError("not built yet");
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
    throw new AssertionError("not built yet");
  }

  @Override
  public <T extends @Nullable Object, E extends Exception> T lend(
      SecretBytes.Borrower<T, E> borrower) throws E {
    throw new AssertionError("not built yet");
  }

  @Override
  public void close() {
    throw new AssertionError("not built yet");
  }
}
