package io.github.embeddedkms;

import io.github.embeddedkms.model.AliasListEntry;
import io.github.embeddedkms.model.GrantListEntry;
import io.github.embeddedkms.model.KeyListEntry;
import io.github.embeddedkms.model.RotationsListEntry;
import io.github.embeddedkms.model.Tag;
import io.github.embeddedkms.operation.CancelKeyDeletion;
import io.github.embeddedkms.operation.CancelKeyDeletionBuilder;
import io.github.embeddedkms.operation.CreateAlias;
import io.github.embeddedkms.operation.CreateAliasBuilder;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.operation.CreateGrantBuilder;
import io.github.embeddedkms.operation.CreateKey;
import io.github.embeddedkms.operation.CreateKeyBuilder;
import io.github.embeddedkms.operation.Decapsulate;
import io.github.embeddedkms.operation.DecapsulateBuilder;
import io.github.embeddedkms.operation.Decrypt;
import io.github.embeddedkms.operation.DecryptBuilder;
import io.github.embeddedkms.operation.DeleteAlias;
import io.github.embeddedkms.operation.DeleteAliasBuilder;
import io.github.embeddedkms.operation.DeleteImportedKeyMaterial;
import io.github.embeddedkms.operation.DeleteImportedKeyMaterialBuilder;
import io.github.embeddedkms.operation.DeriveSharedSecret;
import io.github.embeddedkms.operation.DeriveSharedSecretBuilder;
import io.github.embeddedkms.operation.DescribeKey;
import io.github.embeddedkms.operation.DescribeKeyBuilder;
import io.github.embeddedkms.operation.DisableKey;
import io.github.embeddedkms.operation.DisableKeyBuilder;
import io.github.embeddedkms.operation.DisableKeyRotation;
import io.github.embeddedkms.operation.DisableKeyRotationBuilder;
import io.github.embeddedkms.operation.EnableKey;
import io.github.embeddedkms.operation.EnableKeyBuilder;
import io.github.embeddedkms.operation.EnableKeyRotation;
import io.github.embeddedkms.operation.EnableKeyRotationBuilder;
import io.github.embeddedkms.operation.Encapsulate;
import io.github.embeddedkms.operation.EncapsulateBuilder;
import io.github.embeddedkms.operation.Encrypt;
import io.github.embeddedkms.operation.EncryptBuilder;
import io.github.embeddedkms.operation.GenerateDataKey;
import io.github.embeddedkms.operation.GenerateDataKeyBuilder;
import io.github.embeddedkms.operation.GenerateDataKeyPair;
import io.github.embeddedkms.operation.GenerateDataKeyPairBuilder;
import io.github.embeddedkms.operation.GenerateDataKeyPairWithoutPlaintext;
import io.github.embeddedkms.operation.GenerateDataKeyPairWithoutPlaintextBuilder;
import io.github.embeddedkms.operation.GenerateDataKeyWithoutPlaintext;
import io.github.embeddedkms.operation.GenerateDataKeyWithoutPlaintextBuilder;
import io.github.embeddedkms.operation.GenerateMac;
import io.github.embeddedkms.operation.GenerateMacBuilder;
import io.github.embeddedkms.operation.GenerateRandom;
import io.github.embeddedkms.operation.GenerateRandomBuilder;
import io.github.embeddedkms.operation.GetKeyLastUsage;
import io.github.embeddedkms.operation.GetKeyLastUsageBuilder;
import io.github.embeddedkms.operation.GetKeyPolicy;
import io.github.embeddedkms.operation.GetKeyPolicyBuilder;
import io.github.embeddedkms.operation.GetKeyRotationStatus;
import io.github.embeddedkms.operation.GetKeyRotationStatusBuilder;
import io.github.embeddedkms.operation.GetParametersForImport;
import io.github.embeddedkms.operation.GetParametersForImportBuilder;
import io.github.embeddedkms.operation.GetPublicKey;
import io.github.embeddedkms.operation.GetPublicKeyBuilder;
import io.github.embeddedkms.operation.ImportKeyMaterial;
import io.github.embeddedkms.operation.ImportKeyMaterialBuilder;
import io.github.embeddedkms.operation.KmsRequest;
import io.github.embeddedkms.operation.ListAliases;
import io.github.embeddedkms.operation.ListAliasesBuilder;
import io.github.embeddedkms.operation.ListGrants;
import io.github.embeddedkms.operation.ListGrantsBuilder;
import io.github.embeddedkms.operation.ListKeyPolicies;
import io.github.embeddedkms.operation.ListKeyPoliciesBuilder;
import io.github.embeddedkms.operation.ListKeyRotations;
import io.github.embeddedkms.operation.ListKeyRotationsBuilder;
import io.github.embeddedkms.operation.ListKeys;
import io.github.embeddedkms.operation.ListKeysBuilder;
import io.github.embeddedkms.operation.ListResourceTags;
import io.github.embeddedkms.operation.ListResourceTagsBuilder;
import io.github.embeddedkms.operation.ListRetirableGrants;
import io.github.embeddedkms.operation.ListRetirableGrantsBuilder;
import io.github.embeddedkms.operation.PutKeyPolicy;
import io.github.embeddedkms.operation.PutKeyPolicyBuilder;
import io.github.embeddedkms.operation.ReEncrypt;
import io.github.embeddedkms.operation.ReEncryptBuilder;
import io.github.embeddedkms.operation.ReplicateKey;
import io.github.embeddedkms.operation.ReplicateKeyBuilder;
import io.github.embeddedkms.operation.RetireGrant;
import io.github.embeddedkms.operation.RetireGrantBuilder;
import io.github.embeddedkms.operation.RevokeGrant;
import io.github.embeddedkms.operation.RevokeGrantBuilder;
import io.github.embeddedkms.operation.RotateKeyOnDemand;
import io.github.embeddedkms.operation.RotateKeyOnDemandBuilder;
import io.github.embeddedkms.operation.ScheduleKeyDeletion;
import io.github.embeddedkms.operation.ScheduleKeyDeletionBuilder;
import io.github.embeddedkms.operation.Sign;
import io.github.embeddedkms.operation.SignBuilder;
import io.github.embeddedkms.operation.TagResource;
import io.github.embeddedkms.operation.TagResourceBuilder;
import io.github.embeddedkms.operation.UntagResource;
import io.github.embeddedkms.operation.UntagResourceBuilder;
import io.github.embeddedkms.operation.UpdateAlias;
import io.github.embeddedkms.operation.UpdateAliasBuilder;
import io.github.embeddedkms.operation.UpdateKeyDescription;
import io.github.embeddedkms.operation.UpdateKeyDescriptionBuilder;
import io.github.embeddedkms.operation.UpdatePrimaryRegion;
import io.github.embeddedkms.operation.UpdatePrimaryRegionBuilder;
import io.github.embeddedkms.operation.Verify;
import io.github.embeddedkms.operation.VerifyBuilder;
import io.github.embeddedkms.operation.VerifyMac;
import io.github.embeddedkms.operation.VerifyMacBuilder;
import java.util.function.Consumer;

