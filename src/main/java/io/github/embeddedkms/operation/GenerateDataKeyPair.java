package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.DataKeyPairSpec;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.RecipientInfo;
import io.github.embeddedkms.model.Required;
import io.github.embeddedkms.model.SecretBytes;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Generates a key pair for use outside of KMS, and returns its private key twice: in plaintext, and
 * encrypted under a KMS key. {@link Decrypt} decrypts the encrypted private key.
 *
 * <p>This takes as long as generating the pair: less than 5 milliseconds for elliptic curves and
 * ML-KEM, but typically 0.1 to 1.5 seconds for RSA, and several times that now and then. Other
 * calls do not wait for it.
 *
 * <p>Errors: ValidationException, NotFoundException, AccessDeniedException,
 * InvalidGrantTokenException, InvalidKeyUsageException, DisabledException,
 * KMSInvalidStateException, DryRunOperationException; UnsupportedOperationException for a spec that
 * does not exist in the Region: SM2 exists in China Regions only, ML-KEM in the others only.
 *
 * <p>Source: AWS KMS API Reference, GenerateDataKeyPair.
 *
 * @param encryptionContext the pairs that the encrypted private key is bound to; {@link Decrypt}
 *     needs the same pairs
 * @param keyId the symmetric encryption key that encrypts the private key: key id, key ARN, alias
 *     name or alias ARN
 * @param keyPairSpec the type of the key pair
 * @param grantTokens up to 10 grant tokens of 1 to 8192 characters each, for grants that are not
 *     effective everywhere yet
 * @param recipient an enclave that the private key is encrypted for, instead of being returned as
 *     plaintext; not supported yet
 * @param dryRun true to perform all checks and nothing else; the result is then always an error
 */
@RecordBuilder
public record GenerateDataKeyPair(
    @Nullable Map<String, String> encryptionContext,
    @Required @KeyIdentifier String keyId,
    @Required DataKeyPairSpec keyPairSpec,
    @Nullable @Length(max = 10) List<@Length(min = 1, max = 8192) String> grantTokens,
    @Nullable RecipientInfo recipient,
    @Nullable Boolean dryRun)
    implements KmsRequest<GenerateDataKeyPair.Response> {

  /** Copies the collections. */
  public GenerateDataKeyPair {
    encryptionContext = Copies.map(encryptionContext);
    grantTokens = Copies.list(grantTokens);
  }

  /**
   * A new key pair.
   *
   * @param privateKeyCiphertextBlob the private key encrypted under the KMS key, 74 bytes longer
   *     than the private key
   * @param privateKeyPlaintext the private key in DER, as a PKCS #8 PrivateKeyInfo (RFC 5958), to
   *     be closed after use; absent if the request has a recipient
   * @param publicKey the public key in DER, as an X.509 SubjectPublicKeyInfo (RFC 5280)
   * @param keyId the key ARN of the KMS key
   * @param keyPairSpec the type of the key pair
   * @param ciphertextForRecipient the private key encrypted for the recipient; present only if the
   *     request has one
   * @param keyMaterialId the id of the key material that encrypted the private key, 64 hexadecimal
   *     digits
   */
  @RecordBuilder
  public record Response(
      Bytes privateKeyCiphertextBlob,
      @Nullable SecretBytes privateKeyPlaintext,
      Bytes publicKey,
      String keyId,
      DataKeyPairSpec keyPairSpec,
      @Nullable Bytes ciphertextForRecipient,
      String keyMaterialId) {

    /**
     * Returns the private key, which {@link #privateKeyPlaintext()} declares as nullable. It is
     * always present if the request has no recipient.
     *
     * @return the private key in DER, to be closed after use
     * @throws IllegalStateException if it is absent
     */
    public SecretBytes requirePrivateKeyPlaintext() {
      return RequiredPlaintext.of(privateKeyPlaintext, "privateKeyPlaintext");
    }
  }
}
