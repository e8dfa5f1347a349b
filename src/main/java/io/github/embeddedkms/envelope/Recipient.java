package io.github.embeddedkms.envelope;

import io.github.embeddedkms.model.Bytes;

/**
 * One form of a message's data key, sealed under one KMS key. Nothing here is authenticated.
 *
 * @param keyArn the key ARN that the service returned to the writer, 1 to 2048 printable ASCII
 *     characters: a hint
 * @param sealedDataKey the ciphertext blob of the data key, 1 to 6144 bytes
 */
record Recipient(String keyArn, Bytes sealedDataKey) {

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
    if (sealedDataKey.length() < 1 || sealedDataKey.length() > MAX_SEALED_BYTES) {
      throw new IllegalStateException(
          "embedded-kms: the service returned a ciphertext blob that does not fit in a message: "
              + sealedDataKey);
    }
  }

  /** Returns whether a terminal or a log can show the string without interpreting any of it. */
  static boolean isPrintable(String text) {
    return text.chars().allMatch(character -> character > ' ' && character < 0x7F);
  }
}
