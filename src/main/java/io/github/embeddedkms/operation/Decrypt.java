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
 * Opens what {@link Encrypt}, {@link GenerateDataKey} or {@link GenerateDataKeyWithoutPlaintext}
 * sealed. A symmetric ciphertext says itself which key opens it; naming the key all the same makes
 * sure that it is the one expected.
 *
 * <p>Errors: ValidationException, NotFoundException, AccessDeniedException (also for the ciphertext
 * of a key that does not exist here), InvalidGrantTokenException, InvalidCiphertextException,
 * IncorrectKeyException, InvalidKeyUsageException, DisabledException, KMSInvalidStateException,
 * DryRunOperationException.
 *
 * <p>Source: AWS KMS API Reference, Decrypt.
 *
 * @param ciphertextBlob the ciphertext, 1 to 6144 bytes; required unless the dry run ignores it
 * @param encryptionContext the pairs that the ciphertext is bound to, all of them and no others
 * @param grantTokens up to 10 tokens of grants too new to be known everywhere, each of 1 to 8192
 *     characters
 * @param keyId the key that must have made the ciphertext: key id, key ARN, alias name or alias
 *     ARN; required where the algorithm is not symmetric or the dry run ignores the ciphertext
 * @param encryptionAlgorithm how it was encrypted; absent for {@link
 *     EncryptionAlgorithmSpec#SYMMETRIC_DEFAULT}
 * @param recipient an enclave for which the plaintext is encrypted instead of being returned in the
 *     clear; not supported yet
 * @param dryRun true to check everything and return nothing: the answer is then an error either way
 * @param dryRunModifiers what the dry run leaves out; only together with {@code dryRun}
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
    return ignoresCiphertext() ? Set.of("keyId") : Set.of("ciphertextBlob");
  }

  /**
   * Whether this is a dry run that looks at the caller's permission only.
   *
   * @return true for a dry run with {@link DryRunModifierType#IGNORE_CIPHERTEXT}
   */
  public boolean ignoresCiphertext() {
    return Boolean.TRUE.equals(dryRun)
        && dryRunModifiers != null
        && dryRunModifiers.contains(IGNORE_CIPHERTEXT);
  }

  /**
   * What was in the ciphertext.
   *
   * @param keyId the key ARN of the KMS key
   * @param plaintext the plaintext, to be closed after use; absent if a recipient was given
   * @param encryptionAlgorithm how it was decrypted
   * @param ciphertextForRecipient the plaintext encrypted for the recipient; present only if one
   *     was given
   * @param keyMaterialId which material of the KMS key opened it, 64 hexadecimal digits; present
   *     only for symmetric keys, and absent if a recipient was given
   */
  @RecordBuilder
  public record Response(
      String keyId,
      @Nullable SecretBytes plaintext,
      EncryptionAlgorithmSpec encryptionAlgorithm,
      @Nullable Bytes ciphertextForRecipient,
      @Nullable String keyMaterialId) {}
}
