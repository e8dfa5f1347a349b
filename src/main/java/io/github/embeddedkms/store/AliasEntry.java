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
    implements Entry {

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
