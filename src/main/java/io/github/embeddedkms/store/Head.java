package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Bytes;

/**
 * The one row that stands for the whole store.
 *
 * @param storeId 16 random bytes, the same for ever
 * @param schema the version of the tables
 * @param epoch the epoch that is written under now
 * @param sequence how many changes were ever made
 * @param count how many items there are, tombstones included
 * @param tag the sealed sum over all items
 */
record Head(Bytes storeId, int schema, int epoch, long sequence, long count, Bytes tag) {

  /** The same head with its tag. */
  Head tagged(Bytes newTag) {
    return new Head(storeId, schema, epoch, sequence, count, newTag);
  }
}
