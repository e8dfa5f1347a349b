package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SigningAlgorithmSpec;

/** The digests that are signed by the algorithms that sign a SHA-2 digest of the message. */
final class MessageDigests {

  private MessageDigests() {}

  /** Returns the digest that is to be signed: that of a message, or the given one. */
  static byte[] of(SigningAlgorithmSpec algorithm, MessageType messageType, byte[] message) {
    return messageType == MessageType.DIGEST
        ? message
        : JdkAlgorithms.digest(hashOf(algorithm)).digest(message);
  }

  /** Returns the JDK's name of an algorithm's hash. */
  static String hashOf(SigningAlgorithmSpec algorithm) {
    return switch (algorithm) {
      case RSASSA_PSS_SHA_256, RSASSA_PKCS1_V1_5_SHA_256, ECDSA_SHA_256 -> "SHA-256";
      case RSASSA_PSS_SHA_384, RSASSA_PKCS1_V1_5_SHA_384, ECDSA_SHA_384 -> "SHA-384";
      case RSASSA_PSS_SHA_512, RSASSA_PKCS1_V1_5_SHA_512, ECDSA_SHA_512 -> "SHA-512";
      default -> throw new AssertionError(algorithm + " does not sign a SHA-2 digest");
    };
  }
}
