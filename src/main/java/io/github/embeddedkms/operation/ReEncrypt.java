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
 * Opens a ciphertext and encrypts what was in it under another key, or under the same key with
 * another encryption context, without the plaintext ever leaving the service.
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
 * @param sourceKeyId the key that must have made the ciphertext: key id, key ARN, alias name or
 *     alias ARN; required where the algorithm is not symmetric or the dry run ignores the
 *     ciphertext
 * @param destinationKeyId the key to encrypt under: key id, key ARN, alias name or alias ARN
 * @param destinationEncryptionContext the pairs that the new ciphertext will be bound to
 * @param sourceEncryptionAlgorithm how it was encrypted; absent for {@link
 *     EncryptionAlgorithmSpec#SYMMETRIC_DEFAULT}
 * @param destinationEncryptionAlgorithm how to encrypt; absent for {@link
 *     EncryptionAlgorithmSpec#SYMMETRIC_DEFAULT}
 * @param grantTokens up to 10 tokens of grants too new to be known everywhere, each of 1 to 8192
 *     characters
 * @param dryRun true to check everything and do nothing: the answer is then an error either way
 * @param dryRunModifiers what the dry run leaves out; only together with {@code dryRun}
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
    return ignoresCiphertext() ? Set.of("sourceKeyId") : Set.of("ciphertextBlob");
  }

  /**
   * Whether this is a dry run that looks at the caller's permission only.
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
   * @param sourceKeyId the key ARN of the key that opened the old one
   * @param keyId the key ARN of the key that made the new one
   * @param sourceEncryptionAlgorithm how it was decrypted
   * @param destinationEncryptionAlgorithm how it was encrypted
   * @param sourceKeyMaterialId which material opened the old one, 64 hexadecimal digits; present
   *     only for symmetric keys
   * @param destinationKeyMaterialId which material made the new one, 64 hexadecimal digits; present
   *     only for symmetric keys
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
