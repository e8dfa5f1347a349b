package io.github.embeddedkms.store;

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

  /** For messages: what is meant, and where. */
  String describe() {
    String what = id.startsWith("alias/") ? id : "key " + id;
    return what + " of account " + account + " in " + region;
  }
}
