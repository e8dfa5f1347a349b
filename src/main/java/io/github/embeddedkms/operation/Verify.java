package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.MessageType;
import io.github.embeddedkms.model.Required;
import io.github.embeddedkms.model.SecretBytes;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a signature with the public key of an asymmetric KMS key. The caller remains responsible
 * for closing the message.
 *
 * <p>Errors: ValidationException, NotFoundException, AccessDeniedException,
 * InvalidGrantTokenException, InvalidKeyUsageException, DisabledException,
 * KMSInvalidStateException, DryRunOperationException; KMSInvalidSignatureException, without a
 * message, if the signature is not valid, whatever the reason.
 *
 * <p>Source: AWS KMS API Reference, Verify.
 *
 * @param keyId the signing key: key id, key ARN, alias name or alias ARN
 * @param message the message, its digest, or its representative, 1 to 4096 bytes
 * @param messageType which of these it is; {@link MessageType#RAW} if absent. A digest has the
 *     length of the algorithm's hash; a representative has 64 bytes
 * @param signature the signature, 1 to 6144 bytes
 * @param signingAlgorithm the algorithm that created the signature
 * @param grantTokens up to 10 grant tokens of 1 to 8192 characters each, for grants that are not
 *     effective everywhere yet
 * @param dryRun true to perform all checks and nothing else; the result is then always an error
 */
@RecordBuilder
public record Verify(
    @Required @KeyIdentifier String keyId,
    @Required @Length(min = 1, max = 4096) SecretBytes message,
    @Nullable MessageType messageType,
    @Required @Length(min = 1, max = 6144) Bytes signature,
    @Required SigningAlgorithmSpec signingAlgorithm,
    @Nullable @Length(max = 10) List<@Length(min = 1, max = 8192) String> grantTokens,
    @Nullable Boolean dryRun)
    implements KmsRequest<Verify.Response> {

  /** Copies the list. */
  public Verify {
    grantTokens = Copies.list(grantTokens);
  }

  /**
   * A valid signature. If the signature is not valid, there is an error instead of a response.
   *
   * @param keyId the key ARN of the KMS key
   * @param signatureValid always true
   * @param signingAlgorithm the algorithm that verified the signature
   */
  @RecordBuilder
  public record Response(
      String keyId, Boolean signatureValid, SigningAlgorithmSpec signingAlgorithm) {}
}
