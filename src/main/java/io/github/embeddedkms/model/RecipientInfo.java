package io.github.embeddedkms.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * An enclave that a result is encrypted for, instead of being returned as plaintext.
 *
 * <p>Source: AWS KMS API Reference, RecipientInfo.
 *
 * @param keyEncryptionAlgorithm the algorithm that encrypts the result under the enclave's public
 *     key
 * @param attestationDocument the signed document of the enclave with its public key, 1 to 262,144
 *     bytes
 */
@RecordBuilder
public record RecipientInfo(
    @Nullable KeyEncryptionMechanism keyEncryptionAlgorithm,
    @Nullable @Length(min = 1, max = 262144) Bytes attestationDocument) {}
