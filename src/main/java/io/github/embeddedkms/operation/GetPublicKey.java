package io.github.embeddedkms.operation;

import io.github.embeddedkms.model.Bytes;
import io.github.embeddedkms.model.Copies;
import io.github.embeddedkms.model.CustomerMasterKeySpec;
import io.github.embeddedkms.model.EncapsulationAlgorithmSpec;
import io.github.embeddedkms.model.EncryptionAlgorithmSpec;
import io.github.embeddedkms.model.KeyAgreementAlgorithmSpec;
import io.github.embeddedkms.model.KeyIdentifier;
import io.github.embeddedkms.model.KeySpec;
import io.github.embeddedkms.model.KeyUsageType;
import io.github.embeddedkms.model.Length;
import io.github.embeddedkms.model.Required;
import io.github.embeddedkms.model.SigningAlgorithmSpec;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Returns the public key of an asymmetric KMS key, also while the key is disabled. It can be used
 * outside of KMS, without any call of the service.
 *
 * <p>Errors: ValidationException, NotFoundException, AccessDeniedException,
 * InvalidGrantTokenException, KMSInvalidStateException; UnsupportedOperationException, without a
 * message, if the key is symmetric.
 *
 * <p>Source: AWS KMS API Reference, GetPublicKey.
 *
 * @param keyId the asymmetric key: key id, key ARN, alias name or alias ARN
 * @param grantTokens up to 10 grant tokens of 1 to 8192 characters each, for grants that are not
 *     effective everywhere yet
 */
@RecordBuilder
public record GetPublicKey(
    @Required @KeyIdentifier String keyId,
    @Nullable @Length(max = 10) List<@Length(min = 1, max = 8192) String> grantTokens)
    implements KmsRequest<GetPublicKey.Response> {

  /** Copies the list. */
  public GetPublicKey {
    grantTokens = Copies.list(grantTokens);
  }

  /**
   * A public key, with what it can be used for.
   *
   * @param keyId the key ARN of the KMS key
   * @param publicKey the public key in DER, as an X.509 SubjectPublicKeyInfo (RFC 5280)
   * @param customerMasterKeySpec the older name of the key spec; absent for specs that have none
   * @param keySpec the type of the key material
   * @param keyUsage the operations that the key can be used for
   * @param encryptionAlgorithms the encryption algorithms; present only for the usage {@link
   *     KeyUsageType#ENCRYPT_DECRYPT}
   * @param signingAlgorithms the signing algorithms; present only for the usage {@link
   *     KeyUsageType#SIGN_VERIFY}
   * @param keyAgreementAlgorithms the key agreement algorithms; present only for the usage {@link
   *     KeyUsageType#KEY_AGREEMENT}
   * @param encapsulationAlgorithms the encapsulation algorithms; present only for the usage {@link
   *     KeyUsageType#ENCAPSULATE_DECAPSULATE}
   */
  @RecordBuilder
  public record Response(
      String keyId,
      Bytes publicKey,
      @Nullable CustomerMasterKeySpec customerMasterKeySpec,
      KeySpec keySpec,
      KeyUsageType keyUsage,
      @Nullable List<EncryptionAlgorithmSpec> encryptionAlgorithms,
      @Nullable List<SigningAlgorithmSpec> signingAlgorithms,
      @Nullable List<KeyAgreementAlgorithmSpec> keyAgreementAlgorithms,
      @Nullable List<EncapsulationAlgorithmSpec> encapsulationAlgorithms) {

    /** Copies the lists. */
    public Response {
      encryptionAlgorithms = Copies.list(encryptionAlgorithms);
      signingAlgorithms = Copies.list(signingAlgorithms);
      keyAgreementAlgorithms = Copies.list(keyAgreementAlgorithms);
      encapsulationAlgorithms = Copies.list(encapsulationAlgorithms);
    }
  }
}
