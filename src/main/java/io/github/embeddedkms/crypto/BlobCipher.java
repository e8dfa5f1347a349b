package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.SecretBytes;
import java.util.Optional;

/**
 * An extended-nonce authenticated cipher under one key: the sealed form begins with a 24-byte
 * nonce, which is drawn for every message, and ends with a 16-byte tag.
 */
sealed interface BlobCipher extends AutoCloseable permits XaesGcm, Xsm4Gcm {

  /** Seals under a new nonce; the plaintext is only read. */
  byte[] seal(byte[] plaintext, byte[] associatedData);

  /** Empty for anything but what {@link #seal} made with the same key and data. */
  Optional<SecretBytes> open(byte[] nonceAndSealed, byte[] associatedData);

  /** Wipes the key. Calls that have begun finish, later ones fail. */
  @Override
  void close();
}
