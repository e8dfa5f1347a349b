package io.github.embeddedkms.store;

import org.jspecify.annotations.Nullable;

/**
 * Where an entry stands: equal ids in two accounts or Regions are two entries. In order of account,
 * Region and id.
 *
 * @param account the account, twelve digits
 * @param region the Region
 * @param id a key id, or an alias name with its prefix {@code alias/}
 */
public record Address(String account, String region, String id) implements Comparable<Address> {

  @Override
  public int compareTo(Address other) {
    // Spelled out: a store of 100,000 keys compares some ten million times when it is opened.
    int order = account.compareTo(other.account);
    if (order == 0) {
      order = region.compareTo(other.region);
    }
    return order == 0 ? id.compareTo(other.id) : order;
  }

  /**
   * Spelled out, and likewise {@link #hashCode}: every look-up asks, and every row when opening.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Address that
        && id.equals(that.id)
        && region.equals(that.region)
        && account.equals(that.account);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * account.hashCode() + region.hashCode()) + id.hashCode();
  }

  /** For messages: what is meant, and where. */
  String describe() {
    String what = id.startsWith("alias/") ? id : "key " + id;
    return what + " of account " + account + " in " + region;
  }
}
