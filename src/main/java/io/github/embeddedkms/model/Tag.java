package io.github.embeddedkms.model;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * A tag of a KMS key.
 *
 * <p>Source: AWS KMS API Reference, Tag.
 *
 * @param tagKey the key of the tag, 1 to 128 characters; must not begin with {@code aws:}
 * @param tagValue the value of the tag, 0 to 256 characters
 */
@RecordBuilder
public record Tag(
    @Required @Length(min = 1, max = 128) String tagKey,
    @Required @Length(max = 256) String tagValue) {}
