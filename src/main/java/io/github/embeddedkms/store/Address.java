package io.github.embeddedkms.store;

import java.util.Comparator;

/**
 * Where an entry stands: equal ids in two accounts or Regions are two entries. In order of account,
 * Region and id.
 *
 * @param account the account, twelve digits
 * @param region the Region
 * @param id a key id, or an alias name with its prefix {@code alias/}
 */
public record Address(String account, String region, String id) implements Comparable<Address> {

  private static final Comparator<Address> ORDER =
      Comparator.comparing(Address::account)
          .thenComparing(Address::region)
          .thenComparing(Address::id);

  @Override
  public int compareTo(Address other) {
    return ORDER.compare(this, other);
  }

  /** For messages: what is meant, and where. */
  String describe() {
    String what = id.startsWith("alias/") ? id : "key " + id;
    return what + " of account " + account + " in " + region;
  }
}
