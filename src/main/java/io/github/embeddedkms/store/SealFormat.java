package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The encodings that bind the secrets and rows of a sealed store to their context, version 1:
 *
 * <pre>
 * root information = "embedded-kms/store-root/v1" || u8 kind || u32 epoch || parameters
 * root data        = "embedded-kms/store-root/v1" || store id || u32 epoch
 * material data    = "embedded-kms/store-material/v1" || store id || u32 epoch
 *                    || str(account) || str(region) || str(key id) || material id
 * row              = "embedded-kms/store-row/v1" || store id || u32 epoch || u8 kind
 *                    || str(account) || str(region) || str(id) || u64 version || u64 sequence
 *                    || u32 length || document
 * head data        = "embedded-kms/store-head/v1" || store id || u32 schema || u32 epoch
 *                    || u64 sequence || u64 count || u32 writer || u64 confirmed || u64 floor;
 *                    of schema 1: without the last three
 * </pre>
 *
 * <p>Numbers are big-endian; {@code str(x)} is a u32 length and strict UTF-8; a store id has 16
 * bytes. Labels and store id have a fixed length; every other field has a fixed length, starts with
 * its length, or is the last one. Two different rows therefore never have the same encoding.
 */
final class SealFormat {

  private static final int STORE_ID_BYTES = 16;
  private static final byte[] ROOT_LABEL = ascii("embedded-kms/store-root/v1");
  private static final byte[] MATERIAL_LABEL = ascii("embedded-kms/store-material/v1");
  private static final byte[] ROW_LABEL = ascii("embedded-kms/store-row/v1");

  /** The length of a row without its strings and its document. */
  private static final int ROW_FIXED_BYTES =
      ROW_LABEL.length + STORE_ID_BYTES + 5 * Integer.BYTES + 1 + 2 * Long.BYTES;

  private static final byte[] HEAD_LABEL = ascii("embedded-kms/store-head/v1");

  private SealFormat() {}

  static byte[] rootInformation(int kind, int epoch, Bytes parameters) {
    return concatenate(ROOT_LABEL, u8((byte) kind), u32(epoch), parameters.asByteArray());
  }

  static byte[] rootData(Bytes storeId, int epoch) {
    return concatenate(ROOT_LABEL, id(storeId), u32(epoch));
  }

  static byte[] materialData(Bytes storeId, int epoch, Address key, Bytes materialId) {
    return concatenate(
        MATERIAL_LABEL,
        id(storeId),
        u32(epoch),
        str(key.account()),
        str(key.region()),
        str(key.id()),
        materialId.asByteArray());
  }

  static byte[] row(Bytes storeId, Item item) {
    byte[] account = utf8(item.address().account());
    byte[] region = utf8(item.address().region());
    byte[] id = utf8(item.address().id());
    Bytes document = item.document();
    int strings = Math.addExact(Math.addExact(account.length, region.length), id.length);
    int length = Math.addExact(ROW_FIXED_BYTES, Math.addExact(strings, document.length()));
    // Written byte by byte: opening a store encodes every row, and a JVM that has just started
    // takes long to compile the methods of ByteBuffer.
    byte[] row = new byte[length];
    int at = put(row, 0, ROW_LABEL);
    at = put(row, at, id(storeId));
    at = put(row, at, item.epoch());
    row[at] = (byte) item.kind().code();
    at = putWithLength(row, at + 1, account);
    at = putWithLength(row, at, region);
    at = putWithLength(row, at, id);
    at = put(row, at, item.version());
    at = put(row, at, item.sequence());
    document.copyTo(row, put(row, at, document.length()));
    return row;
  }

  private static int putWithLength(byte[] row, int at, byte[] bytes) {
    return put(row, put(row, at, bytes.length), bytes);
  }

  private static int put(byte[] row, int at, byte[] bytes) {
    System.arraycopy(bytes, 0, row, at, bytes.length);
    return at + bytes.length;
  }

  private static int put(byte[] row, int at, long value) {
    return put(row, put(row, at, (int) (value >>> Integer.SIZE)), (int) value);
  }

  private static int put(byte[] row, int at, int value) {
    row[at] = (byte) (value >>> 24);
    row[at + 1] = (byte) (value >>> 16);
    row[at + 2] = (byte) (value >>> 8);
    row[at + 3] = (byte) value;
    return at + Integer.BYTES;
  }

  /** Returns the associated data for the head's tag. The tag itself is not part of it. */
  static byte[] headData(Head head) {
    byte[] inEverySchema =
        concatenate(
            HEAD_LABEL,
            id(head.storeId()),
            u32(head.schema()),
            u32(head.epoch()),
            u64(head.sequence()),
            u64(head.count()));
    return head.isExtended()
        ? concatenate(inEverySchema, u32(head.writer()), u64(head.confirmed()), u64(head.floor()))
        : inEverySchema;
  }

  /** An id of another length could take bytes from the field after it. */
  private static byte[] id(Bytes storeId) {
    if (storeId.length() != STORE_ID_BYTES) {
      throw new AlteredStoreException(
          "the store's id has " + storeId.length() + " bytes, not " + STORE_ID_BYTES);
    }
    return storeId.asByteArray();
  }

  private static byte[] u8(byte value) {
    return new byte[] {value};
  }

  private static byte[] u32(int value) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
  }

  private static byte[] u64(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  private static byte[] str(String text) {
    byte[] bytes = utf8(text);
    return concatenate(u32(bytes.length), bytes);
  }

  private static byte[] utf8(String text) {
    return Bytes.fromUtf8String(text).asByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] concatenate(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length = Math.addExact(length, part.length);
    }
    ByteBuffer whole = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      whole.put(part);
    }
    return whole.array();
  }
}
