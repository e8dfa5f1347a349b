package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Range;
import io.github.embeddedkms.model.RecipientInfo;
import io.github.embeddedkms.model.SecretBytes;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Returns random bytes of cryptographic quality. No KMS key is involved.
 *
 * <p>Errors: ValidationException.
 *
 * <p>Source: AWS KMS API Reference, GenerateRandom.
 *
 * @param numberOfBytes the number of bytes, 1 to 1024; required, although it is optional in the
 *     service's model
 * @param customKeyStoreId the custom key store that generates the bytes, 1 to 64 characters; not
 *     supported yet
 * @param recipient an enclave that the bytes are encrypted for, instead of being returned as
 *     plaintext; not supported yet
 */
@RecordBuilder
public record GenerateRandom(
    @Nullable @Range(min = 1, max = 1024) Integer numberOfBytes,
    @Nullable @Length(min = 1, max = 64) String customKeyStoreId,
    @Nullable RecipientInfo recipient)
    implements KmsRequest<GenerateRandom.Response> {

  /**
   * Random bytes.
   *
   * @param plaintext the bytes, to be closed after use; absent if the request has a recipient
   * @param ciphertextForRecipient the bytes encrypted for the recipient; present only if the
   *     request has one
   */
  @RecordBuilder
  public record Response(@Nullable SecretBytes plaintext, @Nullable Bytes ciphertextForRecipient) {

    /**
     * Returns the plaintext, which {@link #plaintext()} declares as nullable. It is always present
     * if the request has no recipient.
     *
     * @return the bytes, to be closed after use
     * @throws IllegalStateException if it is absent
     */
    public SecretBytes requirePlaintext() {
      return RequiredPlaintext.of(plaintext, "plaintext");
    }
  }
}
