package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.Bytes;

/** A private key that agrees on a secret with the owner of another key. */
non-sealed interface AgreementKey extends ParsedPrivateKey {

  /**
   * Derives the shared secret of elliptic curve Diffie-Hellman.
   *
   * @param peer the other party's public key, which has passed {@link KeyFamily#requirePeer}
   * @return the x-coordinate of the shared point, as long as the field, which the caller wipes
   */
  byte[] agree(Bytes peer);
}