/**
 * The operations of AWS KMS, typed, as one caller sees them. Not the interface of the same name in
 * the AWS SDK for Java v2, for which {@code AwsSdk} creates clients.
 *
 * <p>Every named method builds a request by a function that fills in its builder, as in the AWS SDK
 * for Java v2, and passes it to {@link #call}; a finished request goes to {@code call} itself. What
 * an operation does, its members with their sizes, and its errors are documented at its record.
 *
 * <p>To decorate a client (record, delay, deny, fail on purpose), implement {@code call} alone. To
 * stub one with Mockito, use {@code mock(KmsClient.class, CALLS_REAL_METHODS)} and {@code
 * doReturn(response).when(kms).call(any())}.
 *
 * <p>A method reports what is wrong with a request by a {@link
 * io.github.embeddedkms.exception.KmsException}, and then nothing has changed. What the service
 * does and this library does not do yet is reported by a {@link
 * io.github.embeddedkms.exception.NotSupportedYetException}. With a client of a remote endpoint the
 * outcome can also be unknown: any other exception leaves open whether the operation was carried
 * out.
 *
 * <p>Implementations are safe for use by several threads.
 */
public interface KmsClient {

  /**
   * Sends a request to the service and waits for its response.
   *
   * @param request any operation's request
   * @param <R> the type of its response
   * @return the response
   * @throws io.github.embeddedkms.exception.KmsException if the service refuses the request
   * @throws io.github.embeddedkms.exception.NotSupportedYetException if this library does not do
   *     yet what the service does
   * @throws io.github.embeddedkms.exception.ServiceClosedException if the provider is closed
   * @throws NullPointerException if the request is null
   */
  <R> R call(KmsRequest<R> request);

