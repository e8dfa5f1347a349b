package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Bytes;

/**
 * The single row that describes the whole store. A head of schema 1 has no columns for {@code
 * writer}, {@code confirmed} and {@code floor}: it always has their initial values, whatever is
 * passed here.
 *
 * @param storeId 16 random bytes, which never change
 * @param schema the version of the tables
 * @param epoch the current epoch, under which rows are written
 * @param sequence how many transactions have changed the store since it was created
 * @param count the number of items, including tombstones
 * @param writer the lowest document version that a node must support in order to write, 1 or more
 * @param confirmed the latest time that the store has accepted, in milliseconds since
 *     1970-01-01T00:00Z
 * @param floor the sequence up to which tombstones were removed, 0 if none ever were
 * @param tag the sealed sum over all items
 */
record Head(
    Bytes storeId,
    int schema,
    int epoch,
    long sequence,
    long count,
    int writer,
    long confirmed,
    long floor,
    Bytes tag) {

  private static final int FIRST_WRITER = 1;
  private static final int EXTENDED_SINCE = 2;
  private static final Bytes NO_TAG = Bytes.fromByteArray(new byte[0]);

  Head {
    if (schema < EXTENDED_SINCE) {
      writer = FIRST_WRITER;
      confirmed = 0;
      floor = 0;
    }
  }

  /** Returns the head of a store without items, not yet tagged. */
  static Head empty(Bytes storeId, int schema, int epoch, long confirmed) {
    return new Head(storeId, schema, epoch, 0, 0, FIRST_WRITER, confirmed, 0, NO_TAG);
  }

  /** Creates a head with the columns that every schema has; see {@link #extended}. */
  static Head ofFirstSchema(
      Bytes storeId, int schema, int epoch, long sequence, long count, Bytes tag) {
    return new Head(storeId, schema, epoch, sequence, count, FIRST_WRITER, 0, 0, tag);
  }

  /**
   * Returns whether tables of a version have the columns {@code writer}, {@code confirmed}, {@code
   * floor}.
   */
  static boolean isExtended(int schema) {
    return schema >= EXTENDED_SINCE;
  }

  /** Returns whether this head stores {@code writer}, {@code confirmed} and {@code floor}. */
  boolean isExtended() {
    return isExtended(schema);
  }

  /** Returns the same head with the values that only extended heads have. */
  Head extended(int newWriter, long newConfirmed, long newFloor) {
    return new Head(
        storeId, schema, epoch, sequence, count, newWriter, newConfirmed, newFloor, tag);
  }

  /** Returns the same head with another tag. */
  Head tagged(Bytes newTag) {
    return new Head(storeId, schema, epoch, sequence, count, writer, confirmed, floor, newTag);
  }
}
