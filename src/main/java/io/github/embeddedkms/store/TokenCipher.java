package io.github.embeddedkms.store;

import io.github.embeddedkms.model.SecretBytes;
import java.util.Optional;

/**
 * Seals tokens: secrets that a caller keeps and brings back. Nothing is stored. Safe for use by
 * several threads.
 */
public interface TokenCipher {

  /**
   * Seals a token.
   *
   * @param prefix the bytes that the result begins with, which are not authenticated
   * @param token the secret, which is not modified
   * @param data the data that it is bound to
   * @return the prefix, a 24-byte nonce, the ciphertext and a 16-byte tag
   */
  byte[] seal(byte[] prefix, byte[] token, byte[] data);

  /**
   * Opens the output of {@link #seal}.
   *
   * @param sealed any bytes, at least as many as the prefix has
   * @param position the length of the prefix
   * @param data the data that it is bound to
   * @return the secret, which the caller closes; empty if it was not sealed here with that data
   */
  Optional<SecretBytes> open(byte[] sealed, int position, byte[] data);
}
