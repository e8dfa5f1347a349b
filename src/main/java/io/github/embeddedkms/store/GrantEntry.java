package io.github.embeddedkms.store;

import io.github.embeddedkms.authorization.Grant;
import io.github.embeddedkms.model.GrantConstraints;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A grant of a key. It is not part of the key's own entry: a key with 50,000 grants changes as fast
 * as one with none. A grant never changes; it is created and removed.
 *
 * <p>Grants are listed in the order of creation: by their key, and in groups of the key that make a
 * decision as fast for many grants as for one: by grantee, by grantee and pair of the encryption
 * context, and by name. Those that can be retired are also listed by retiring principal, across
 * accounts and keys.
 *
 * @param address account, Region, and the key id and the grant id with a slash between them
 * @param version how many times it has been written
 * @param order its place among the grants in the order of their creation, 0 or more
 * @param grant what it permits
 */
public record GrantEntry(Address address, long version, long order, Grant grant) implements Entry {

  /** The kind of all grants. */
  public static final EntryKind<GrantEntry> KIND =
      EntryKind.of(
          ItemKind.GRANT,
          GrantEntry.class,
          GrantDocument.class,
          GrantDocument::of,
          GrantDocument::entry);

  /** Neither a key id nor a grant id contains it. */
  private static final char SEPARATOR = '/';

  private static final String GRANTEE = "grantee/";
  private static final String PAIR = "pair/";
  private static final String NAME = "name/";

  private static final GrantConstraints NO_CONSTRAINTS = new GrantConstraints(null, null, null);

  /**
   * Checks the order and the address. Constraints that constrain nothing are left out: they are not
   * stored.
   *
   * @throws IllegalArgumentException if the order is negative, or the address is not that of a
   *     grant with this id
   */
  public GrantEntry {
    if (order < 0) {
      throw new IllegalArgumentException("the order of a grant is 0 or more: " + order);
    }
    String id = grant.id();
    if (keyAt(address).map(key -> addressOf(key, id)).filter(address::equals).isEmpty()) {
      throw new IllegalArgumentException(address + " is not the address of grant " + id);
    }
    if (NO_CONSTRAINTS.equals(grant.constraints())) {
      grant = unconstrained(grant);
    }
  }

  private static Grant unconstrained(Grant grant) {
    return new Grant(
        grant.id(),
        grant.name(),
        grant.creationDate(),
        grant.issuingAccount(),
        grant.granteePrincipal(),
        grant.granteeServicePrincipal(),
        grant.retiringPrincipal(),
        grant.retiringServicePrincipal(),
        grant.operations(),
        null);
  }

  /**
   * Returns where a grant is stored.
   *
   * @param key account, Region and key id
   * @param grantId the id of a grant of the key
   * @return the address of the grant
   */
  public static Address addressOf(Address key, String grantId) {
    return in(key, grantId);
  }

  /**
   * Returns the group of the grants of a key that one principal has received.
   *
   * @param key account, Region and key id
   * @param grantee the principal, as {@link Grant#grantee()} returns it
   * @return the group, for {@link KeyStorage#entriesOf}
   */
  public static Address byGrantee(Address key, String grantee) {
    return in(key, GRANTEE + grantee);
  }

  /**
   * Returns the group of the grants of a key that one principal has received and that require a
   * pair in the encryption context.
   *
   * @param key account, Region and key id
   * @param grantee the principal, as {@link Grant#grantee()} returns it
   * @param pair the pair, as {@link Grant#pair()} returns it; empty for grants that require none
   * @return the group, for {@link KeyStorage#entriesOf}
   */
  public static Address byGranteeAndPair(Address key, String grantee, String pair) {
    // Both can contain any separator, so the length tells where the grantee ends.
    return in(key, PAIR + grantee.length() + "/" + grantee + "/" + pair);
  }

  /**
   * Returns the group of the grants of a key that have one name.
   *
   * @param key account, Region and key id
   * @param name the name of grants
   * @return the group, for {@link KeyStorage#entriesOf}
   */
  public static Address byName(Address key, String name) {
    return in(key, NAME + name);
  }

  /**
   * Returns the group of the grants in a Region, of keys of any account, that one principal may
   * retire.
   *
   * @param region the Region
   * @param retirer the principal, as {@link Grant#retirer()} returns it
   * @return the group, for {@link KeyStorage#entriesOf}
   */
  public static Address byRetirer(String region, String retirer) {
    return new Address("", region, retirer);
  }

  private static Address in(Address key, String id) {
    return new Address(key.account(), key.region(), key.id() + SEPARATOR + id);
  }

  @Override
  public EntryKind<GrantEntry> kind() {
    return KIND;
  }

  @Override
  public GrantEntry atVersion(long newVersion) {
    return new GrantEntry(address, newVersion, order, grant);
  }

  /**
   * Returns the key that this is a grant of.
   *
   * @return account, Region and key id
   */
  public Address key() {
    return keyAt(address).orElseThrow();
  }

  /** Returns the key that this is a grant of. */
  @Override
  public Optional<Address> owner() {
    return keyAt(address);
  }

  /** Returns the key of the grant that is stored at an address; empty if no grant can be there. */
  static Optional<Address> keyAt(Address address) {
    String id = address.id();
    int separator = id.indexOf(SEPARATOR);
    return separator < 0
        ? Optional.empty()
        : Optional.of(new Address(address.account(), address.region(), id.substring(0, separator)));
  }

  /**
   * Returns where this grant is in each of its groups: they are in the order of creation.
   *
   * @return 16 hexadecimal digits, a slash and the grant id
   */
  public String position() {
    return HexFormat.of().toHexDigits(order) + SEPARATOR + grant.id();
  }

  @Override
  public List<Listing> listings() {
    Address key = key();
    String grantee = grant.grantee();
    String position = position();
    List<Listing> listings = new ArrayList<>();
    listings.add(new Listing(key, position));
    listings.add(new Listing(byGrantee(key, grantee), position));
    listings.add(new Listing(byGranteeAndPair(key, grantee, grant.pair()), position));
    String name = grant.name();
    if (name != null) {
      listings.add(new Listing(byName(key, name), position));
    }
    String retirer = grant.retirer();
    if (retirer != null) {
      listings.add(new Listing(byRetirer(key.region(), retirer), position));
    }
    return listings;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Compares one group only: every grant that is looked up is compared, and the names of all its
   * groups take most of the time of a lookup.
   */
  @Override
  public Optional<String> positionIn(Address group) {
    return isIn(group) ? Optional.of(position()) : Optional.empty();
  }

  private boolean isIn(Address group) {
    Address key = key();
    if (group.account().isEmpty()) {
      String retirer = grant.retirer();
      return retirer != null && group.equals(byRetirer(key.region(), retirer));
    }
    String id = group.id();
    int kind = key.id().length() + 1;
    if (id.startsWith(GRANTEE, kind)) {
      return group.equals(byGrantee(key, grant.grantee()));
    }
    if (id.startsWith(PAIR, kind)) {
      return group.equals(byGranteeAndPair(key, grant.grantee(), grant.pair()));
    }
    String name = grant.name();
    return group.equals(key) || (name != null && group.equals(byName(key, name)));
  }
}
