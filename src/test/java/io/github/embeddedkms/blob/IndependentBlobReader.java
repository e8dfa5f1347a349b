package io.github.embeddedkms.blob;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * Reads blobs of version 1. Written from the specification alone, without code of the library or of
 * Tink: it shows that everyone who has the material can open a blob. Material of 32 bytes is for
 * AES and suite 1, material of 16 bytes is for SM4 and suite 2.
 */
public final class IndependentBlobReader {

  private IndependentBlobReader() {}

  /** Computes HKDF-Extract over the material. */
  public static byte[] prk(byte[] material) {
    HMac hmac = new HMac(new SHA256Digest());
    hmac.init(new KeyParameter(ascii("embedded-kms/key-material/v1")));
    hmac.update(material, 0, material.length);
    byte[] prk = new byte[32];
    hmac.doFinal(prk, 0);
    return prk;
  }

  /** Returns the KeyMaterialId of a material under a key id. */
  public static byte[] materialId(byte[] material, String keyId) {
    return expand(prk(material), join(ascii("embedded-kms/key-material-id/v1"), ascii(keyId)), 32);
  }

  private static byte suite(byte[] material) {
    return (byte) (material.length == 32 ? 1 : 2);
  }

  /** Returns the key that seals blobs. */
  public static byte[] blobKey(byte[] material, String keyId) {
    return expand(
        prk(material),
        join(
            ascii("embedded-kms/blob-key/v1"),
            new byte[] {suite(material)},
            materialId(material, keyId)),
        material.length);
  }

  /** Returns the plaintext; empty for a blob that was not sealed with this key and context. */
  public static Optional<byte[]> open(
      byte[] blob, byte[] material, String keyId, Map<String, String> context) {
    byte[] header = join(new byte[] {1, suite(material)}, materialId(material, keyId));
    if (blob.length < 75 || blob.length > 6144 || !startsWith(blob, header)) {
      return Optional.empty();
    }
    byte[] nonce = Arrays.copyOfRange(blob, 34, 58);
    byte[] sealed = Arrays.copyOfRange(blob, 58, blob.length);
    byte[] associatedData = join(ascii("embedded-kms/blob/v1"), header, canonical(context));
    byte[] key = blobKey(material, keyId);
    return suite(material) == 1
        ? IndependentXaesGcm.open(key, nonce, sealed, associatedData)
        : IndependentXsm4Gcm.open(key, nonce, sealed, associatedData);
  }

  /** Seals a blob without a context under any header, valid or not. */
  public static byte[] seal(
      byte[] header, byte[] material, String keyId, byte[] nonce, byte[] plaintext) {
    byte[] associatedData = join(ascii("embedded-kms/blob/v1"), header, canonical(Map.of()));
    byte[] sealed =
        IndependentXaesGcm.seal(blobKey(material, keyId), nonce, plaintext, associatedData);
    return join(header, nonce, sealed);
  }

  private static byte[] canonical(Map<String, String> context) {
    TreeMap<byte[], byte[]> sorted = new TreeMap<>(Arrays::compareUnsigned);
    context.forEach((key, value) -> sorted.put(utf8(key), utf8(value)));
    byte[] canonical = ByteBuffer.allocate(2).putShort((short) sorted.size()).array();
    for (Map.Entry<byte[], byte[]> pair : sorted.entrySet()) {
      canonical = join(canonical, prefixed(pair.getKey()), prefixed(pair.getValue()));
    }
    return canonical;
  }

  private static byte[] expand(byte[] prk, byte[] info, int length) {
    HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
    hkdf.init(HKDFParameters.skipExtractParameters(prk, info));
    byte[] out = new byte[length];
    hkdf.generateBytes(out, 0, out.length);
    return out;
  }

  private static boolean startsWith(byte[] whole, byte[] start) {
    return Arrays.equals(Arrays.copyOf(whole, start.length), start);
  }

  private static byte[] prefixed(byte[] field) {
    return join(ByteBuffer.allocate(4).putInt(field.length).array(), field);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      whole.writeBytes(part);
    }
    return whole.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
