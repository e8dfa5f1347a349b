package io.github.embeddedkms.operation;

import static io.github.embeddedkms.model.DryRunModifierType.IGNORE_CIPHERTEXT;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.ConditionallyRequired;
import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.DryRunModifierType;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.RecipientInfo;
import io.github.embeddedkms.model.SecretBytes;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts a ciphertext blob from {@link Encrypt}, {@link ReEncrypt}, {@link GenerateDataKey} or
 * {@link GenerateDataKeyWithoutPlaintext}. A symmetric ciphertext identifies the key that decrypts
 * it. If the request names a key too, it must be this key.
 *
 * <p>Errors: ValidationException, NotFoundException, AccessDeniedException (also for the ciphertext
 * of a key that does not exist here), InvalidGrantTokenException, InvalidCiphertextException,
 * IncorrectKeyException, InvalidKeyUsageException, DisabledException, KMSInvalidStateException,
 * DryRunOperationException.
 *
 * <p>Source: AWS KMS API Reference, Decrypt.
 *
 * @param ciphertextBlob the ciphertext, 1 to 6144 bytes; required unless the dry run ignores it
 * @param encryptionContext the pairs that the ciphertext is bound to: all of them, and no others
 * @param grantTokens up to 10 grant tokens of 1 to 8192 characters each, for grants that are not
 *     effective everywhere yet
 * @param keyId the key that must have encrypted the ciphertext: key id, key ARN, alias name or
 *     alias ARN; required if the algorithm is not symmetric or the dry run ignores the ciphertext
 * @param encryptionAlgorithm the algorithm that encrypted the ciphertext; {@link
 *     EncryptionAlgorithmSpec#SYMMETRIC_DEFAULT} if absent
 * @param recipient an enclave that the plaintext is encrypted for, instead of being returned as
 *     plaintext; not supported yet
 * @param dryRun true to perform all checks and return nothing; the result is then always an error
 * @param dryRunModifiers the checks that the dry run omits; only together with {@code dryRun}
 */
@RecordBuilder
public record Decrypt(
    @Nullable @Length(min = 1, max = 6144) Bytes ciphertextBlob,
    @Nullable Map<String, String> encryptionContext,
    @Nullable @Length(max = 10) List<@Length(min = 1, max = 8192) String> grantTokens,
    @Nullable @KeyIdentifier String keyId,
    @Nullable EncryptionAlgorithmSpec encryptionAlgorithm,
    @Nullable RecipientInfo recipient,
    @Nullable Boolean dryRun,
    @Nullable List<DryRunModifierType> dryRunModifiers)
    implements KmsRequest<Decrypt.Response>, ConditionallyRequired {

  /** Copies the collections. */
  public Decrypt {
    encryptionContext = Copies.map(encryptionContext);
    grantTokens = Copies.list(grantTokens);
    dryRunModifiers = Copies.list(dryRunModifiers);
  }

  @Override
  public Set<String> conditionallyRequired() {
    return ignoresCiphertext() ? Set.of() : Set.of("ciphertextBlob");
  }

  /**
   * Returns whether this is a dry run that checks the caller's permission only.
   *
   * @return true for a dry run with {@link DryRunModifierType#IGNORE_CIPHERTEXT}
   */
  public boolean ignoresCiphertext() {
    return Boolean.TRUE.equals(dryRun)
        && dryRunModifiers != null
        && dryRunModifiers.contains(IGNORE_CIPHERTEXT);
  }

  /**
   * The plaintext of the ciphertext.
   *
   * @param keyId the key ARN of the KMS key
   * @param plaintext the plaintext, to be closed after use; absent if the request has a recipient
   * @param encryptionAlgorithm the algorithm that decrypted the ciphertext
   * @param ciphertextForRecipient the plaintext encrypted for the recipient; present only if the
   *     request has one
   * @param keyMaterialId the id of the key material that decrypted the ciphertext, 64 hexadecimal
   *     digits; present only for symmetric keys, and absent if the request has a recipient
   */
  @RecordBuilder
  public record Response(
      String keyId,
      @Nullable SecretBytes plaintext,
      EncryptionAlgorithmSpec encryptionAlgorithm,
      @Nullable Bytes ciphertextForRecipient,
      @Nullable String keyMaterialId) {

    /**
     * Returns the plaintext, which {@link #plaintext()} declares as nullable. It is always present
     * if the request has no recipient.
     *
     * @return the plaintext, to be closed after use
     * @throws IllegalStateException if it is absent
     */
    public SecretBytes requirePlaintext() {
      return RequiredPlaintext.of(plaintext, "plaintext");
    }
  }
}
