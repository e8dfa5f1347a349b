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
 * Generates a random data key and returns it twice: in plaintext, for encrypting data immediately,
 * and encrypted under a KMS key, to be stored with the data. {@link Decrypt} decrypts the encrypted
 * data key.
 *
 * <p>Exactly one of {@code keySpec} and {@code numberOfBytes} must specify the length of the data
 * key.
 *
 * <p>Errors: ValidationException, NotFoundException, AccessDeniedException,
 * InvalidGrantTokenException, InvalidKeyUsageException, DisabledException,
 * KMSInvalidStateException, DryRunOperationException.
 *
 * <p>Source: AWS KMS API Reference, GenerateDataKey.
 *
 * @param keyId the symmetric encryption key that encrypts the data key: key id, key ARN, alias name
 *     or alias ARN
 * @param encryptionContext the pairs that the encrypted data key is bound to; {@link Decrypt} needs
 *     the same pairs
 * @param numberOfBytes the length of the data key, 1 to 1024 bytes
 * @param keySpec the length of the data key, as the name of a cipher
 * @param grantTokens up to 10 grant tokens of 1 to 8192 characters each, for grants that are not
 *     effective everywhere yet
 * @param recipient an enclave that the data key is encrypted for, instead of being returned as
 *     plaintext; not supported yet
 * @param dryRun true to perform all checks and nothing else; the result is then always an error
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
   * @param ciphertextBlob the data key encrypted under the KMS key, 74 bytes longer than the data
   *     key
   * @param plaintext the data key in plaintext, to be closed after use; absent if the request has a
   *     recipient
   * @param keyId the key ARN of the KMS key
   * @param ciphertextForRecipient the data key encrypted for the recipient; present only if the
   *     request has one
   * @param keyMaterialId the id of the key material that encrypted the data key, 64 hexadecimal
   *     digits; absent if the request has a recipient
   */
  @RecordBuilder
  public record Response(
      Bytes ciphertextBlob,
      @Nullable SecretBytes plaintext,
      String keyId,
      @Nullable Bytes ciphertextForRecipient,
      @Nullable String keyMaterialId) {

    /**
     * Returns the plaintext, which {@link #plaintext()} declares as nullable. It is always present
     * if the request has no recipient.
     *
     * @return the data key in plaintext, to be closed after use
     * @throws IllegalStateException if it is absent
     */
    public SecretBytes requirePlaintext() {
      return RequiredPlaintext.of(plaintext, "plaintext");
    }
  }
}
