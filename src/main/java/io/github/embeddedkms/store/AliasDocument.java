package io.github.embeddedkms.store;

import java.time.Instant;

/**
 * What is stored of an alias beside its row. Its JSON is what the row's MAC covers.
 *
 * @param targetKeyId the id of the key it stands for
 * @param creationDate when it was created
 * @param lastUpdatedDate when it was last given a target
 */
public record AliasDocument(String targetKeyId, Instant creationDate, Instant lastUpdatedDate) {}
