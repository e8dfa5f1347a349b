package io.github.embeddedkms.crypto;

/** A parsed private key, for one kind of use. Safe for use by several threads. */
sealed interface ParsedPrivateKey
    permits SigningKey, DecryptionKey, AgreementKey, DecapsulationKey {

  /** Wipes what can be wiped, after the last use. */
  default void close() {}
}
