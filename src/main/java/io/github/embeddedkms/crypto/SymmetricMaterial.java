package io.github.embeddedkms.crypto;

import io.github.embeddedkms.library.Library;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The material of a symmetric encryption key, with the values {@linkplain MaterialDerivation
 * derived} from it: its id, and the key that seals blobs.
 *
 * <p>A material that is sealed in a store is {@linkplain #deferred deferred}: its id is known from
 * the beginning, and its bytes are loaded on first use.
 */
public final class SymmetricMaterial implements Material {

  private static final byte[] NO_PREFIX = {};

  /** The bytes of the material, and the cipher under the key derived from them. */
  private record Opened(SecretBytes material, BlobCipher blobCipher) implements Held.Secrets {

    @Override
    public void close() {
      blobCipher.close();
      material.close();
    }

    /** Prints no part of a secret. */
    @Override
    public String toString() {
      return "Opened";
    }
  }

  private final Suite suite;
  private final MaterialId id;

  private final Held<Opened> held;

  private SymmetricMaterial(Suite suite, Bytes id, Held<Opened> held) {
    this.suite = suite;
    this.id = new MaterialId(id);
    this.held = held;
  }

  /**
   * Generates new material.
   *
   * @param keyId the id of the KMS key that it will belong to
   * @param suite the suite that it will use
   * @param random the source of the material, but not of nonces
   * @return the material
   */
  public static SymmetricMaterial generate(String keyId, Suite suite, SecureRandom random) {
    return of(keyId, suite, SecretBytes.filledBy(suite.keyBytes(), random::nextBytes));
  }

  /**
   * Creates a material from its bytes.
   *
   * @param keyId the id of the KMS key that it belongs to, as in KeyMetadata, not the ARN
   * @param suite the suite that it uses
   * @param material as many bytes as the suite's keys have; the result takes ownership and closes
   *     them
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
            case XSM4_GCM -> xsm4(blobKey);
          };
      Held<Opened> opened = Held.opened(new Opened(material, cipher));
      return new SymmetricMaterial(suite, Bytes.fromByteArray(id), opened);
    } finally {
      Arrays.fill(blobKey, (byte) 0);
    }
  }

  private static BlobCipher xsm4(byte[] key) {
    try {
      return new Xsm4Gcm(key);
    } catch (NoClassDefFoundError e) {
      throw Library.BOUNCY_CASTLE.missing("SM4", e);
    }
  }

  /**
   * Creates a material whose bytes are kept elsewhere, sealed, until it is used. Its first use
   * calls the source. If the source throws an exception, that use throws it too, and the next use
   * calls the source again. Several threads may call the source at once; all but one of the results
   * are closed.
   *
   * @param id the id of the material
   * @param suite the suite that it uses
   * @param source returns the material with this id and suite, which it has checked: a new object
   *     each time, owned by the result; may take a long time, and may throw any exception
   * @return the material, which has only its id until its first use
   */
  public static SymmetricMaterial deferred(
      Bytes id, Suite suite, Supplier<SymmetricMaterial> source) {
    return new SymmetricMaterial(suite, id, Held.deferred(() -> openedBy(source.get(), id, suite)));
  }

  private static Opened openedBy(SymmetricMaterial loaded, Bytes id, Suite suite) {
    if (!loaded.id().equals(id) || loaded.suite != suite) {
      loaded.close();
      throw new AssertionError(
          "the source of " + deferred(id, suite, () -> loaded) + " returned " + loaded);
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
   * Returns the suite that this material uses.
   *
   * @return the suite
   */
  public Suite suite() {
    return suite;
  }

  /**
   * Seals under the blob key, with a new nonce.
   *
   * @param plaintext the plaintext, which is not modified
   * @param associatedData the data that it is bound to
   * @return a 24-byte nonce, the ciphertext and a 16-byte tag
   * @throws Material.ClosedException if this material is closed
   */
  public byte[] seal(SecretBytes plaintext, byte[] associatedData) {
    return seal(NO_PREFIX, plaintext, associatedData);
  }

  /**
   * Seals under the blob key, with a new nonce, into an array that begins with other bytes.
   *
   * @param prefix the bytes that the result begins with; authenticated only if they are part of the
   *     associated data too
   * @param plaintext the plaintext, which is not modified
   * @param associatedData the data that it is bound to
   * @return the prefix, a 24-byte nonce, the ciphertext and a 16-byte tag
   * @throws Material.ClosedException if this material is closed
   */
  public byte[] seal(byte[] prefix, SecretBytes plaintext, byte[] associatedData) {
    return held.lend(
        opened -> plaintext.lend(bytes -> opened.blobCipher().seal(prefix, bytes, associatedData)));
  }

  /**
   * Draws a secret from the operating system and seals it, as {@link #seal(byte[], SecretBytes,
   * byte[])} does.
   *
   * @param prefix the bytes that the sealed form begins with
   * @param length the number of bytes of the secret, 1 or more
   * @param associatedData the data that it is bound to
   * @return the secret, which the caller closes, and its sealed form
   * @throws Material.ClosedException if this material is closed
   */
  public SealedSecret sealNewSecret(byte[] prefix, int length, byte[] associatedData) {
    return held.lend(opened -> opened.blobCipher().sealNewSecret(prefix, length, associatedData));
  }

  /**
   * Opens the output of {@link #seal(SecretBytes, byte[])}.
   *
   * @param nonceAndSealed nonce, ciphertext and tag
   * @param associatedData the data that it is bound to
   * @return the plaintext, which the caller closes; empty if it is not authentic, for any reason
   * @throws Material.ClosedException if this material is closed
   */
  public Optional<SecretBytes> open(byte[] nonceAndSealed, byte[] associatedData) {
    return open(nonceAndSealed, 0, associatedData);
  }

  /**
   * Opens the output of {@link #seal(byte[], SecretBytes, byte[])}.
   *
   * @param prefixAndSealed prefix, nonce, ciphertext and tag; not modified
   * @param position the length of the prefix, at most that of the array
   * @param associatedData the data that it is bound to
   * @return the plaintext, which the caller closes; empty if it is not authentic, for any reason
   * @throws Material.ClosedException if this material is closed
   */
  public Optional<SecretBytes> open(byte[] prefixAndSealed, int position, byte[] associatedData) {
    return held.lend(opened -> opened.blobCipher().open(prefixAndSealed, position, associatedData));
  }

  @Override
  public <T extends @Nullable Object, E extends Exception> T lend(
      SecretBytes.Borrower<T, E> borrower) throws E {
    return held.lend(opened -> opened.material().lend(borrower));
  }

  @Override
  public SymmetricMaterial copy(String keyId) {
    return lend(bytes -> of(keyId, suite, SecretBytes.fromByteArray(bytes)));
  }

  /**
   * {@inheritDoc}
   *
   * <p>A use that is still loading deferred material fails. The copies of the blob key in the JDK's
   * ciphers cannot be wiped; but no thread or object of this library refers to them any longer.
   */
  @Override
  public void close() {
    held.close();
  }

  /** Prints the id, which is not secret, and never the material. */
  @Override
  public String toString() {
    return "SymmetricMaterial[" + idAsHex() + "]";
  }
}
