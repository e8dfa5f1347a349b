package io.github.embeddedkms.store;

import java.time.Instant;
import java.util.Optional;

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

  /** The key that it stands for. */
  @Override
  public Optional<Address> owner() {
    return Optional.of(new Address(address.account(), address.region(), targetKeyId));
  }

  /**
   * The alias as it is after it was given a target: its next version.
   *
   * @param newTargetKeyId the id of the key it stands for from now on
   * @param now when that happens
   * @return a new entry, to be put
   */
  public AliasEntry retargeted(String newTargetKeyId, Instant now) {
    return new AliasEntry(address, version + 1, newTargetKeyId, creationDate, now);
  }
}
