package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SigningAlgorithmSpec;

/** A parsed public key, which verifies signatures. Safe for use by several threads. */
interface VerifyingKey {

  /**
   * Verifies a signature.
   *
   * @param algorithm an algorithm of the key's type
   * @param messageType a type that the algorithm accepts
   * @param message of the required length, not modified
   * @param signature any bytes, not modified
   */
  boolean verify(
      SigningAlgorithmSpec algorithm, MessageType messageType, byte[] message, byte[] signature);
}
