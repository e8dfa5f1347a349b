package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Bytes;

/**
 * The store key of one epoch, sealed under the root key.
 *
 * @param epoch 1 or more
 * @param kind 1 for raw root keys, 2 for passphrases, 3 for Tink's Aead
 * @param parameters the parameters of the kind: for passphrases memory, passes, lanes and salt,
 *     otherwise empty
 * @param sealed the store key
 * @param check distinguishes a wrong root key from an altered row; empty for kind 3
 */
record StoreKeyRow(int epoch, int kind, Bytes parameters, Bytes sealed, Bytes check) {}
