package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Range;
import io.github.embeddedkms.model.RecipientInfo;
import io.github.embeddedkms.model.SecretBytes;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Returns random bytes of cryptographic quality. No key is involved.
 *
 * <p>Errors: ValidationException.
 *
 * <p>Source: AWS KMS API Reference, GenerateRandom.
 *
 * @param numberOfBytes how many, 1 to 1024; the service's model calls it optional, the service
 *     requires it
 * @param customKeyStoreId the custom key store to take them from, 1 to 64 characters; not supported
 *     yet
 * @param recipient an enclave for which the bytes are encrypted instead of being returned in the
 *     clear; not supported yet
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
   * @param plaintext the bytes, to be closed after use; absent if a recipient was given
   * @param ciphertextForRecipient the bytes encrypted for the recipient; present only if one was
   *     given
   */
  @RecordBuilder
  public record Response(@Nullable SecretBytes plaintext, @Nullable Bytes ciphertextForRecipient) {}
}
