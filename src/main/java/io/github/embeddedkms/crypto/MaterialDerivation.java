package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Derives values from a material (n is the suite's key length):
 *
 * <pre>
 * prk           = HKDF-Extract(salt = "embedded-kms/key-material/v1", ikm = material)
 * KeyMaterialId = HKDF-Expand(prk, "embedded-kms/key-material-id/v1" || key id, 32)
 * blob-key      = HKDF-Expand(prk, "embedded-kms/blob-key/v1" || suite || KeyMaterialId, n)
 * </pre>
 *
 * <p>The material is the input keying material of HKDF: the message of its first HMAC, whose key is
 * a label. Therefore its id commits to it, is not a MAC that an attacker could have requested, and
 * does not conflict with uses of the same bytes elsewhere as an AES or HMAC key.
 *
 * <p>Source: RFC 5869.
 */
final class MaterialDerivation {

  private static final int ID_BYTES = 32;
  private static final byte[] EXTRACT_LABEL = ascii("embedded-kms/key-material/v1");
  private static final byte[] ID_LABEL = ascii("embedded-kms/key-material-id/v1");
  private static final byte[] BLOB_KEY_LABEL = ascii("embedded-kms/blob-key/v1");

  private MaterialDerivation() {}

  /** Returns the id of the material, which commits to the material and to the id of its key. */
  static byte[] id(SecretBytes material, String keyId) {
    return derive(material, concatenate(ID_LABEL, ascii(keyId)), ID_BYTES);
  }

  /** Returns the key that seals blobs, which the caller wipes. */
  static byte[] blobKey(SecretBytes material, Suite suite, byte[] materialId) {
    byte[] info = concatenate(BLOB_KEY_LABEL, new byte[] {suite.code()}, materialId);
    return derive(material, info, suite.keyBytes());
  }

  private static byte[] derive(SecretBytes material, byte[] info, int length) {
    return material.lend(bytes -> HkdfSha256.derive(bytes, EXTRACT_LABEL, info, length));
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
