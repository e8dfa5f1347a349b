package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Bytes;

/**
 * A row with a sealed key material.
 *
 * @param key the key that it belongs to
 * @param materialId its id, 32 bytes
 * @param epoch the epoch of the store key that it is sealed under
 * @param sealed the material
 */
record MaterialRow(Address key, Bytes materialId, int epoch, Bytes sealed) {

  /**
   * Identifies a row. Related multi-Region keys have a row each, with the same material id.
   *
   * @param key the key that it belongs to
   * @param materialId its id, 32 bytes
   */
  record Id(Address key, Bytes materialId) {}

  Id id() {
    return new Id(key, materialId);
  }
}
