package io.github.embeddedkms.operation;

/**
 * A request to the service: a value that knows the type of its answer. The permitted records are
 * the operations that this library has; each has its response nested in it.
 *
 * <p>Requests are immutable and safe for use by several threads. Those with a {@link
 * io.github.embeddedkms.model.SecretBytes} member neither copy nor close it: it belongs to whoever
 * made it.
 *
 * @param <R> the type of the response
 */
public sealed interface KmsRequest<R>
    permits CancelKeyDeletion,
        CreateAlias,
        CreateKey,
        Decrypt,
        DeleteAlias,
        DescribeKey,
        DisableKey,
        EnableKey,
        Encrypt,
        GenerateDataKey,
        GenerateDataKeyWithoutPlaintext,
        GenerateRandom,
        ListAliases,
        ListKeys,
        ReEncrypt,
        ScheduleKeyDeletion,
        UpdateAlias {}
