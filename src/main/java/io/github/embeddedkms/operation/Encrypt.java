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
 * Encrypts up to 4096 bytes under a KMS key: a password, a small secret, a data key from elsewhere.
 * For anything longer take a data key ({@link GenerateDataKey}).
 *
 * <p>Errors: ValidationException, NotFoundException, AccessDeniedException,
 * InvalidGrantTokenException, InvalidKeyUsageException, DisabledException,
 * KMSInvalidStateException, DryRunOperationException.
 *
 * <p>Source: AWS KMS API Reference, Encrypt.
 *
 * @param keyId the key to encrypt under: key id, key ARN, alias name or alias ARN
 * @param plaintext what to encrypt, 1 to 4096 bytes; stays the caller's to close
 * @param encryptionContext what the ciphertext is bound to; {@link Decrypt} needs the same pairs
 * @param grantTokens up to 10 tokens of grants too new to be known everywhere, each of 1 to 8192
 *     characters
 * @param encryptionAlgorithm how to encrypt; absent for {@link
 *     EncryptionAlgorithmSpec#SYMMETRIC_DEFAULT}
 * @param dryRun true to check everything and do nothing: the answer is then an error either way
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
   * @param ciphertextBlob the ciphertext: 74 bytes longer than the plaintext for a symmetric key
   * @param keyId the key ARN of the KMS key
   * @param encryptionAlgorithm how it was encrypted
   */
  @RecordBuilder
  public record Response(
      Bytes ciphertextBlob, String keyId, EncryptionAlgorithmSpec encryptionAlgorithm) {}
}
