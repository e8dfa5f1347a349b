package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.EncryptionAlgorithmSpec;

/** A parsed public key that encrypts. Safe for use by several threads. */
interface EncryptionKey {

  /**
   * Encrypts.
   *
   * @param algorithm an algorithm of the key's type
   * @param plaintext at most {@link #maxPlaintext} bytes, not modified
   */
  byte[] encrypt(EncryptionAlgorithmSpec algorithm, byte[] plaintext);

  /** Returns the number of bytes that one ciphertext can have as its plaintext. */
  int maxPlaintext(EncryptionAlgorithmSpec algorithm);
}
