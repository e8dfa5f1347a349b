package io.github.embeddedkms.store;

import io.github.embeddedkms.model.Arn;
import org.jspecify.annotations.Nullable;

/**
 * The address of an entry. Equal ids in two accounts or Regions identify two different entries.
 * Addresses are ordered by account, Region and id.
 *
 * <p>Immutable.
 */
public final class Address implements Comparable<Address> {

  private static final String ALIAS_PREFIX = "alias/";
  private static final String MULTI_REGION_PREFIX = "mrk-";

  /** An ARN with the partition that it is in. */
  private record PartitionArn(String partition, String arn) {}

  private final String account;
  private final String region;
  private final String id;

  /** The hash code; 0 until it is computed, which several threads may do. */
  private int hash;

  /** The last result of {@link #arn}; several threads may set it. */
  private @Nullable PartitionArn lastArn;

  /**
   * Creates an address.
   *
   * @param account the account, twelve digits
   * @param region the Region
   * @param id a key id, an alias name with its prefix {@code alias/}, or the id of another entry
   */
  public Address(String account, String region, String id) {
    this.account = account;
    this.region = region;
    this.id = id;
  }

  /**
   * Returns the account.
   *
   * @return twelve digits
   */
  public String account() {
    return account;
  }

  /**
   * Returns the Region.
   *
   * @return the Region
   */
  public String region() {
    return region;
  }

  /**
   * Returns the id in the account and Region.
   *
   * @return a key id, or an alias name with its prefix {@code alias/}
   */
  public String id() {
    return id;
  }

  /**
   * Returns whether this is the address of a multi-Region key. Only those have such ids.
   *
   * @return true if the id begins with {@code mrk-}
   */
  public boolean isMultiRegion() {
    return id.startsWith(MULTI_REGION_PREFIX);
  }

  /**
   * Returns the ARN of the entry. It is kept, because nearly every response contains the ARN of a
   * key.
   *
   * @param partition the partition of the ARN, for example {@code aws}
   * @return the ARN
   */
  public String arn(String partition) {
    PartitionArn last = lastArn;
    if (last == null || !last.partition.equals(partition)) {
      String resource = id.startsWith(ALIAS_PREFIX) ? id : "key/" + id;
      Arn arn = new Arn(partition, "kms", region, account, resource);
      last = new PartitionArn(partition, arn.toString());
      lastArn = last;
    }
    return last.arn;
  }

  @Override
  public int compareTo(Address other) {
    // Written out for speed: opening a store of 100,000 keys makes about two million comparisons.
    int order = compare(account, other.account);
    if (order == 0) {
      order = compare(region, other.region);
    }
    return order == 0 ? id.compareTo(other.id) : order;
  }

  /** Nearly all addresses share one account and Region, as the same objects. */
  @SuppressWarnings({"ReferenceEquality", "StringEquality"}) // only a shortcut
  private static int compare(String one, String other) {
    return one == other ? 0 : one.compareTo(other);
  }

  /**
   * Written out for speed, like {@link #hashCode}: called for every look-up, and for every row when
   * a store is opened.
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
    int known = hash;
    if (known == 0) {
      known = 31 * (31 * account.hashCode() + region.hashCode()) + id.hashCode();
      hash = known;
    }
    return known;
  }

  /** Describes the entry for messages: what it is, and where. */
  String describe() {
    return what() + " of account " + account + " in " + region;
  }

  private String what() {
    if (id.startsWith(ALIAS_PREFIX)) {
      return id;
    }
    if (id.endsWith(LastUseEntry.ID_SUFFIX)) {
      return "last use " + id;
    }
    // Key ids have no slash.
    int slash = id.indexOf('/');
    return slash < 0
        ? "key " + id
        : "grant " + id.substring(slash + 1) + " of key " + id.substring(0, slash);
  }

  @Override
  public String toString() {
    return "Address[account=" + account + ", region=" + region + ", id=" + id + "]";
  }
}
