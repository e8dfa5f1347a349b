package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Required;
import java.time.Instant;

/**
 * The stored content of an alias. The row's MAC covers its JSON.
 *
 * <p>Adding a member creates a new version of the document: see {@link Documents}.
 *
 * @param targetKeyId the id of the key it points to
 * @param creationDate when it was created
 * @param lastUpdatedDate when its target was last set
 */
public record AliasDocument(
    @Required String targetKeyId,
    @Required Instant creationDate,
    @Required Instant lastUpdatedDate) {

  static AliasDocument of(AliasEntry alias) {
    return new AliasDocument(alias.targetKeyId(), alias.creationDate(), alias.lastUpdatedDate());
  }

  static AliasEntry entry(Item item, AliasDocument document, EntryKind.Materials none) {
    // Nearly always equal; one object for both saves memory.
    boolean unchanged = document.creationDate.equals(document.lastUpdatedDate);
    return new AliasEntry(
        item.address(),
        item.version(),
        document.targetKeyId,
        document.creationDate,
        unchanged ? document.creationDate : document.lastUpdatedDate);
  }
}
