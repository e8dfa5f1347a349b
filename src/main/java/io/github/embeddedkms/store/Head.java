package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Bytes;

/**
 * The one row that stands for the whole store. A head of schema 1 has no columns for {@code
 * writer}, {@code confirmed} and {@code floor}: it has their first values, whatever is given here.
 *
 * @param storeId 16 random bytes, the same for ever
 * @param schema the version of the tables
 * @param epoch the epoch that is written under now
 * @param sequence how many changes were ever made
 * @param count how many items there are, tombstones included
 * @param writer the lowest document version that a node must know to write, 1 or more
 * @param confirmed the latest time that the store has accepted, in milliseconds of the epoch
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

  /** That of a store without items, not yet tagged. */
  static Head empty(Bytes storeId, int schema, int epoch, long confirmed) {
    return new Head(storeId, schema, epoch, 0, 0, FIRST_WRITER, confirmed, 0, NO_TAG);
  }

  /** What heads of every schema have; see {@link #extended}. */
  static Head ofFirstSchema(
      Bytes storeId, int schema, int epoch, long sequence, long count, Bytes tag) {
    return new Head(storeId, schema, epoch, sequence, count, FIRST_WRITER, 0, 0, tag);
  }

  /**
   * Whether tables of a version have the columns {@code writer}, {@code confirmed}, {@code floor}.
   */
  static boolean isExtended(int schema) {
    return schema >= EXTENDED_SINCE;
  }

  /** Whether it has {@code writer}, {@code confirmed} and {@code floor} of its own. */
  boolean isExtended() {
    return isExtended(schema);
  }

  /** The same head with what only extended ones have. */
  Head extended(int newWriter, long newConfirmed, long newFloor) {
    return new Head(
        storeId, schema, epoch, sequence, count, newWriter, newConfirmed, newFloor, tag);
  }

  /** The same head with its tag. */
  Head tagged(Bytes newTag) {
    return new Head(storeId, schema, epoch, sequence, count, writer, confirmed, floor, newTag);
  }
}
