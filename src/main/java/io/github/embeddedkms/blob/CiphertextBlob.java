package io.github.embeddedkms.blob;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The parts of a ciphertext blob of version 1. The package's Javadoc specifies the format.
 *
 * @param header identifies the material that sealed the blob, and the suite
 * @param nonceAndSealed nonce, ciphertext and tag; 41 bytes or more; must not be modified
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and not copied for speed
public record CiphertextBlob(Header header, byte[] nonceAndSealed) {

  private static final byte VERSION = 0x01;
  private static final byte LAST_SUITE = 0x02;
  private static final int MATERIAL_ID_BYTES = 32;
  private static final int HEADER_BYTES = 2 + MATERIAL_ID_BYTES;
  private static final int NONCE_BYTES = 24;
  private static final int TAG_BYTES = 16;
  private static final int MIN_BYTES = HEADER_BYTES + NONCE_BYTES + 1 + TAG_BYTES;
  private static final int MAX_BYTES = 6144;
  private static final byte[] LABEL = "embedded-kms/blob/v1".getBytes(StandardCharsets.US_ASCII);

  /**
   * The part of a blob before the nonce.
   *
   * @param suite the code of the suite, 1 or 2
   * @param materialId the id of the key material, 32 bytes
   */
  public record Header(byte suite, Bytes materialId) {

    /**
     * Returns the data that is authenticated in addition to the ciphertext.
     *
     * @param context the encryption context
     * @return the label, the header and the canonical context
     */
    public byte[] associatedData(EncryptionContext context) {
      byte[] canonical = context.canonicalBytes();
      ByteBuffer data = ByteBuffer.allocate(LABEL.length + HEADER_BYTES + canonical.length);
      data.put(LABEL);
      writeTo(data);
      return data.put(canonical).array();
    }

    private void writeTo(ByteBuffer out) {
      out.put(VERSION).put(suite).put(materialId.asByteBuffer());
    }
  }

  /**
   * Writes the blob.
   *
   * @return the header, the nonce, the ciphertext and the tag
   */
  public Bytes toBytes() {
    ByteBuffer blob = ByteBuffer.allocate(HEADER_BYTES + nonceAndSealed.length);
    header.writeTo(blob);
    return Bytes.fromByteArray(blob.put(nonceAndSealed).array());
  }

  /**
   * Parses a blob, without any cryptography.
   *
   * @param blob any bytes
   * @return its parts; empty unless the length, the version and the suite are valid for version 1
   */
  public static Optional<CiphertextBlob> parse(Bytes blob) {
    if (blob.length() < MIN_BYTES || blob.length() > MAX_BYTES) {
      return Optional.empty();
    }
    ByteBuffer in = blob.asByteBuffer();
    byte version = in.get();
    byte suite = in.get();
    if (version != VERSION || suite < 1 || suite > LAST_SUITE) {
      return Optional.empty();
    }
    Bytes materialId = Bytes.fromByteArray(take(in, MATERIAL_ID_BYTES));
    return Optional.of(new CiphertextBlob(new Header(suite, materialId), take(in, in.remaining())));
  }

  private static byte[] take(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