  /**
   * Cancels the scheduled deletion of a KMS key, which is disabled afterwards.
   *
   * @param members fills in the members of {@link CancelKeyDeletion}
   * @return the response
   */
  default CancelKeyDeletion.Response cancelKeyDeletion(Consumer<CancelKeyDeletionBuilder> members) {
    return call(filled(CancelKeyDeletionBuilder.builder(), members).build());
  }

  /**
   * Creates an alias for a KMS key.
   *
   * @param members fills in the members of {@link CreateAlias}
   * @return the response
   */
  default CreateAlias.Response createAlias(Consumer<CreateAliasBuilder> members) {
    return call(filled(CreateAliasBuilder.builder(), members).build());
  }

  /**
   * Creates a grant, which permits a principal some operations with a KMS key.
   *
   * @param members fills in the members of {@link CreateGrant}
   * @return the response
   */
  default CreateGrant.Response createGrant(Consumer<CreateGrantBuilder> members) {
    return call(filled(CreateGrantBuilder.builder(), members).build());
  }

  /**
   * Creates a KMS key.
   *
   * @param members fills in the members of {@link CreateKey}
   * @return the response
   */
  default CreateKey.Response createKey(Consumer<CreateKeyBuilder> members) {
    return call(filled(CreateKeyBuilder.builder(), members).build());
  }

  /**
   * Decrypts a ciphertext blob that this service encrypted under one of its KMS keys.
   *
   * @param members fills in the members of {@link Decrypt}
   * @return the response
   */
  default Decrypt.Response decrypt(Consumer<DecryptBuilder> members) {
    return call(filled(DecryptBuilder.builder(), members).build());
  }

  /**
   * Deletes an alias. Its KMS key is not changed.
   *
   * @param members fills in the members of {@link DeleteAlias}
   * @return the response
   */
  default DeleteAlias.Response deleteAlias(Consumer<DeleteAliasBuilder> members) {
    return call(filled(DeleteAliasBuilder.builder(), members).build());
  }

  /**
   * Returns the metadata of a KMS key.
   *
   * @param members fills in the members of {@link DescribeKey}
   * @return the response
   */
  default DescribeKey.Response describeKey(Consumer<DescribeKeyBuilder> members) {
    return call(filled(DescribeKeyBuilder.builder(), members).build());
  }

  /**
   * Disables a KMS key, so that it can be used for no cryptographic operation.
   *
   * @param members fills in the members of {@link DisableKey}
   * @return the response
   */
  default DisableKey.Response disableKey(Consumer<DisableKeyBuilder> members) {
    return call(filled(DisableKeyBuilder.builder(), members).build());
  }

  /**
   * Disables the automatic rotation of a KMS key.
   *
   * @param members fills in the members of {@link DisableKeyRotation}
   * @return the response
   */
  default DisableKeyRotation.Response disableKeyRotation(
      Consumer<DisableKeyRotationBuilder> members) {
    return call(filled(DisableKeyRotationBuilder.builder(), members).build());
  }

