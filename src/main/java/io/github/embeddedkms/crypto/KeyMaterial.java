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
import java.util.function.Function;

/**
 * The secret behind a symmetric encryption key, with what is derived from it (n is the suite's key
 * length):
 *
 * <pre>
 * prk           = HKDF-Extract(salt = "embedded-kms/key-material/v1", ikm = material)
 * KeyMaterialId = HKDF-Expand(prk, "embedded-kms/key-material-id/v1" || key id, 32)
 * blob-key      = HKDF-Expand(prk, "embedded-kms/blob-key/v1" || suite || KeyMaterialId, n)
 * </pre>
 *
 * <p>The material enters HKDF in the place of the message, under a label: so its id commits to it,
 * is no MAC that anybody else could have asked for, and the same bytes used elsewhere as an AES or
 * HMAC key do not meet ours. The id is always computed from the material here and never believed
 * from outside; therefore a blob that names a material can have been made by no other.
 *
 * <p>Safe for use by several threads. Source: RFC 5869.
 */
public final class KeyMaterial implements AutoCloseable {

  private static final int ID_BYTES = 32;
  private static final String HKDF_HASH = "HMACSHA256";
  private static final byte[] EXTRACT_LABEL = ascii("embedded-kms/key-material/v1");
  private static final byte[] ID_LABEL = ascii("embedded-kms/key-material-id/v1");
  private static final byte[] BLOB_KEY_LABEL = ascii("embedded-kms/blob-key/v1");

  /**
   * A material was used after it was closed: the key that it belonged to is gone, or the provider
   * is.
   */
  public static final class ClosedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    ClosedException() {
      super("the key material is closed");
    }
  }

  private final Suite suite;
  private final SecretBytes material;
  private final Bytes id;
  private final String idAsHex;

  private final BlobCipher blobCipher;
  private volatile boolean closed;

  private KeyMaterial(Suite suite, SecretBytes material, byte[] id, BlobCipher blobCipher) {
    this.suite = suite;
    this.material = material;
    this.id = Bytes.fromByteArray(id);
    this.idAsHex = HexFormat.of().formatHex(id);
    this.blobCipher = blobCipher;
  }

  /**
   * Draws new material.
   *
   * @param keyId the id of the KMS key that it will belong to
   * @param suite how it will seal
   * @param random where the bytes come from, now and, for SM4, those of every nonce
   * @return the material
   */
  public static KeyMaterial generate(String keyId, Suite suite, SecureRandom random) {
    return of(keyId, suite, SecretBytes.filledBy(suite.keyBytes(), random::nextBytes), random);
  }

  /**
   * Takes material and derives everything from it.
   *
   * @param keyId the id of the KMS key that it belongs to, as in KeyMetadata, not the ARN
   * @param suite how it seals
   * @param material as many bytes as the suite's keys have, owned from now on by the result, which
   *     closes them
   * @param random where, for SM4, the nonces come from
   * @return the material
   * @throws IllegalArgumentException if the material has another length
   */
  public static KeyMaterial of(
      String keyId, Suite suite, SecretBytes material, SecureRandom random) {
    if (material.length() != suite.keyBytes()) {
      throw new IllegalArgumentException(
          "material for "
              + suite
              + " has "
              + suite.keyBytes()
              + " bytes, not "
              + material.length());
    }
    byte[] id = derive(material, concatenate(ID_LABEL, ascii(keyId)), ID_BYTES);
    byte[] blobKeyInfo = concatenate(BLOB_KEY_LABEL, new byte[] {suite.code()}, id);
    byte[] blobKey = derive(material, blobKeyInfo, suite.keyBytes());
    try {
      BlobCipher cipher =
          switch (suite) {
            case XAES_256_GCM -> XaesGcm.of(blobKey);
            case XSM4_GCM -> new Xsm4Gcm(blobKey, random);
          };
      return new KeyMaterial(suite, material, id, cipher);
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
   * @throws ClosedException if this material is closed
   */
  public byte[] seal(SecretBytes plaintext, byte[] associatedData) {
    return withCipher(cipher -> plaintext.use(bytes -> cipher.seal(bytes, associatedData)));
  }

  /**
   * Opens what {@link #seal} made.
   *
   * @param nonceAndSealed nonce, ciphertext and tag
   * @param associatedData what it is bound to
   * @return the plaintext, to be closed; empty if it is not authentic, for whatever reason
   * @throws ClosedException if this material is closed
   */
  public Optional<SecretBytes> open(byte[] nonceAndSealed, byte[] associatedData) {
    return withCipher(cipher -> cipher.open(nonceAndSealed, associatedData));
  }

  /**
   * Wipes the material and, for SM4, the blob key. A seal or open that has begun finishes; later
   * ones fail. Tink's ciphers, which are per thread, may keep the derived blob key until that
   * thread uses another key or ends; the material itself never reaches them.
   */
  @Override
  public void close() {
    closed = true;
    blobCipher.close();
    material.close();
  }

  /** The id, which is no secret; never the material. */
  @Override
  public String toString() {
    return "KeyMaterial[" + idAsHex + "]";
  }

  private <T> T withCipher(Function<BlobCipher, T> use) {
    if (closed) {
      throw new ClosedException();
    }
    try {
      return use.apply(blobCipher);
    } catch (IllegalStateException e) {
      // A secret was closed: ours, if this was overtaken by close(), or else the caller's.
      if (closed) {
        throw new ClosedException();
      }
      throw e;
    }
  }

  private static byte[] derive(SecretBytes material, byte[] info, int length) {
    try {
      return material.use(bytes -> Hkdf.computeHkdf(HKDF_HASH, bytes, EXTRACT_LABEL, info, length));
    } catch (GeneralSecurityException e) {
      // Every JDK has HmacSHA256, and so few bytes are below HKDF's limit.
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
