package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.EncapsulationAlgorithmSpec;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Required;
import io.github.embeddedkms.model.SecretBytes;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Creates a shared secret and its ciphertext with the public key of an ML-KEM key. {@link
 * Decapsulate} derives the same secret from the ciphertext. Anyone who has the public key ({@link
 * GetPublicKey}) can do the same without the service.
 *
 * <p>Errors: ValidationException, NotFoundException, AccessDeniedException,
 * InvalidGrantTokenException, InvalidKeyUsageException, DisabledException,
 * KMSInvalidStateException, DryRunOperationException.
 *
 * <p>Source: AWS KMS API Reference, Encapsulate; FIPS 203.
 *
 * @param keyId the key for encapsulation: key id, key ARN, alias name or alias ARN
 * @param encapsulationAlgorithm the algorithm; the key spec determines its parameter set
 * @param grantTokens up to 10 grant tokens of 1 to 8192 characters each, for grants that are not
 *     effective everywhere yet
 * @param dryRun true to perform all checks and nothing else; the result is then always an error
 */
@RecordBuilder
public record Encapsulate(
    @Required @KeyIdentifier String keyId,
    @Required EncapsulationAlgorithmSpec encapsulationAlgorithm,
    @Nullable @Length(max = 10) List<@Length(min = 1, max = 8192) String> grantTokens,
    @Nullable Boolean dryRun)
    implements KmsRequest<Encapsulate.Response> {

  /** Copies the list. */
  public Encapsulate {
    grantTokens = Copies.list(grantTokens);
  }

  /**
   * A shared secret and its ciphertext.
   *
   * @param keyId the key ARN of the KMS key
   * @param sharedSecret the secret, 32 bytes, to be closed after use
   * @param sharedSecretCiphertextBlob the ciphertext of the secret: 768, 1088 or 1568 bytes for
   *     ML_KEM_512, ML_KEM_768 and ML_KEM_1024. It does not name the key
   * @param encapsulationAlgorithm the algorithm that created them
   */
  @RecordBuilder
  public record Response(
      String keyId,
      SecretBytes sharedSecret,
      Bytes sharedSecretCiphertextBlob,
      EncapsulationAlgorithmSpec encapsulationAlgorithm) {}
}
