package io.github.embeddedkms.crypto;

/** A parsed public key of a key encapsulation mechanism. Safe for use by several threads. */
interface EncapsulationKey {

  /** Creates a new shared secret, and its ciphertext. */
  Encapsulation encapsulate();
}