  /**
   * Enables a disabled KMS key.
   *
   * @param members fills in the members of {@link EnableKey}
   * @return the response
   */
  default EnableKey.Response enableKey(Consumer<EnableKeyBuilder> members) {
    return call(filled(EnableKeyBuilder.builder(), members).build());
  }

  /**
   * Enables the automatic rotation of a symmetric encryption key.
   *
   * @param members fills in the members of {@link EnableKeyRotation}
   * @return the response
   */
  default EnableKeyRotation.Response enableKeyRotation(Consumer<EnableKeyRotationBuilder> members) {
    return call(filled(EnableKeyRotationBuilder.builder(), members).build());
  }

  /**
   * Encrypts up to 4096 bytes under a KMS key.
   *
   * @param members fills in the members of {@link Encrypt}
   * @return the response
   */
  default Encrypt.Response encrypt(Consumer<EncryptBuilder> members) {
    return call(filled(EncryptBuilder.builder(), members).build());
  }

  /**
   * Generates a random data key and returns it twice: in plaintext, and encrypted under a KMS key.
   *
   * @param members fills in the members of {@link GenerateDataKey}
   * @return the response
   */
  default GenerateDataKey.Response generateDataKey(Consumer<GenerateDataKeyBuilder> members) {
    return call(filled(GenerateDataKeyBuilder.builder(), members).build());
  }

  /**
   * Generates a key pair and returns its private key twice: in plaintext, and encrypted under a KMS
   * key.
   *
   * @param members fills in the members of {@link GenerateDataKeyPair}
   * @return the response
   */
  default GenerateDataKeyPair.Response generateDataKeyPair(
      Consumer<GenerateDataKeyPairBuilder> members) {
    return call(filled(GenerateDataKeyPairBuilder.builder(), members).build());
  }

  /**
   * Generates a key pair and returns its private key only encrypted under a KMS key.
   *
   * @param members fills in the members of {@link GenerateDataKeyPairWithoutPlaintext}
   * @return the response
   */
  default GenerateDataKeyPairWithoutPlaintext.Response generateDataKeyPairWithoutPlaintext(
      Consumer<GenerateDataKeyPairWithoutPlaintextBuilder> members) {
    return call(filled(GenerateDataKeyPairWithoutPlaintextBuilder.builder(), members).build());
  }

  /**
   * Generates a random data key and returns it only encrypted under a KMS key.
   *
   * @param members fills in the members of {@link GenerateDataKeyWithoutPlaintext}
   * @return the response
   */
  default GenerateDataKeyWithoutPlaintext.Response generateDataKeyWithoutPlaintext(
      Consumer<GenerateDataKeyWithoutPlaintextBuilder> members) {
    return call(filled(GenerateDataKeyWithoutPlaintextBuilder.builder(), members).build());
  }

  /**
   * Generates a message authentication code with an HMAC KMS key.
   *
   * @param members fills in the members of {@link GenerateMac}
   * @return the response
   */
  default GenerateMac.Response generateMac(Consumer<GenerateMacBuilder> members) {
    return call(filled(GenerateMacBuilder.builder(), members).build());
  }

  /**
   * Returns random bytes.
   *
   * @param members fills in the members of {@link GenerateRandom}
   * @return the response
   */
  default GenerateRandom.Response generateRandom(Consumer<GenerateRandomBuilder> members) {
    return call(filled(GenerateRandomBuilder.builder(), members).build());
  }

  /**
   * Returns when a KMS key was last used in a cryptographic operation, and in which.
   *
   * @param members fills in the members of {@link GetKeyLastUsage}
   * @return the response
   */
  default GetKeyLastUsage.Response getKeyLastUsage(Consumer<GetKeyLastUsageBuilder> members) {
    return call(filled(GetKeyLastUsageBuilder.builder(), members).build());
  }

