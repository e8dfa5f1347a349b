package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Required;
import io.github.embeddedkms.model.SecretBytes;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts up to 4096 bytes under a KMS key, for example a password, another small secret, or a
 * data key from another source. For longer data, use a data key ({@link GenerateDataKey}). The
 * caller remains responsible for closing the plaintext.
 *
 * <p>Errors: ValidationException, NotFoundException, AccessDeniedException,
 * InvalidGrantTokenException, InvalidKeyUsageException, DisabledException,
 * KMSInvalidStateException, DryRunOperationException.
 *
 * <p>Source: AWS KMS API Reference, Encrypt.
 *
 * @param keyId the key to encrypt under: key id, key ARN, alias name or alias ARN
 * @param plaintext the bytes to encrypt, 1 to 4096
 * @param encryptionContext the pairs that the ciphertext is bound to; {@link Decrypt} needs the
 *     same pairs
 * @param grantTokens up to 10 grant tokens of 1 to 8192 characters each, for grants that are not
 *     effective everywhere yet
 * @param encryptionAlgorithm the encryption algorithm; {@link
 *     EncryptionAlgorithmSpec#SYMMETRIC_DEFAULT} if absent
 * @param dryRun true to perform all checks and nothing else; the result is then always an error
 */
@RecordBuilder
public record Encrypt(
    @Required @KeyIdentifier String keyId,
    @Required @Length(min = 1, max = 4096) SecretBytes plaintext,
    @Nullable Map<String, String> encryptionContext,
    @Nullable @Length(max = 10) List<@Length(min = 1, max = 8192) String> grantTokens,
    @Nullable EncryptionAlgorithmSpec encryptionAlgorithm,
    @Nullable Boolean dryRun)
    implements KmsRequest<Encrypt.Response> {

  /** Copies the collections. */
  public Encrypt {
    encryptionContext = Copies.map(encryptionContext);
    grantTokens = Copies.list(grantTokens);
  }

  /**
   * A ciphertext.
   *
   * @param ciphertextBlob the ciphertext; for a symmetric key, 74 bytes longer than the plaintext
   * @param keyId the key ARN of the KMS key
   * @param encryptionAlgorithm the algorithm that encrypted the plaintext
   */
  @RecordBuilder
  public record Response(
      Bytes ciphertextBlob, String keyId, EncryptionAlgorithmSpec encryptionAlgorithm) {}
}
