package io.github.embeddedkms.store;

import java.time.Instant;
import java.util.Optional;

/**
 * An alias.
 *
 * @param address account, Region and alias name
 * @param version how many times it has been written
 * @param targetKeyId the id of the key it points to, in the same account and Region
 * @param creationDate when it was created
 * @param lastUpdatedDate when its target was last set
 */
public record AliasEntry(
    Address address,
    long version,
    String targetKeyId,
    Instant creationDate,
    Instant lastUpdatedDate)
    implements Entry {

  /** The kind of all aliases. */
  public static final EntryKind<AliasEntry> KIND =
      EntryKind.of(
          ItemKind.ALIAS,
          AliasEntry.class,
          AliasDocument.class,
          AliasDocument::of,
          AliasDocument::entry);

  @Override
  public EntryKind<AliasEntry> kind() {
    return KIND;
  }

  @Override
  public AliasEntry atVersion(long newVersion) {
    return new AliasEntry(address, newVersion, targetKeyId, creationDate, lastUpdatedDate);
  }

  /** Returns the key that it points to. */
  @Override
  public Optional<Address> owner() {
    return Optional.of(new Address(address.account(), address.region(), targetKeyId));
  }

  /**
   * Returns the next version of this alias, with a new target.
   *
   * @param newTargetKeyId the id of the key that it points to from now on
   * @param now the time of the change
   * @return a new entry, to be put
   */
  public AliasEntry retargeted(String newTargetKeyId, Instant now) {
    return new AliasEntry(address, version + 1, newTargetKeyId, creationDate, now);
  }
}