  /**
   * Returns the key policy of a KMS key.
   *
   * @param members fills in the members of {@link GetKeyPolicy}
   * @return the response
   */
  default GetKeyPolicy.Response getKeyPolicy(Consumer<GetKeyPolicyBuilder> members) {
    return call(filled(GetKeyPolicyBuilder.builder(), members).build());
  }

  /**
   * Returns whether and when a KMS key is rotated automatically.
   *
   * @param members fills in the members of {@link GetKeyRotationStatus}
   * @return the response
   */
  default GetKeyRotationStatus.Response getKeyRotationStatus(
      Consumer<GetKeyRotationStatusBuilder> members) {
    return call(filled(GetKeyRotationStatusBuilder.builder(), members).build());
  }

  /**
   * Creates a wrapping key and a token, for importing key material within 24 hours.
   *
   * @param members fills in the members of {@link GetParametersForImport}
   * @return the response
   */
  default GetParametersForImport.Response getParametersForImport(
      Consumer<GetParametersForImportBuilder> members) {
    return call(filled(GetParametersForImportBuilder.builder(), members).build());
  }

  /**
   * Returns the public key of an asymmetric KMS key.
   *
   * @param members fills in the members of {@link GetPublicKey}
   * @return the response
   */
  default GetPublicKey.Response getPublicKey(Consumer<GetPublicKeyBuilder> members) {
    return call(filled(GetPublicKeyBuilder.builder(), members).build());
  }

  /**
   * Imports key material into a KMS key whose origin is EXTERNAL.
   *
   * @param members fills in the members of {@link ImportKeyMaterial}
   * @return the response
   */
  default ImportKeyMaterial.Response importKeyMaterial(Consumer<ImportKeyMaterialBuilder> members) {
    return call(filled(ImportKeyMaterialBuilder.builder(), members).build());
  }

  /**
   * Lists one page of the aliases in the account and Region of the caller.
   *
   * @param members fills in the members of {@link ListAliases}
   * @return the response
   */
  default ListAliases.Response listAliases(Consumer<ListAliasesBuilder> members) {
    return call(filled(ListAliasesBuilder.builder(), members).build());
  }

  /**
   * Lists one page of the grants of a KMS key.
   *
   * @param members fills in the members of {@link ListGrants}
   * @return the response
   */
  default ListGrants.Response listGrants(Consumer<ListGrantsBuilder> members) {
    return call(filled(ListGrantsBuilder.builder(), members).build());
  }

  /**
   * Lists the names of the key policies of a KMS key.
   *
   * @param members fills in the members of {@link ListKeyPolicies}
   * @return the response
   */
  default ListKeyPolicies.Response listKeyPolicies(Consumer<ListKeyPoliciesBuilder> members) {
    return call(filled(ListKeyPoliciesBuilder.builder(), members).build());
  }

  /**
   * Lists one page of the rotations of a KMS key.
   *
   * @param members fills in the members of {@link ListKeyRotations}
   * @return the response
   */
  default ListKeyRotations.Response listKeyRotations(Consumer<ListKeyRotationsBuilder> members) {
    return call(filled(ListKeyRotationsBuilder.builder(), members).build());
  }

  /**
   * Lists one page of the KMS keys in the account and Region of the caller.
   *
   * @param members fills in the members of {@link ListKeys}
   * @return the response
   */
  default ListKeys.Response listKeys(Consumer<ListKeysBuilder> members) {
    return call(filled(ListKeysBuilder.builder(), members).build());
  }

  /**
   * Lists one page of the tags of a KMS key.
   *
   * @param members fills in the members of {@link ListResourceTags}
   * @return the response
   */
  default ListResourceTags.Response listResourceTags(Consumer<ListResourceTagsBuilder> members) {
    return call(filled(ListResourceTagsBuilder.builder(), members).build());
  }

  /**
   * Lists one page of the grants that have a given retiring principal.
   *
   * @param members fills in the members of {@link ListRetirableGrants}
   * @return the response
   */
  default ListRetirableGrants.Response listRetirableGrants(
      Consumer<ListRetirableGrantsBuilder> members) {
    return call(filled(ListRetirableGrantsBuilder.builder(), members).build());
  }

