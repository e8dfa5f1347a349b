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
 * @param targetKeyId the id of the key it stands for; absent for the alias of an AWS managed key
 *     that does not exist yet
 * @param creationDate when it was created; absent where the target is
 * @param lastUpdatedDate when it was last given a target; absent where the target is
 */
@RecordBuilder
public record AliasListEntry(
    String aliasName,
    String aliasArn,
    @Nullable String targetKeyId,
    @Nullable Instant creationDate,
    @Nullable Instant lastUpdatedDate) {}
