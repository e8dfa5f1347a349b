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
 * Verifies a message authentication code with an HMAC KMS key. The caller remains responsible for
 * closing the message.
 *
 * <p>Errors: ValidationException, NotFoundException, AccessDeniedException,
 * InvalidGrantTokenException, InvalidKeyUsageException, DisabledException,
 * KMSInvalidStateException, DryRunOperationException; KMSInvalidMacException, without a message, if
 * the MAC is not that of the message.
 *
 * <p>Source: AWS KMS API Reference, VerifyMac.
 *
 * @param message the message, 1 to 4096 bytes
 * @param keyId the HMAC key: key id, key ARN, alias name or alias ARN
 * @param macAlgorithm the algorithm that generated the MAC
 * @param mac the MAC, 1 to 6144 bytes; the comparison takes the same time wherever it differs
 * @param grantTokens up to 10 grant tokens of 1 to 8192 characters each, for grants that are not
 *     effective everywhere yet
 * @param dryRun true to perform all checks and nothing else; the result is then always an error
 */
@RecordBuilder
public record VerifyMac(
    @Required @Length(min = 1, max = 4096) SecretBytes message,
    @Required @KeyIdentifier String keyId,
    @Required MacAlgorithmSpec macAlgorithm,
    @Required @Length(min = 1, max = 6144) Bytes mac,
    @Nullable @Length(max = 10) List<@Length(min = 1, max = 8192) String> grantTokens,
    @Nullable Boolean dryRun)
    implements KmsRequest<VerifyMac.Response> {

  /** Copies the list. */
  public VerifyMac {
    grantTokens = Copies.list(grantTokens);
  }

  /**
   * A valid MAC. If the MAC is not valid, there is an error instead of a response.
   *
   * @param keyId the key ARN of the KMS key
   * @param macValid always true
   * @param macAlgorithm the algorithm that verified the MAC
   */
  @RecordBuilder
  public record Response(String keyId, Boolean macValid, MacAlgorithmSpec macAlgorithm) {}
}
