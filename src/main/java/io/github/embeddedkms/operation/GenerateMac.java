package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.MacAlgorithmSpec;
import io.github.embeddedkms.model.Required;
import io.github.embeddedkms.model.SecretBytes;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Generates a message authentication code (HMAC, RFC 2104) with an HMAC KMS key. The caller remains
 * responsible for closing the message.
 *
 * <p>Errors: ValidationException, NotFoundException, AccessDeniedException,
 * InvalidGrantTokenException, InvalidKeyUsageException, DisabledException,
 * KMSInvalidStateException, DryRunOperationException.
 *
 * <p>Source: AWS KMS API Reference, GenerateMac.
 *
 * @param message the message, 1 to 4096 bytes
 * @param keyId the HMAC key: key id, key ARN, alias name or alias ARN
 * @param macAlgorithm the MAC algorithm, the one that the key's spec offers
 * @param grantTokens up to 10 grant tokens of 1 to 8192 characters each, for grants that are not
 *     effective everywhere yet
 * @param dryRun true to perform all checks and nothing else; the result is then always an error
 */
@RecordBuilder
public record GenerateMac(
    @Required @Length(min = 1, max = 4096) SecretBytes message,
    @Required @KeyIdentifier String keyId,
    @Required MacAlgorithmSpec macAlgorithm,
    @Nullable @Length(max = 10) List<@Length(min = 1, max = 8192) String> grantTokens,
    @Nullable Boolean dryRun)
    implements KmsRequest<GenerateMac.Response> {

  /** Copies the list. */
  public GenerateMac {
    grantTokens = Copies.list(grantTokens);
  }

  /**
   * A MAC.
   *
   * @param mac the MAC, 28, 32, 48 or 64 bytes, as many as the hash has
   * @param macAlgorithm the algorithm that generated the MAC
   * @param keyId the key ARN of the KMS key
   */
  @RecordBuilder
  public record Response(Bytes mac, MacAlgorithmSpec macAlgorithm, String keyId) {}
}
