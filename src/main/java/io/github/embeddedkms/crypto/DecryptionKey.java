package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import org.jspecify.annotations.Nullable;

/** A private key that decrypts. */
non-sealed interface DecryptionKey extends ParsedPrivateKey {

  /**
   * Decrypts.
   *
   * @param algorithm an algorithm of the key's type
   * @param ciphertext any bytes, not modified
   * @return the plaintext, which the caller wipes; or null if the ciphertext is invalid, whatever
   *     the reason is
   */
  byte @Nullable [] decrypt(EncryptionAlgorithmSpec algorithm, byte[] ciphertext);
}
