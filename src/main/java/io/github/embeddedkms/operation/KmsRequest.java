package io.github.embeddedkms.operation;

/**
 * A request to the service, with the type of its response as a parameter. The permitted records are
 * the operations that this library has; each record has its response nested in it.
 *
 * <p>Requests are immutable and safe for use by several threads. Requests with a {@link
 * io.github.embeddedkms.model.SecretBytes} member neither copy nor close it: the caller that
 * created it remains responsible for closing it.
 *
 * @param <R> the type of the response
 */
public sealed interface KmsRequest<R>
    permits CancelKeyDeletion,
        CreateAlias,
        CreateGrant,
        CreateKey,
        Decapsulate,
        Decrypt,
        DeleteAlias,
        DeleteImportedKeyMaterial,
        DeriveSharedSecret,
        DescribeKey,
        DisableKey,
        DisableKeyRotation,
        EnableKey,
        EnableKeyRotation,
        Encapsulate,
        Encrypt,
        GenerateDataKey,
        GenerateDataKeyPair,
        GenerateDataKeyPairWithoutPlaintext,
        GenerateDataKeyWithoutPlaintext,
        GenerateMac,
        GenerateRandom,
        GetKeyLastUsage,
        GetKeyPolicy,
        GetKeyRotationStatus,
        GetParametersForImport,
        GetPublicKey,
        ImportKeyMaterial,
        ListAliases,
        ListGrants,
        ListKeyPolicies,
        ListKeyRotations,
        ListKeys,
        ListResourceTags,
        ListRetirableGrants,
        PutKeyPolicy,
        ReEncrypt,
        ReplicateKey,
        RetireGrant,
        RevokeGrant,
        RotateKeyOnDemand,
        ScheduleKeyDeletion,
        Sign,
        TagResource,
        UntagResource,
        UpdateAlias,
        UpdateKeyDescription,
        UpdatePrimaryRegion,
        Verify,
        VerifyMac {}
