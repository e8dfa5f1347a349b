package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Range;
import io.github.embeddedkms.model.RecipientInfo;
import io.github.embeddedkms.model.Required;
import io.github.embeddedkms.model.SecretBytes;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a random data key and returns it twice: in the clear, to encrypt with now, and sealed under
 * a KMS key, to be stored beside the data. {@link Decrypt} turns the sealed form back.
 *
 * <p>Exactly one of {@code keySpec} and {@code numberOfBytes} says how long the data key is.
 *
 * <p>Errors: ValidationException, NotFoundException, AccessDeniedException,
 * InvalidGrantTokenException, InvalidKeyUsageException, DisabledException,
 * KMSInvalidStateException, DryRunOperationException.
 *
 * <p>Source: AWS KMS API Reference, GenerateDataKey.
 *
 * @param keyId the symmetric encryption key to seal under: key id, key ARN, alias name or alias ARN
 * @param encryptionContext what the sealed key is bound to; {@link Decrypt} needs the same pairs
 * @param numberOfBytes the length of the data key, 1 to 1024 bytes
 * @param keySpec the length of the data key by the name of a cipher
 * @param grantTokens up to 10 tokens of grants too new to be known everywhere, each of 1 to 8192
 *     characters
 * @param recipient an enclave for which the data key is encrypted instead of being returned in the
 *     clear; not supported yet
 * @param dryRun true to check everything and do nothing: the answer is then an error either way
 */
@RecordBuilder
public record GenerateDataKey(
    @Required @KeyIdentifier String keyId,
    @Nullable Map<String, String> encryptionContext,
    @Nullable @Range(min = 1, max = 1024) Integer numberOfBytes,
    @Nullable DataKeySpec keySpec,
    @Nullable @Length(max = 10) List<@Length(min = 1, max = 8192) String> grantTokens,
    @Nullable RecipientInfo recipient,
    @Nullable Boolean dryRun)
    implements KmsRequest<GenerateDataKey.Response> {

  /** Copies the collections. */
  public GenerateDataKey {
    encryptionContext = Copies.map(encryptionContext);
    grantTokens = Copies.list(grantTokens);
  }

  /**
   * A new data key.
   *
   * @param ciphertextBlob the data key sealed under the KMS key: 74 bytes longer than the data key
   * @param plaintext the data key in the clear, to be closed after use; absent if a recipient was
   *     given
   * @param keyId the key ARN of the KMS key
   * @param ciphertextForRecipient the data key encrypted for the recipient; present only if one was
   *     given
   * @param keyMaterialId which material of the KMS key sealed it, 64 hexadecimal digits; absent if
   *     a recipient was given
   */
  @RecordBuilder
  public record Response(
      Bytes ciphertextBlob,
      @Nullable SecretBytes plaintext,
      String keyId,
      @Nullable Bytes ciphertextForRecipient,
      @Nullable String keyMaterialId) {}
}
