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
 * Signs a message with the private key of an asymmetric KMS key. Anyone who has the public key
 * ({@link GetPublicKey}) can verify the signature, with or without the service. The caller remains
 * responsible for closing the message.
 *
 * <p>ECDSA signatures and the SM2 signature are in DER, a SEQUENCE of two INTEGERs, so that their
 * length varies. The salt of RSASSA-PSS is as long as the hash.
 *
 * <p>Errors: ValidationException, NotFoundException, AccessDeniedException,
 * InvalidGrantTokenException, InvalidKeyUsageException, DisabledException,
 * KMSInvalidStateException, DryRunOperationException.
 *
 * <p>Source: AWS KMS API Reference, Sign.
 *
 * @param keyId the signing key: key id, key ARN, alias name or alias ARN
 * @param message the message, its digest, or its representative, 1 to 4096 bytes
 * @param messageType which of these it is; {@link MessageType#RAW} if absent. A digest has the
 *     length of the algorithm's hash; a representative has 64 bytes
 * @param grantTokens up to 10 grant tokens of 1 to 8192 characters each, for grants that are not
 *     effective everywhere yet
 * @param signingAlgorithm the signing algorithm, one that the key's spec offers
 * @param dryRun true to perform all checks and nothing else; the result is then always an error
 */
@RecordBuilder
public record Sign(
    @Required @KeyIdentifier String keyId,
    @Required @Length(min = 1, max = 4096) SecretBytes message,
    @Nullable MessageType messageType,
    @Nullable @Length(max = 10) List<@Length(min = 1, max = 8192) String> grantTokens,
    @Required SigningAlgorithmSpec signingAlgorithm,
    @Nullable Boolean dryRun)
    implements KmsRequest<Sign.Response> {

  /** Copies the list. */
  public Sign {
    grantTokens = Copies.list(grantTokens);
  }

  /**
   * A signature.
   *
   * @param keyId the key ARN of the KMS key
   * @param signature the signature
   * @param signingAlgorithm the algorithm that created the signature
   */
  @RecordBuilder
  public record Response(String keyId, Bytes signature, SigningAlgorithmSpec signingAlgorithm) {}
}
