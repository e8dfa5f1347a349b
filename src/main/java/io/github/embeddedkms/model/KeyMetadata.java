package io.github.embeddedkms.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of a KMS key, without its material, policy, tags and aliases.
 *
 * <p>Source: AWS KMS API Reference, KeyMetadata.
 *
 * @param awsAccountId the account that owns the key, twelve digits
 * @param keyId the key id, without the rest of the ARN
 * @param arn the key ARN
 * @param creationDate when the key was created, with a precision of milliseconds
 * @param enabled whether the key can be used; true only in the state {@link KeyState#ENABLED} and
 *     while an enabled key is {@link KeyState#UPDATING}
 * @param description the description given when the key was created, possibly empty
 * @param keyUsage the operations that the key can be used for
 * @param keyState the state of the key
 * @param deletionDate when the key will be deleted; present only while it is {@link
 *     KeyState#PENDING_DELETION}
 * @param validTo when the imported key material expires; present only if it does
 * @param origin the source of the key material
 * @param customKeyStoreId the custom key store that holds the key; present only if one does
 * @param cloudHsmClusterId the CloudHSM cluster that holds the key; present only if one does
 * @param expirationModel whether imported key material expires; present only while the key has some
 * @param keyManager the manager of the key
 * @param customerMasterKeySpec the older name of the key spec; absent for specs that have none
 * @param keySpec the type of the key material
 * @param encryptionAlgorithms the encryption algorithms of the key; present only for the usage
 *     {@link KeyUsageType#ENCRYPT_DECRYPT}
 * @param signingAlgorithms the signing algorithms of the key; present only for the usage {@link
 *     KeyUsageType#SIGN_VERIFY}
 * @param keyAgreementAlgorithms the key agreement algorithms of the key; present only for the usage
 *     {@link KeyUsageType#KEY_AGREEMENT}
 * @param encapsulationAlgorithms the encapsulation algorithms of the key; present only for the
 *     usage {@link KeyUsageType#ENCAPSULATE_DECAPSULATE}
 * @param multiRegion whether the key is a multi-Region key
 * @param multiRegionConfiguration the related keys; present only for a multi-Region key
 * @param pendingDeletionWindowInDays the waiting period in days, which begins when the last replica
 *     is deleted; present only while it is {@link KeyState#PENDING_REPLICA_DELETION}
 * @param macAlgorithms the MAC algorithms of the key; present only for the usage {@link
 *     KeyUsageType#GENERATE_VERIFY_MAC}
 * @param xksKeyConfiguration the external key that backs the key; present only in an external key
 *     store
 * @param currentKeyMaterialId the id of the key material that currently encrypts, 64 hexadecimal
 *     digits; present only for symmetric encryption keys that have or had material
 */
@RecordBuilder
public record KeyMetadata(
    @WireName("AWSAccountId") String awsAccountId,
    String keyId,
    String arn,
    Instant creationDate,
    Boolean enabled,
    String description,
    KeyUsageType keyUsage,
    KeyState keyState,
    @Nullable Instant deletionDate,
    @Nullable Instant validTo,
    OriginType origin,
    @Nullable String customKeyStoreId,
    @Nullable String cloudHsmClusterId,
    @Nullable ExpirationModelType expirationModel,
    KeyManagerType keyManager,
    @Nullable CustomerMasterKeySpec customerMasterKeySpec,
    KeySpec keySpec,
    @Nullable List<EncryptionAlgorithmSpec> encryptionAlgorithms,
    @Nullable List<SigningAlgorithmSpec> signingAlgorithms,
    @Nullable List<KeyAgreementAlgorithmSpec> keyAgreementAlgorithms,
    @Nullable List<EncapsulationAlgorithmSpec> encapsulationAlgorithms,
    Boolean multiRegion,
    @Nullable MultiRegionConfiguration multiRegionConfiguration,
    @Nullable Integer pendingDeletionWindowInDays,
    @Nullable List<MacAlgorithmSpec> macAlgorithms,
    @Nullable XksKeyConfigurationType xksKeyConfiguration,
    @Nullable String currentKeyMaterialId) {

  /** Copies the lists. */
  public KeyMetadata {
    encryptionAlgorithms = Copies.list(encryptionAlgorithms);
    signingAlgorithms = Copies.list(signingAlgorithms);
    keyAgreementAlgorithms = Copies.list(keyAgreementAlgorithms);
    encapsulationAlgorithms = Copies.list(encapsulationAlgorithms);
    macAlgorithms = Copies.list(macAlgorithms);
  }
}
