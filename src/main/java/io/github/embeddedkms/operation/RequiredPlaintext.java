package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.SecretBytes;
import org.jspecify.annotations.Nullable;

/** The plaintext of a response, for callers whose request has no recipient. */
final class RequiredPlaintext {

  private RequiredPlaintext() {}

  /**
   * Returns a member that is absent only if the request has a recipient.
   *
   * @throws IllegalStateException if it is absent
   */
  static SecretBytes of(@Nullable SecretBytes member, String name) {
    if (member == null) {
      throw new IllegalStateException(
          "the response has no "
              + name
              + "; if the request has a recipient, ciphertextForRecipient has it");
    }
    return member;
  }
}
