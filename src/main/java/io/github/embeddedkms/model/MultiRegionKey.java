package io.github.embeddedkms.model;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * One of several related multi-Region keys.
 *
 * <p>Source: AWS KMS API Reference, MultiRegionKey.
 *
 * @param arn the key ARN
 * @param region the Region of the key
 */
@RecordBuilder
public record MultiRegionKey(String arn, String region) {}
