package io.github.embeddedkms.crypto;

import com.google.crypto.tink.subtle.Hkdf;
import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The secret behind a symmetric encryption key, with what is derived from it:
 *
 * <pre>
 * prk           = HKDF-Extract(salt = "embedded-kms/key-material/v1", ikm = material)
 * KeyMaterialId = HKDF-Expand(prk, "embedded-kms/key-material-id/v1" || key id, 32)
 * blob-key      = HKDF-Expand(prk, "embedded-kms/blob-key/v1" || suite || KeyMaterialId, 32)
 * </pre>
 *
 * <p>The material enters HKDF in the place of the message, under a label: so its id commits to it,
 * is no MAC that anybody else could have asked for, and the same bytes used elsewhere as an AES or
 * HMAC key do not meet ours. The id is always computed from the material here and never believed
 * from outside; therefore a blob that names a material can have been made by no other.
 *
 * <p>Safe for use by several threads. Source: RFC 5869; C2SP XAES-256-GCM.
 */
public final class KeyMaterial implements AutoCloseable {

  /** The length of the material of a key for AES-256, in bytes. */
  public static final int AES_256_BYTES = 32;

  /** The length of a key material id, in bytes. */
  public static final int ID_BYTES = 32;

  /** The suite XAES-256-GCM, as its byte in a blob. */
  public static final byte SUITE_XAES_256_GCM = 0x01;

  private static final String HKDF_HASH = "HMACSHA256";
  private static final byte[] EXTRACT_LABEL = ascii("embedded-kms/key-material/v1");
  private static final byte[] ID_LABEL = ascii("embedded-kms/key-material-id/v1");
  private static final byte[] BLOB_KEY_LABEL = ascii("embedded-kms/blob-key/v1");

  private final SecretBytes material;
  private final Bytes id;
  private final String idAsHex;

  /** Null once this is closed. */
  private volatile @Nullable XaesGcm blobCipher;

  private KeyMaterial(SecretBytes material, byte[] id, XaesGcm blobCipher) {
    this.material = material;
    this.id = Bytes.fromByteArray(id);
    this.idAsHex = HexFormat.of().formatHex(id);
    this.blobCipher = blobCipher;
  }

  /**
   * Draws new material for AES-256.
   *
   * @param keyId the id of the KMS key that it will belong to
   * @param random where the bytes come from
   * @return the material
   */
  public static KeyMaterial generate(String keyId, SecureRandom random) {
    return of(keyId, SecretBytes.filledBy(AES_256_BYTES, random::nextBytes));
  }

  /**
   * Takes material for AES-256 and derives everything from it.
   *
   * @param keyId the id of the KMS key that it belongs to, as in KeyMetadata, not the ARN
   * @param material 32 bytes, owned from now on by the result, which closes them
   * @return the material
   * @throws IllegalArgumentException if it has another length
   */
  public static KeyMaterial of(String keyId, SecretBytes material) {
    if (material.length() != AES_256_BYTES) {
      throw new IllegalArgumentException(
          "material for AES-256 has 32 bytes, not " + material.length());
    }
    byte[] id = material.use(bytes -> derive(bytes, concatenate(ID_LABEL, ascii(keyId))));
    byte[] blobKeyInfo = concatenate(BLOB_KEY_LABEL, new byte[] {SUITE_XAES_256_GCM}, id);
    byte[] blobKey = material.use(bytes -> derive(bytes, blobKeyInfo));
    try {
      return new KeyMaterial(material, id, XaesGcm.of(blobKey));
    } finally {
      Arrays.fill(blobKey, (byte) 0);
    }
  }

  /**
   * The id that names this material among all, and by which a blob finds it.
   *
   * @return 32 bytes, no secret
   */
  public Bytes id() {
    return id;
  }

  /**
   * The id as the service shows it.
   *
   * @return 64 lower-case hexadecimal digits
   */
  public String idAsHex() {
    return idAsHex;
  }

  /**
   * How this material seals.
   *
   * @return the suite's byte in a blob
   */
  public byte suite() {
    return SUITE_XAES_256_GCM;
  }

  /**
   * Seals under the blob key, with a new nonce.
   *
   * @param plaintext what to seal; is only read
   * @param associatedData what it is bound to
   * @return a 24-byte nonce, the ciphertext and a 16-byte tag
   * @throws IllegalStateException if this material is closed
   */
  public byte[] seal(SecretBytes plaintext, byte[] associatedData) {
    XaesGcm cipher = openCipher();
    return plaintext.use(bytes -> cipher.seal(bytes, associatedData));
  }

  /**
   * Opens what {@link #seal} made.
   *
   * @param nonceAndSealed nonce, ciphertext and tag
   * @param associatedData what it is bound to
   * @return the plaintext, to be closed; empty if it is not authentic, for whatever reason
   * @throws IllegalStateException if this material is closed
   */
  public Optional<SecretBytes> open(byte[] nonceAndSealed, byte[] associatedData) {
    return openCipher().open(nonceAndSealed, associatedData);
  }

  /** Wipes the material. A seal or open that has begun finishes; later ones fail. */
  @Override
  public void close() {
    blobCipher = null;
    material.close();
  }

  /** The id, which is no secret; never the material. */
  @Override
  public String toString() {
    return "KeyMaterial[" + idAsHex + "]";
  }

  private XaesGcm openCipher() {
    XaesGcm cipher = blobCipher;
    if (cipher == null) {
      throw new IllegalStateException("the key material is closed");
    }
    return cipher;
  }

  private static byte[] derive(byte[] material, byte[] info) {
    try {
      return Hkdf.computeHkdf(HKDF_HASH, material, EXTRACT_LABEL, info, XaesGcm.KEY_BYTES);
    } catch (GeneralSecurityException e) {
      // Every JDK has HmacSHA256, and 32 bytes are below HKDF's limit.
      throw new AssertionError("HKDF with SHA-256 is missing", e);
    }
  }

  private static byte[] concatenate(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer whole = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      whole.put(part);
    }
    return whole.array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