  /**
   * Replaces the key policy of a KMS key.
   *
   * @param members fills in the members of {@link PutKeyPolicy}
   * @return the response
   */
  default PutKeyPolicy.Response putKeyPolicy(Consumer<PutKeyPolicyBuilder> members) {
    return call(filled(PutKeyPolicyBuilder.builder(), members).build());
  }

  /**
   * Decrypts a ciphertext blob and encrypts its plaintext again, under another KMS key or
   * encryption context.
   *
   * @param members fills in the members of {@link ReEncrypt}
   * @return the response
   */
  default ReEncrypt.Response reEncrypt(Consumer<ReEncryptBuilder> members) {
    return call(filled(ReEncryptBuilder.builder(), members).build());
  }

  /**
   * Creates a replica of a multi-Region primary key in another Region.
   *
   * @param members fills in the members of {@link ReplicateKey}
   * @return the response
   */
  default ReplicateKey.Response replicateKey(Consumer<ReplicateKeyBuilder> members) {
    return call(filled(ReplicateKeyBuilder.builder(), members).build());
  }

  /**
   * Deletes a grant that has served its purpose, for one of those who use it.
   *
   * @param members fills in the members of {@link RetireGrant}
   * @return the response
   */
  default RetireGrant.Response retireGrant(Consumer<RetireGrantBuilder> members) {
    return call(filled(RetireGrantBuilder.builder(), members).build());
  }

  /**
   * Deletes a grant of a KMS key, for one of those who administer the key.
   *
   * @param members fills in the members of {@link RevokeGrant}
   * @return the response
   */
  default RevokeGrant.Response revokeGrant(Consumer<RevokeGrantBuilder> members) {
    return call(filled(RevokeGrantBuilder.builder(), members).build());
  }

  /**
   * Rotates a symmetric encryption key immediately.
   *
   * @param members fills in the members of {@link RotateKeyOnDemand}
   * @return the response
   */
  default RotateKeyOnDemand.Response rotateKeyOnDemand(Consumer<RotateKeyOnDemandBuilder> members) {
    return call(filled(RotateKeyOnDemandBuilder.builder(), members).build());
  }

  /**
   * Schedules the deletion of a KMS key after a waiting period of 7 to 30 days.
   *
   * @param members fills in the members of {@link ScheduleKeyDeletion}
   * @return the response
   */
  default ScheduleKeyDeletion.Response scheduleKeyDeletion(
      Consumer<ScheduleKeyDeletionBuilder> members) {
    return call(filled(ScheduleKeyDeletionBuilder.builder(), members).build());
  }

  /**
   * Signs a message with an asymmetric KMS key.
   *
   * @param members fills in the members of {@link Sign}
   * @return the response
   */
  default Sign.Response sign(Consumer<SignBuilder> members) {
    return call(filled(SignBuilder.builder(), members).build());
  }

  /**
   * Adds tags to a KMS key, or changes their values.
   *
   * @param members fills in the members of {@link TagResource}
   * @return the response
   */
  default TagResource.Response tagResource(Consumer<TagResourceBuilder> members) {
    return call(filled(TagResourceBuilder.builder(), members).build());
  }

  /**
   * Removes tags from a KMS key.
   *
   * @param members fills in the members of {@link UntagResource}
   * @return the response
   */
  default UntagResource.Response untagResource(Consumer<UntagResourceBuilder> members) {
    return call(filled(UntagResourceBuilder.builder(), members).build());
  }

  /**
   * Points an existing alias to another KMS key.
   *
   * @param members fills in the members of {@link UpdateAlias}
   * @return the response
   */
  default UpdateAlias.Response updateAlias(Consumer<UpdateAliasBuilder> members) {
    return call(filled(UpdateAliasBuilder.builder(), members).build());
  }

