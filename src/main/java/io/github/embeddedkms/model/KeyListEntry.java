package io.github.embeddedkms.model;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * A KMS key in a list.
 *
 * <p>Source: AWS KMS API Reference, KeyListEntry.
 *
 * @param keyId the key id, without the rest of the ARN
 * @param keyArn the key ARN
 */
@RecordBuilder
public record KeyListEntry(String keyId, String keyArn) {}
