package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SigningAlgorithmSpec;

/** A parsed private key, which signs. Safe for use by several threads. */
interface SigningKey {

  /**
   * Signs.
   *
   * @param algorithm an algorithm of the key's type
   * @param messageType a type that the algorithm accepts
   * @param message of the required length, not modified
   */
  byte[] sign(SigningAlgorithmSpec algorithm, MessageType messageType, byte[] message);

  /** Wipes what can be wiped, after the last use. */
  default void close() {}
}
