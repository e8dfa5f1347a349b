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
 * Makes a random data key and returns it only sealed under a KMS key: for a component that prepares
 * where another, which may call {@link Decrypt}, will encrypt later.
 *
 * <p>Exactly one of {@code keySpec} and {@code numberOfBytes} says how long the data key is.
 *
 * <p>Errors: ValidationException, NotFoundException, AccessDeniedException,
 * InvalidGrantTokenException, InvalidKeyUsageException, DisabledException,
 * KMSInvalidStateException, DryRunOperationException.
 *
 * <p>Source: AWS KMS API Reference, GenerateDataKeyWithoutPlaintext.
 *
 * @param keyId the symmetric encryption key to seal under: key id, key ARN, alias name or alias ARN
 * @param encryptionContext what the sealed key is bound to; {@link Decrypt} needs the same pairs
 * @param keySpec the length of the data key by the name of a cipher
 * @param numberOfBytes the length of the data key, 1 to 1024 bytes
 * @param grantTokens up to 10 tokens of grants too new to be known everywhere, each of 1 to 8192
 *     characters
 * @param dryRun true to check everything and do nothing: the answer is then an error either way
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
   * A new data key, sealed.
   *
   * @param ciphertextBlob the data key sealed under the KMS key: 74 bytes longer than the data key
   * @param keyId the key ARN of the KMS key
   * @param keyMaterialId which material of the KMS key sealed it, 64 hexadecimal digits
   */
  @RecordBuilder
  public record Response(Bytes ciphertextBlob, String keyId, String keyMaterialId) {}
}
