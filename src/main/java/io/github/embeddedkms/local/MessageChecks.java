package io.github.embeddedkms.local;

import io.github.embeddedkms.crypto.SigningMessages;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import java.util.OptionalInt;

/**
 * The checks of the message of Sign and Verify: its type first, then its length. Its maximum length
 * is a constraint.
 */
final class MessageChecks {

  private MessageChecks() {}

  /** Requires a message type that the algorithm accepts, and the length of that type. */
  static void require(
      KeySpec spec, SigningAlgorithmSpec algorithm, MessageType type, SecretBytes message) {
    if (!SigningMessages.accepts(algorithm, type)) {
      throw new ValidationException(notAccepted(spec, algorithm, type));
    }
    OptionalInt length = SigningMessages.requiredLength(algorithm, type);
    if (length.isPresent() && message.length() != length.getAsInt()) {
      throw new ValidationException(
          type == MessageType.DIGEST
              ? "Digest is invalid length for algorithm " + algorithm + "."
              // The service's message was never recorded.
              : "embedded-kms: an external mu has "
                  + length.getAsInt()
                  + " bytes, not "
                  + message.length());
    }
  }

  private static String notAccepted(
      KeySpec spec, SigningAlgorithmSpec algorithm, MessageType type) {
    if (type == MessageType.EXTERNAL_MU) {
      // The service's message was never recorded.
      return "embedded-kms: message type EXTERNAL_MU is for ML-DSA keys only";
    }
    return "Message type "
        + type
        + " is incompatible with "
        + (algorithm == SigningAlgorithmSpec.ML_DSA_SHAKE_256
            ? "key spec " + spec
            : "algorithm " + algorithm)
        + ".";
  }
}
