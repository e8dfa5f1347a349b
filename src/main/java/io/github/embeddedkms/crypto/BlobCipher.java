package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.SecretBytes;
import java.util.Optional;

/**
 * An extended-nonce authenticated cipher under one key. The sealed form begins with a 24-byte
 * nonce, which consists of a salt and the nonce of the cipher, and ends with a 16-byte tag.
 */
sealed interface BlobCipher extends AutoCloseable permits XaesGcm, Xsm4Gcm {

  /**
   * Seals with a new nonce.
   *
   * @param prefix what the result begins with; it is not authenticated by itself
   * @param plaintext the plaintext, which is not modified
   * @return the prefix and the sealed form
   */
  byte[] seal(byte[] prefix, byte[] plaintext, byte[] associatedData);

  /** Seals without a prefix. */
  default byte[] seal(byte[] plaintext, byte[] associatedData) {
    return seal(new byte[0], plaintext, associatedData);
  }

  /**
   * Draws a secret from the operating system, and seals it as {@link #seal(byte[], byte[], byte[])}
   * does.
   */
  SealedSecret sealNewSecret(byte[] prefix, int length, byte[] associatedData);

  /**
   * Opens the output of {@link #seal(byte[], byte[], byte[])} under the same key and data; empty
   * for anything else.
   *
   * @param position the length of the prefix, at most that of the array
   */
  Optional<SecretBytes> open(byte[] prefixAndSealed, int position, byte[] associatedData);

  /** Opens the output of {@link #seal(byte[], byte[])}. */
  default Optional<SecretBytes> open(byte[] nonceAndSealed, byte[] associatedData) {
    return open(nonceAndSealed, 0, associatedData);
  }

  /** Wipes the key. Calls that have begun finish; later calls fail. */
  @Override
  void close();
}
