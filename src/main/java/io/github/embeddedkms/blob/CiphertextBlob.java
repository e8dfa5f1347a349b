package io.github.embeddedkms.blob;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.EncryptionContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A ciphertext blob of version 1. The package's Javadoc specifies the format.
 *
 * @param header identifies the material that sealed the blob, and the suite
 * @param content the whole blob; nonce, ciphertext and tag begin at {@link #NONCE_POSITION}; must
 *     not be modified
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and not copied for speed
public record CiphertextBlob(Header header, byte[] content) {

  private static final byte VERSION = 0x01;
  private static final byte LAST_SUITE = 0x02;
  private static final int MATERIAL_ID_POSITION = 2;
  private static final int MATERIAL_ID_BYTES = 32;

  /** The length of the header, which the nonce follows. */
  public static final int NONCE_POSITION = MATERIAL_ID_POSITION + MATERIAL_ID_BYTES;

  private static final int NONCE_BYTES = 24;
  private static final int TAG_BYTES = 16;
  private static final int MIN_BYTES = NONCE_POSITION + NONCE_BYTES + 1 + TAG_BYTES;
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
      int end = LABEL.length + NONCE_POSITION;
      byte[] data = Arrays.copyOf(LABEL, end + canonical.length);
      writeTo(data, LABEL.length);
      System.arraycopy(canonical, 0, data, end, canonical.length);
      return data;
    }

    /**
     * Returns the bytes that a blob begins with.
     *
     * @return a new array of {@value CiphertextBlob#NONCE_POSITION} bytes
     */
    public byte[] asByteArray() {
      byte[] header = new byte[NONCE_POSITION];
      writeTo(header, 0);
      return header;
    }

    private void writeTo(byte[] out, int position) {
      out[position] = VERSION;
      out[position + 1] = suite;
      materialId.copyTo(out, position + MATERIAL_ID_POSITION);
    }
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
    byte[] content = blob.asByteArray();
    byte suite = content[1];
    if (content[0] != VERSION || suite < 1 || suite > LAST_SUITE) {
      return Optional.empty();
    }
    Bytes materialId =
        Bytes.fromByteArray(Arrays.copyOfRange(content, MATERIAL_ID_POSITION, NONCE_POSITION));
    return Optional.of(new CiphertextBlob(new Header(suite, materialId), content));
  }
}
