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
 * Derives the shared secret of a ciphertext that {@link Encapsulate}, or another program with the
 * public key, has created.
 *
 * <p>An altered ciphertext, or that of another key, is not an error: the secret is then
 * pseudo-random, and the same each time ("implicit rejection"). Both parties find out only when
 * they use their secrets.
 *
 * <p>Errors: ValidationException, NotFoundException, AccessDeniedException,
 * InvalidGrantTokenException, InvalidKeyUsageException, DisabledException,
 * KMSInvalidStateException; InvalidCiphertextException if the ciphertext is not as long as those of
 * the key spec; DryRunOperationException.
 *
 * <p>Source: AWS KMS API Reference, Decapsulate; FIPS 203.
 *
 * @param keyId the key for encapsulation: key id, key ARN, alias name or alias ARN
 * @param sharedSecretCiphertextBlob the ciphertext, 1 to 6144 bytes; valid ones have 768, 1088 or
 *     1568 bytes for ML_KEM_512, ML_KEM_768 and ML_KEM_1024
 * @param encapsulationAlgorithm the algorithm; the key spec determines its parameter set
 * @param grantTokens up to 10 grant tokens of 1 to 8192 characters each, for grants that are not
 *     effective everywhere yet
 * @param dryRun true to perform all checks and return nothing; the result is then always an error
 */
@RecordBuilder
public record Decapsulate(
    @Required @KeyIdentifier String keyId,
    @Required @Length(min = 1, max = 6144) Bytes sharedSecretCiphertextBlob,
    @Required EncapsulationAlgorithmSpec encapsulationAlgorithm,
    @Nullable @Length(max = 10) List<@Length(min = 1, max = 8192) String> grantTokens,
    @Nullable Boolean dryRun)
    implements KmsRequest<Decapsulate.Response> {

  /** Copies the list. */
  public Decapsulate {
    grantTokens = Copies.list(grantTokens);
  }

  /**
   * A shared secret.
   *
   * @param keyId the key ARN of the KMS key
   * @param sharedSecret the secret, 32 bytes, to be closed after use
   * @param encapsulationAlgorithm the algorithm that derived it
   */
  @RecordBuilder
  public record Response(
      String keyId, SecretBytes sharedSecret, EncapsulationAlgorithmSpec encapsulationAlgorithm) {}
}
