package io.github.embeddedkms.crypto;

/** A private key of a key encapsulation mechanism. */
non-sealed interface DecapsulationKey extends ParsedPrivateKey {

  /**
   * Returns the shared secret of a ciphertext. The result for an altered ciphertext, or for that of
   * another key, is a secret that no other party has.
   *
   * @param ciphertext of the length of the key's parameter set, not modified
   * @return 32 bytes, which the caller wipes
   */
  byte[] decapsulate(byte[] ciphertext);
}
