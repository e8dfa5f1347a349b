package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.SecretBytes;
import java.util.Optional;

/**
 * An extended-nonce authenticated cipher under one key. The sealed form begins with a 24-byte
 * nonce, which is drawn for every message, and ends with a 16-byte tag.
 */
sealed interface BlobCipher extends AutoCloseable permits XaesGcm, Xsm4Gcm {

  /** Seals with a new nonce; does not modify the plaintext. */
  byte[] seal(byte[] plaintext, byte[] associatedData);

  /** Opens the output of {@link #seal} under the same key and data; empty for anything else. */
  Optional<SecretBytes> open(byte[] nonceAndSealed, byte[] associatedData);

  /** Wipes the key. Calls that have begun finish; later calls fail. */
  @Override
  void close();
}
