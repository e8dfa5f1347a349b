package io.github.embeddedkms.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * An enclave that a result is to be encrypted for instead of being returned in the clear.
 *
 * <p>Source: AWS KMS API Reference, RecipientInfo.
 *
 * @param keyEncryptionAlgorithm how the result is encrypted under the enclave's public key
 * @param attestationDocument the signed document of the enclave with its public key, 1 to 262,144
 *     bytes
 */
@RecordBuilder
public record RecipientInfo(
    @Nullable KeyEncryptionMechanism keyEncryptionAlgorithm,
    @Nullable @Length(min = 1, max = 262144) Bytes attestationDocument) {}
