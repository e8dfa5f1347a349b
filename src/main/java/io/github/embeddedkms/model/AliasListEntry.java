package io.github.embeddedkms.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An alias in a list.
 *
 * <p>Source: AWS KMS API Reference, AliasListEntry.
 *
 * @param aliasName the alias, with its prefix {@code alias/}
 * @param aliasArn its ARN
 * @param targetKeyId the id of the key that the alias points to; absent for the alias of an AWS
 *     managed key that does not exist yet
 * @param creationDate when the alias was created; absent if the target is
 * @param lastUpdatedDate when the alias was last pointed to a key; absent if the target is
 */
@RecordBuilder
public record AliasListEntry(
    String aliasName,
    String aliasArn,
    @Nullable String targetKeyId,
    @Nullable Instant creationDate,
    @Nullable Instant lastUpdatedDate) {}