  /**
   * Changes the description of a KMS key.
   *
   * @param members fills in the members of {@link UpdateKeyDescription}
   * @return the response
   */
  default UpdateKeyDescription.Response updateKeyDescription(
      Consumer<UpdateKeyDescriptionBuilder> members) {
    return call(filled(UpdateKeyDescriptionBuilder.builder(), members).build());
  }

  /**
   * Makes a replica of a multi-Region key the primary key.
   *
   * @param members fills in the members of {@link UpdatePrimaryRegion}
   * @return the response
   */
  default UpdatePrimaryRegion.Response updatePrimaryRegion(
      Consumer<UpdatePrimaryRegionBuilder> members) {
    return call(filled(UpdatePrimaryRegionBuilder.builder(), members).build());
  }

  /**
   * Verifies a signature with an asymmetric KMS key; an invalid signature is an error.
   *
   * @param members fills in the members of {@link Verify}
   * @return the response
   */
  default Verify.Response verify(Consumer<VerifyBuilder> members) {
    return call(filled(VerifyBuilder.builder(), members).build());
  }

  /**
   * Verifies a message authentication code with an HMAC KMS key; an invalid one is an error.
   *
   * @param members fills in the members of {@link VerifyMac}
   * @return the response
   */
  default VerifyMac.Response verifyMac(Consumer<VerifyMacBuilder> members) {
    return call(filled(VerifyMacBuilder.builder(), members).build());
  }

  /**
   * Deletes imported key material. The key cannot be used until the same material is imported
   * again.
   *
   * @param members fills in the members of {@link DeleteImportedKeyMaterial}
   * @return the response
   */
  default DeleteImportedKeyMaterial.Response deleteImportedKeyMaterial(
      Consumer<DeleteImportedKeyMaterialBuilder> members) {
    return call(filled(DeleteImportedKeyMaterialBuilder.builder(), members).build());
  }

  /**
   * Derives a secret from the private key of a KMS key and another party's public key.
   *
   * @param members fills in the members of {@link DeriveSharedSecret}
   * @return the response; the caller closes its secret
   */
  default DeriveSharedSecret.Response deriveSharedSecret(
      Consumer<DeriveSharedSecretBuilder> members) {
    return call(filled(DeriveSharedSecretBuilder.builder(), members).build());
  }

  /**
   * Creates a shared secret and its ciphertext with the public key of an ML-KEM key.
   *
   * @param members fills in the members of {@link Encapsulate}
   * @return the response; the caller closes its secret
   */
  default Encapsulate.Response encapsulate(Consumer<EncapsulateBuilder> members) {
    return call(filled(EncapsulateBuilder.builder(), members).build());
  }

  /**
   * Derives the shared secret of a ciphertext with the private key of an ML-KEM key.
   *
   * @param members fills in the members of {@link Decapsulate}
   * @return the response; the caller closes its secret
   */
  default Decapsulate.Response decapsulate(Consumer<DecapsulateBuilder> members) {
    return call(filled(DecapsulateBuilder.builder(), members).build());
  }

  /**
   * Lists all aliases, requesting each page when it is needed.
   *
   * @param members fills in the members of {@link ListAliases}; the listing begins at its marker,
   *     if there is one
   * @return the pages and their entries
   */
  default Pages<ListAliases.Response, AliasListEntry> listAliasesPages(
      Consumer<ListAliasesBuilder> members) {
    ListAliases first = filled(ListAliasesBuilder.builder(), members).build();
    return new Pages<>(
        marker ->
            call(marker == null ? first : ListAliasesBuilder.builder(first).marker(marker).build()),
        ListAliases.Response::nextMarker,
        ListAliases.Response::aliases);
  }

  /**
   * Lists all grants of a KMS key, requesting each page when it is needed.
   *
   * @param members fills in the members of {@link ListGrants}; the listing begins at its marker, if
   *     there is one
   * @return the pages and their entries
   */
  default Pages<ListGrants.Response, GrantListEntry> listGrantsPages(
      Consumer<ListGrantsBuilder> members) {
    ListGrants first = filled(ListGrantsBuilder.builder(), members).build();
    return new Pages<>(
        marker ->
            call(marker == null ? first : ListGrantsBuilder.builder(first).marker(marker).build()),
        ListGrants.Response::nextMarker,
        ListGrants.Response::grants);
  }

