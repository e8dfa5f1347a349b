package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.DataKeySpec;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Range;
import io.github.embeddedkms.model.Required;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Generates a random data key and returns it only encrypted under a KMS key. This is for a
 * component that only prepares: another component, which may call {@link Decrypt}, encrypts data
 * with the data key later.
 *
 * <p>Exactly one of {@code keySpec} and {@code numberOfBytes} must specify the length of the data
 * key.
 *
 * <p>Errors: ValidationException, NotFoundException, AccessDeniedException,
 * InvalidGrantTokenException, InvalidKeyUsageException, DisabledException,
 * KMSInvalidStateException, DryRunOperationException.
 *
 * <p>Source: AWS KMS API Reference, GenerateDataKeyWithoutPlaintext.
 *
 * @param keyId the symmetric encryption key that encrypts the data key: key id, key ARN, alias name
 *     or alias ARN
 * @param encryptionContext the pairs that the encrypted data key is bound to; {@link Decrypt} needs
 *     the same pairs
 * @param keySpec the length of the data key, as the name of a cipher
 * @param numberOfBytes the length of the data key, 1 to 1024 bytes
 * @param grantTokens up to 10 grant tokens of 1 to 8192 characters each, for grants that are not
 *     effective everywhere yet
 * @param dryRun true to perform all checks and nothing else; the result is then always an error
 */
@RecordBuilder
public record GenerateDataKeyWithoutPlaintext(
    @Required @KeyIdentifier String keyId,
    @Nullable Map<String, String> encryptionContext,
    @Nullable DataKeySpec keySpec,
    @Nullable @Range(min = 1, max = 1024) Integer numberOfBytes,
    @Nullable @Length(max = 10) List<@Length(min = 1, max = 8192) String> grantTokens,
    @Nullable Boolean dryRun)
    implements KmsRequest<GenerateDataKeyWithoutPlaintext.Response> {

  /** Copies the collections. */
  public GenerateDataKeyWithoutPlaintext {
    encryptionContext = Copies.map(encryptionContext);
    grantTokens = Copies.list(grantTokens);
  }

  /**
   * A new data key, encrypted.
   *
   * @param ciphertextBlob the data key encrypted under the KMS key, 74 bytes longer than the data
   *     key
   * @param keyId the key ARN of the KMS key
   * @param keyMaterialId the id of the key material that encrypted the data key, 64 hexadecimal
   *     digits; absent for a key whose material is not in KMS
   */
  @RecordBuilder
  public record Response(Bytes ciphertextBlob, String keyId, @Nullable String keyMaterialId) {}
}
