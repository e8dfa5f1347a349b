package io.github.embeddedkms.envelope;

import io.github.embeddedkms.model.Bytes;

/**
 * One form of a message's data key, sealed for one KMS key, or for a pair of them. Nothing here is
 * authenticated.
 *
 * @param kind the number of its kind, 0 to 255; one of {@link RecipientKind}, or a newer one
 * @param keyArn the key ARN that the service returned to the writer, or that the writer was given
 *     with the public key, 1 to 2048 printable ASCII characters: a hint
 * @param sealed the sealed data key, 1 to 6144 bytes: for the online kind, a ciphertext blob
 */
record Recipient(int kind, String keyArn, Bytes sealed) {

  static final int MAX_ARN_BYTES = 2048;
  static final int MAX_SEALED_BYTES = 6144;

  /**
   * Checks a recipient from a service response. One that does not fit the format indicates a bug in
   * the caller's client or here.
   */
  Recipient {
    if (!isPrintable(keyArn) || keyArn.isEmpty() || keyArn.length() > MAX_ARN_BYTES) {
      throw new IllegalStateException(
          "embedded-kms: the service returned a key ARN that does not fit in a message, of "
              + keyArn.length()
              + " characters");
    }
    if (sealed.length() < 1 || sealed.length() > MAX_SEALED_BYTES) {
      throw new IllegalStateException(
          "embedded-kms: the service returned a ciphertext blob that does not fit in a message: "
              + sealed);
    }
  }

  /** Creates an online recipient. */
  Recipient(String keyArn, Bytes ciphertextBlob) {
    this(RecipientKind.ONLINE.code(), keyArn, ciphertextBlob);
  }

  boolean isOnline() {
    return kind == RecipientKind.ONLINE.code();
  }

  /** Returns whether this is of an offline kind that this version of the library knows. */
  boolean isOffline() {
    return !isOnline() && !isUnknown();
  }

  /** Returns whether its kind is newer than this version of the library. */
  boolean isUnknown() {
    return RecipientKind.of(kind).isEmpty();
  }

  /** Returns whether a terminal or a log can show the string without interpreting any of it. */
  static boolean isPrintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character <= ' ' || character >= 0x7F) {
        return false;
      }
    }
    return true;
  }
}
