package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.ConditionallyRequired;
import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.DryRunModifierType;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts a ciphertext and encrypts its plaintext again, under another key, or under the same key
 * with another encryption context. The plaintext never leaves the service.
 *
 * <p>Errors: ValidationException, NotFoundException, AccessDeniedException (also for the ciphertext
 * of a key that does not exist here), InvalidGrantTokenException, InvalidCiphertextException,
 * IncorrectKeyException, InvalidKeyUsageException, DisabledException, KMSInvalidStateException,
 * DryRunOperationException.
 *
 * <p>Source: AWS KMS API Reference, ReEncrypt.
 *
 * @param ciphertextBlob the ciphertext, 1 to 6144 bytes; required unless the dry run ignores it
 * @param sourceEncryptionContext the pairs that the ciphertext is bound to
 * @param sourceKeyId the key that must have encrypted the ciphertext: key id, key ARN, alias name
 *     or alias ARN; required if the algorithm is not symmetric or the dry run ignores the
 *     ciphertext
 * @param destinationKeyId the key to encrypt under: key id, key ARN, alias name or alias ARN
 * @param destinationEncryptionContext the pairs that the new ciphertext will be bound to
 * @param sourceEncryptionAlgorithm the algorithm that encrypted the ciphertext; {@link
 *     EncryptionAlgorithmSpec#SYMMETRIC_DEFAULT} if absent
 * @param destinationEncryptionAlgorithm the algorithm to encrypt with; {@link
 *     EncryptionAlgorithmSpec#SYMMETRIC_DEFAULT} if absent
 * @param grantTokens up to 10 grant tokens of 1 to 8192 characters each, for grants that are not
 *     effective everywhere yet
 * @param dryRun true to perform all checks and nothing else; the result is then always an error
 * @param dryRunModifiers the checks that the dry run omits; only together with {@code dryRun}
 */
@RecordBuilder
public record ReEncrypt(
    @Nullable @Length(min = 1, max = 6144) Bytes ciphertextBlob,
    @Nullable Map<String, String> sourceEncryptionContext,
    @Nullable @KeyIdentifier String sourceKeyId,
    @Required @KeyIdentifier String destinationKeyId,
    @Nullable Map<String, String> destinationEncryptionContext,
    @Nullable EncryptionAlgorithmSpec sourceEncryptionAlgorithm,
    @Nullable EncryptionAlgorithmSpec destinationEncryptionAlgorithm,
    @Nullable @Length(max = 10) List<@Length(min = 1, max = 8192) String> grantTokens,
    @Nullable Boolean dryRun,
    @Nullable List<DryRunModifierType> dryRunModifiers)
    implements KmsRequest<ReEncrypt.Response>, ConditionallyRequired {

  /** Copies the collections. */
  public ReEncrypt {
    sourceEncryptionContext = Copies.map(sourceEncryptionContext);
    destinationEncryptionContext = Copies.map(destinationEncryptionContext);
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
        && dryRunModifiers.contains(DryRunModifierType.IGNORE_CIPHERTEXT);
  }

  /**
   * A new ciphertext.
   *
   * @param ciphertextBlob the new ciphertext
   * @param sourceKeyId the key ARN of the key that decrypted the old ciphertext
   * @param keyId the key ARN of the key that encrypted the new ciphertext
   * @param sourceEncryptionAlgorithm the algorithm that decrypted the old ciphertext
   * @param destinationEncryptionAlgorithm the algorithm that encrypted the new ciphertext
   * @param sourceKeyMaterialId the id of the key material that decrypted the old ciphertext, 64
   *     hexadecimal digits; present only for symmetric keys
   * @param destinationKeyMaterialId the id of the key material that encrypted the new ciphertext,
   *     64 hexadecimal digits; present only for symmetric keys
   */
  @RecordBuilder
  public record Response(
      Bytes ciphertextBlob,
      String sourceKeyId,
      String keyId,
      EncryptionAlgorithmSpec sourceEncryptionAlgorithm,
      EncryptionAlgorithmSpec destinationEncryptionAlgorithm,
      @Nullable String sourceKeyMaterialId,
      @Nullable String destinationKeyMaterialId) {}
}
