package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SigningAlgorithmSpec;

/** A private key that signs. */
non-sealed interface SigningKey extends ParsedPrivateKey {

  /**
   * Signs.
   *
   * @param algorithm an algorithm of the key's type
   * @param messageType a type that the algorithm accepts
   * @param message of the required length, not modified
   */
  byte[] sign(SigningAlgorithmSpec algorithm, MessageType messageType, byte[] message);
}
