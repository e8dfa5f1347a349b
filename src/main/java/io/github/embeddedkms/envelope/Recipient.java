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
   * From a service response. One that does not fit the format is a bug, in the caller's client or
   * here.
   */
  Recipient {
    if (!isPrintable(keyArn) || keyArn.isEmpty() || keyArn.length() > MAX_ARN_BYTES) {
      throw new IllegalStateException(
          "embedded-kms: a key ARN that no message can name, of "
              + keyArn.length()
              + " characters");
    }
    if (sealedDataKey.length() < 1 || sealedDataKey.length() > MAX_SEALED_BYTES) {
      throw new IllegalStateException(
          "embedded-kms: a ciphertext blob that fits no message, " + sealedDataKey);
    }
  }

  /** Shown to people, so it must not contain anything that a terminal or a log would interpret. */
  static boolean isPrintable(String text) {
    return text.chars().allMatch(character -> character > ' ' && character < 0x7F);
  }
}
