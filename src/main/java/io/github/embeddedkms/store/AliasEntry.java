package io.github.embeddedkms.store;

import java.time.Instant;

/**
 * An alias.
 *
 * @param address account, Region and alias name
 * @param version how often it was written
 * @param targetKeyId the id of the key it stands for, in the same account and Region
 * @param creationDate when it was created
 * @param lastUpdatedDate when it was last given a target
 */
public record AliasEntry(
    Address address,
    long version,
    String targetKeyId,
    Instant creationDate,
    Instant lastUpdatedDate)
    implements Entry {}
