package io.github.embeddedkms.store;

import io.github.embeddedkms.model.KeyLastUsageTrackingOperation;
import io.github.embeddedkms.model.Required;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The stored content of a last use. The row's MAC covers its JSON.
 *
 * <p>Adding a member creates a new version of the document: see {@link Documents}.
 *
 * @param date when the key was used, or since when uses are recorded
 * @param operation the operation that used the key; null for the beginning of the records
 */
public record LastUseDocument(
    @Required Instant date, @Nullable KeyLastUsageTrackingOperation operation) {

  static LastUseDocument of(LastUseEntry use) {
    return new LastUseDocument(use.date(), use.operation());
  }

  static LastUseEntry entry(Item item, LastUseDocument document, EntryKind.Materials none) {
    return new LastUseEntry(item.address(), item.version(), document.date, document.operation);
  }
}
