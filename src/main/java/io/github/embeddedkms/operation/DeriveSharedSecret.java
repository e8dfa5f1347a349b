package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.KeyAgreementAlgorithmSpec;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.OriginType;
import io.github.embeddedkms.model.RecipientInfo;
import io.github.embeddedkms.model.Required;
import io.github.embeddedkms.model.SecretBytes;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Derives a secret from the private key of a KMS key and another party's public key. The other
 * party derives the same secret from its own private key and the public key of the KMS key ({@link
 * GetPublicKey}), with or without the service. Not every secret is equally likely, so it must pass
 * through a key derivation function before it is used as a key.
 *
 * <p>Errors: ValidationException (without a message if the other public key is unusable),
 * NotFoundException, AccessDeniedException, InvalidGrantTokenException, InvalidKeyUsageException,
 * DisabledException, KMSInvalidStateException, DryRunOperationException.
 *
 * <p>Source: AWS KMS API Reference, DeriveSharedSecret; NIST SP 800-56A, section 5.7.1.2.
 *
 * @param keyId the key for key agreements: key id, key ARN, alias name or alias ARN
 * @param keyAgreementAlgorithm the algorithm
 * @param publicKey the other party's public key in DER, as an X.509 SubjectPublicKeyInfo (RFC
 *     5280), 1 to 8192 bytes: an uncompressed point of the KMS key's curve
 * @param grantTokens up to 10 grant tokens of 1 to 8192 characters each, for grants that are not
 *     effective everywhere yet
 * @param dryRun true to perform all checks and nothing else; the result is then always an error
 * @param recipient an enclave that the secret is encrypted for, instead of being returned as
 *     plaintext; not supported yet
 */
@RecordBuilder
public record DeriveSharedSecret(
    @Required @KeyIdentifier String keyId,
    @Required KeyAgreementAlgorithmSpec keyAgreementAlgorithm,
    @Required @Length(min = 1, max = 8192) Bytes publicKey,
    @Nullable @Length(max = 10) List<@Length(min = 1, max = 8192) String> grantTokens,
    @Nullable Boolean dryRun,
    @Nullable RecipientInfo recipient)
    implements KmsRequest<DeriveSharedSecret.Response> {

  /** Copies the list. */
  public DeriveSharedSecret {
    grantTokens = Copies.list(grantTokens);
  }

  /**
   * A shared secret.
   *
   * @param keyId the key ARN of the KMS key
   * @param sharedSecret the secret, to be closed after use: the x-coordinate of the shared point,
   *     32, 48 or 66 bytes; absent if the request has a recipient
   * @param ciphertextForRecipient the secret encrypted for the recipient; present only if the
   *     request has one
   * @param keyAgreementAlgorithm the algorithm that derived the secret
   * @param keyOrigin where the key material comes from
   */
  @RecordBuilder
  public record Response(
      String keyId,
      @Nullable SecretBytes sharedSecret,
      @Nullable Bytes ciphertextForRecipient,
      KeyAgreementAlgorithmSpec keyAgreementAlgorithm,
      OriginType keyOrigin) {

    /**
     * Returns the secret, which {@link #sharedSecret()} declares as nullable. It is always present
     * if the request has no recipient.
     *
     * @return the secret, to be closed after use
     * @throws IllegalStateException if it is absent
     */
    public SecretBytes requireSharedSecret() {
      return RequiredPlaintext.of(sharedSecret, "sharedSecret");
    }
  }
}
