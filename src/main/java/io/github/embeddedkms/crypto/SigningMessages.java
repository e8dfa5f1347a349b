package io.github.embeddedkms.crypto;

import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.util.OptionalInt;

/**
 * The message types that each signing algorithm accepts, and the lengths of digests.
 *
 * <p>Source: AWS KMS API Reference, Sign; AWS KMS Developer Guide, "Key spec reference".
 */
public final class SigningMessages {

  private static final int MU_BYTES = 64;

  private SigningMessages() {}

  /**
   * Returns whether an algorithm accepts a message type. Ed25519 takes messages only, Ed25519ph
   * digests only, ML-DSA messages and mu, and the others messages and digests.
   *
   * @param algorithm any signing algorithm
   * @param messageType any message type
   * @return whether messages of that type can be signed with the algorithm
   */
  public static boolean accepts(SigningAlgorithmSpec algorithm, MessageType messageType) {
    return switch (algorithm) {
      case ED25519_SHA_512 -> messageType == MessageType.RAW;
      case ED25519_PH_SHA_512 -> messageType == MessageType.DIGEST;
      case ML_DSA_SHAKE_256 -> messageType != MessageType.DIGEST;
      default -> messageType != MessageType.EXTERNAL_MU;
    };
  }

  /**
   * Returns the length that a message must have.
   *
   * @param algorithm any signing algorithm
   * @param messageType a type that the algorithm accepts
   * @return 32, 48 or 64 bytes for a digest, 64 for mu; empty for a message itself, which may have
   *     any length
   */
  public static OptionalInt requiredLength(
      SigningAlgorithmSpec algorithm, MessageType messageType) {
    return switch (messageType) {
      case RAW -> OptionalInt.empty();
      case DIGEST -> OptionalInt.of(digestBytes(algorithm));
      case EXTERNAL_MU -> OptionalInt.of(MU_BYTES);
    };
  }

  /**
   * Requires a message that keys of a type sign. A signature by another algorithm, or of a digest
   * that is cut off, may give the key away.
   *
   * @throws IllegalArgumentException if the algorithm, the message type or the length is another
   */
  static void requireAccepted(
      KeyPairType type,
      SigningAlgorithmSpec algorithm,
      MessageType messageType,
      SecretBytes message) {
    if (!type.algorithms().signing().contains(algorithm) || !accepts(algorithm, messageType)) {
      throw new IllegalArgumentException(
          type + " does not sign " + messageType + " by " + algorithm);
    }
    OptionalInt required = requiredLength(algorithm, messageType);
    if (required.isPresent() && message.length() != required.getAsInt()) {
      throw new IllegalArgumentException(
          messageType
              + " for "
              + algorithm
              + " has "
              + required.getAsInt()
              + " bytes, not "
              + message.length());
    }
  }

  private static int digestBytes(SigningAlgorithmSpec algorithm) {
    return switch (algorithm) {
      case RSASSA_PSS_SHA_256, RSASSA_PKCS1_V1_5_SHA_256, ECDSA_SHA_256, SM2_DSA -> 32;
      case RSASSA_PSS_SHA_384, RSASSA_PKCS1_V1_5_SHA_384, ECDSA_SHA_384 -> 48;
      case RSASSA_PSS_SHA_512,
          RSASSA_PKCS1_V1_5_SHA_512,
          ECDSA_SHA_512,
          ED25519_SHA_512,
          ED25519_PH_SHA_512,
          ML_DSA_SHAKE_256 ->
          64;
    };
  }
}
