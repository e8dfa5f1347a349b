package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The material of a symmetric encryption key, with what is {@linkplain MaterialDerivation derived}
 * from it: its id, and the key that seals blobs.
 *
 * <p>A material that is sealed in a store is {@linkplain #deferred deferred}: it has its id from
 * the beginning, and its bytes from its first use on.
 */
public final class SymmetricMaterial implements Material {

  /** The bytes, and the cipher under the key derived from them. */
  private record Opened(SecretBytes material, BlobCipher blobCipher) implements Held.Secrets {

    @Override
    public void close() {
      blobCipher.close();
      material.close();
    }

    /** No part of a secret is for printing. */
    @Override
    public String toString() {
      return "Opened";
    }
  }

  private final Suite suite;
  private final Bytes id;

  /** Computed when it is first asked for; several threads would compute the same. */
  private @Nullable String idAsHex;

  private final Held<Opened> held;

  private SymmetricMaterial(Suite suite, Bytes id, Held<Opened> held) {
    this.suite = suite;
    this.id = id;
    this.held = held;
  }

  /**
   * Draws new material.
   *
   * @param keyId the id of the KMS key that it will belong to
   * @param suite how it will seal
   * @param random where the material comes from; nonces never do
   * @return the material
   */
  public static SymmetricMaterial generate(String keyId, Suite suite, SecureRandom random) {
    return of(keyId, suite, SecretBytes.filledBy(suite.keyBytes(), random::nextBytes));
  }

  /**
   * Takes material and derives everything from it.
   *
   * @param keyId the id of the KMS key that it belongs to, as in KeyMetadata, not the ARN
   * @param suite how it seals
   * @param material as many bytes as the suite's keys have, owned from now on by the result, which
   *     closes them
   * @return the material
   * @throws IllegalArgumentException if the material has another length
   */
  public static SymmetricMaterial of(String keyId, Suite suite, SecretBytes material) {
    if (material.length() != suite.keyBytes()) {
      throw new IllegalArgumentException(
          "material for "
              + suite
              + " has "
              + suite.keyBytes()
              + " bytes, not "
              + material.length());
    }
    byte[] id = MaterialDerivation.id(material, keyId);
    byte[] blobKey = MaterialDerivation.blobKey(material, suite, id);
    try {
      BlobCipher cipher =
          switch (suite) {
            case XAES_256_GCM -> XaesGcm.of(blobKey);
            case XSM4_GCM -> new Xsm4Gcm(blobKey);
          };
      Held<Opened> opened = Held.opened(new Opened(material, cipher));
      return new SymmetricMaterial(suite, Bytes.fromByteArray(id), opened);
    } finally {
      Arrays.fill(blobKey, (byte) 0);
    }
  }

  /**
   * Stands for material that is kept elsewhere, sealed, until it is used. Its first use asks the
   * source; what the source throws passes through that use, and the next use asks again. Several
   * threads at once may ask, and all but one of the answers are closed.
   *
   * @param id the id of the material
   * @param suite how it seals
   * @param source gives the material of this id and suite, which it has checked: a new object each
   *     time, owned from then on by the result; may take long, and may throw anything
   * @return the material, which has only its id until then
   */
  public static SymmetricMaterial deferred(
      Bytes id, Suite suite, Supplier<SymmetricMaterial> source) {
    return new SymmetricMaterial(suite, id, Held.deferred(() -> taken(source.get(), id, suite)));
  }

  private static Opened taken(SymmetricMaterial given, Bytes id, Suite suite) {
    if (!given.id.equals(id) || given.suite != suite) {
      given.close();
      throw new AssertionError(
          "the source of " + deferred(id, suite, () -> given) + " gave " + given);
    }
    return given.held.get();
  }

  @Override
  public Bytes id() {
    return id;
  }

  @Override
  public String idAsHex() {
    String hex = idAsHex;
    if (hex == null) {
      hex = HexFormat.of().formatHex(id.asByteArray());
      idAsHex = hex;
    }
    return hex;
  }

  /**
   * How this material seals.
   *
   * @return the suite
   */
  public Suite suite() {
    return suite;
  }

  /**
   * Seals under the blob key, with a new nonce.
   *
   * @param plaintext what to seal; is only read
   * @param associatedData what it is bound to
   * @return a 24-byte nonce, the ciphertext and a 16-byte tag
   * @throws Material.ClosedException if this material is closed
   */
  public byte[] seal(SecretBytes plaintext, byte[] associatedData) {
    return held.lend(
        opened -> plaintext.lend(bytes -> opened.blobCipher().seal(bytes, associatedData)));
  }

  /**
   * Opens what {@link #seal} made.
   *
   * @param nonceAndSealed nonce, ciphertext and tag
   * @param associatedData what it is bound to
   * @return the plaintext, to be closed; empty if it is not authentic, for whatever reason
   * @throws Material.ClosedException if this material is closed
   */
  public Optional<SecretBytes> open(byte[] nonceAndSealed, byte[] associatedData) {
    return held.lend(opened -> opened.blobCipher().open(nonceAndSealed, associatedData));
  }

  @Override
  public <T extends @Nullable Object, E extends Exception> T lend(
      SecretBytes.Borrower<T, E> borrower) throws E {
    return held.lend(opened -> opened.material().lend(borrower));
  }

  /**
   * {@inheritDoc}
   *
   * <p>A use that is still loading deferred material fails. The copies of the blob key in the JDK's
   * ciphers cannot be wiped; no thread and no object of this library refers to them any more.
   */
  @Override
  public void close() {
    held.close();
  }

  /** The id, which is no secret; never the material. */
  @Override
  public String toString() {
    return "SymmetricMaterial[" + idAsHex() + "]";
  }
}
