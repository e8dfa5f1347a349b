package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Bytes;

/**
 * The authenticated content of a row of the store.
 *
 * @param kind key, alias or tombstone
 * @param address account, Region and id
 * @param version how many times it has been written under this id, including tombstones
 * @param sequence the store's sequence when it was last written
 * @param epoch the epoch of the store key that authenticates the row
 * @param document its content, byte for byte as it is stored; empty for a tombstone
 */
record Item(
    ItemKind kind, Address address, long version, long sequence, int epoch, Bytes document) {}
