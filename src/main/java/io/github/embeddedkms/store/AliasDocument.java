package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Required;
import java.time.Instant;

/**
 * What is stored of an alias beside its row. Its JSON is what the row's MAC covers.
 *
 * <p>A member that is added here makes a new version of the document: see {@link Documents}.
 *
 * @param targetKeyId the id of the key it stands for
 * @param creationDate when it was created
 * @param lastUpdatedDate when it was last given a target
 */
public record AliasDocument(
    @Required String targetKeyId,
    @Required Instant creationDate,
    @Required Instant lastUpdatedDate) {

  static AliasDocument of(AliasEntry alias) {
    return new AliasDocument(alias.targetKeyId(), alias.creationDate(), alias.lastUpdatedDate());
  }

  static AliasEntry entry(Item item, AliasDocument document, EntryKind.Materials none) {
    return new AliasEntry(
        item.address(),
        item.version(),
        document.targetKeyId,
        document.creationDate,
        document.lastUpdatedDate);
  }
}
