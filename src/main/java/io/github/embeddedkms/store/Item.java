package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Bytes;

/**
 * A row of the store: what is authenticated of it.
 *
 * @param kind key, alias or tombstone
 * @param address account, Region and id
 * @param version how often it was written under this id, tombstones included
 * @param sequence the store's sequence when it was written last
 * @param epoch the epoch of the store key that authenticates it
 * @param document its content as it is stored, byte for byte; empty for a tombstone
 */
record Item(
    ItemKind kind, Address address, long version, long sequence, int epoch, Bytes document) {}