  /**
   * Lists the names of all key policies of a KMS key, requesting each page when it is needed.
   *
   * @param members fills in the members of {@link ListKeyPolicies}; the listing begins at its
   *     marker, if there is one
   * @return the pages and their entries
   */
  default Pages<ListKeyPolicies.Response, String> listKeyPoliciesPages(
      Consumer<ListKeyPoliciesBuilder> members) {
    ListKeyPolicies first = filled(ListKeyPoliciesBuilder.builder(), members).build();
    return new Pages<>(
        marker ->
            call(
                marker == null
                    ? first
                    : ListKeyPoliciesBuilder.builder(first).marker(marker).build()),
        ListKeyPolicies.Response::nextMarker,
        ListKeyPolicies.Response::policyNames);
  }

  /**
   * Lists all rotations of a KMS key, requesting each page when it is needed.
   *
   * @param members fills in the members of the first request
   * @return the pages, and the rotations of all pages
   */
  default Pages<ListKeyRotations.Response, RotationsListEntry> listKeyRotationsPages(
      Consumer<ListKeyRotationsBuilder> members) {
    ListKeyRotations first = filled(ListKeyRotationsBuilder.builder(), members).build();
    return new Pages<>(
        marker ->
            call(
                marker == null
                    ? first
                    : ListKeyRotationsBuilder.builder(first).marker(marker).build()),
        ListKeyRotations.Response::nextMarker,
        ListKeyRotations.Response::rotations);
  }

  /**
   * Lists all KMS keys, requesting each page when it is needed.
   *
   * @param members fills in the members of {@link ListKeys}; the listing begins at its marker, if
   *     there is one
   * @return the pages and their entries
   */
  default Pages<ListKeys.Response, KeyListEntry> listKeysPages(Consumer<ListKeysBuilder> members) {
    ListKeys first = filled(ListKeysBuilder.builder(), members).build();
    return new Pages<>(
        marker ->
            call(marker == null ? first : ListKeysBuilder.builder(first).marker(marker).build()),
        ListKeys.Response::nextMarker,
        ListKeys.Response::keys);
  }

  /**
   * Lists all tags of a KMS key, requesting each page when it is needed.
   *
   * @param members fills in the members of {@link ListResourceTags}; the listing begins at its
   *     marker, if there is one
   * @return the pages and their entries
   */
  default Pages<ListResourceTags.Response, Tag> listResourceTagsPages(
      Consumer<ListResourceTagsBuilder> members) {
    ListResourceTags first = filled(ListResourceTagsBuilder.builder(), members).build();
    return new Pages<>(
        marker ->
            call(
                marker == null
                    ? first
                    : ListResourceTagsBuilder.builder(first).marker(marker).build()),
        ListResourceTags.Response::nextMarker,
        ListResourceTags.Response::tags);
  }

  /**
   * Lists all grants that have a given retiring principal, requesting each page when it is needed.
   *
   * @param members fills in the members of {@link ListRetirableGrants}; the listing begins at its
   *     marker, if there is one
   * @return the pages and their entries
   */
  default Pages<ListRetirableGrants.Response, GrantListEntry> listRetirableGrantsPages(
      Consumer<ListRetirableGrantsBuilder> members) {
    ListRetirableGrants first = filled(ListRetirableGrantsBuilder.builder(), members).build();
    return new Pages<>(
        marker ->
            call(
                marker == null
                    ? first
                    : ListRetirableGrantsBuilder.builder(first).marker(marker).build()),
        ListRetirableGrants.Response::nextMarker,
        ListRetirableGrants.Response::grants);
  }

  private static <B> B filled(B builder, Consumer<B> members) {
    members.accept(builder);
    return builder;
  }
}
