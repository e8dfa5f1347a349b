package io.github.embeddedkms.store;

import io.github.embeddedkms.authorization.Grant;
import io.github.embeddedkms.authorization.Grants;
import io.github.embeddedkms.model.GrantOperation;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A grant of a key. It is not part of the key's own entry: a key with 50,000 grants changes as fast
 * as one with none. A grant never changes; it is created and removed.
 *
 * <p>Grants are listed in the order of creation: by their key, and in groups of the key by which a
 * decision finds those that matter: by grantee, by grantee and constraints, by grantee and
 * operation; and by what makes two grants the same. Those that can be retired are also listed by
 * retiring principal, across accounts and keys.
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
  private static final String CONSTRAINTS = "constraints/";
  private static final String OPERATION = "operation/";
  private static final String SAME = "same/";

  /**
   * Checks the order and the address.
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
   * Returns the group of the grants of a key that have one grantee.
   *
   * @param key account, Region and key id
   * @param grantee the principal, as {@link Grant#grantee()} returns it
   * @return the group, for {@link KeyStorage#entriesOf}
   */
  public static Address byGrantee(Address key, String grantee) {
    return in(key, GRANTEE + grantee);
  }

  /**
   * Returns the group of the grants of a key that have one grantee and the same constraints, for
   * operations whose encryption context can be constrained.
   *
   * @param key account, Region and key id
   * @param grantee the principal, as {@link Grant#grantee()} returns it
   * @param constraints the constraints, as {@link Grant#constraintKey()} returns them
   * @return the group, for {@link KeyStorage#entriesOf}
   */
  public static Address byConstraints(Address key, String grantee, String constraints) {
    // Both can contain any separator, so the length tells where the grantee ends.
    return in(key, CONSTRAINTS + grantee.length() + "/" + grantee + "/" + constraints);
  }

  /**
   * Returns the group of the grants of a key that permit one grantee an operation without an
   * encryption context.
   *
   * @param key account, Region and key id
   * @param grantee the principal, as {@link Grant#grantee()} returns it
   * @param operation the operation, for example {@code DescribeKey}
   * @return the group, for {@link KeyStorage#entriesOf}
   */
  public static Address byOperation(Address key, String grantee, String operation) {
    // No operation has a slash in its name.
    return in(key, OPERATION + operation + "/" + grantee);
  }

  /**
   * Returns the group of the grants of a key that are the same for CreateGrant. There is at most
   * one.
   *
   * @param key account, Region and key id
   * @param fingerprint the digest, as {@link Grant#fingerprint()} returns it
   * @return the group, for {@link KeyStorage#entriesOf}
   */
  public static Address byFingerprint(Address key, String fingerprint) {
    return in(key, SAME + fingerprint);
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
    listings.add(new Listing(byConstraints(key, grantee, grant.constraintKey()), position));
    for (GrantOperation operation : grant.operations()) {
      if (isListedBy(operation)) {
        listings.add(new Listing(byOperation(key, grantee, operation.toString()), position));
      }
    }
    String fingerprint = grant.fingerprint();
    if (fingerprint != null) {
      listings.add(new Listing(byFingerprint(key, fingerprint), position));
    }
    String retirer = grant.retirer();
    if (retirer != null) {
      listings.add(new Listing(byRetirer(key.region(), retirer), position));
    }
    return listings;
  }

  /**
   * Grants for other operations are found by their constraints. RetireGrant is never looked for.
   */
  private static boolean isListedBy(GrantOperation operation) {
    return operation != GrantOperation.RETIRE_GRANT
        && !Grants.constrainContextOf("kms:" + operation);
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
    if (id.startsWith(CONSTRAINTS, kind)) {
      return group.equals(byConstraints(key, grant.grantee(), grant.constraintKey()));
    }
    if (id.startsWith(OPERATION, kind)) {
      return grant.operations().stream()
          .filter(GrantEntry::isListedBy)
          .anyMatch(each -> group.equals(byOperation(key, grant.grantee(), each.toString())));
    }
    if (id.startsWith(SAME, kind)) {
      String fingerprint = grant.fingerprint();
      return fingerprint != null && group.equals(byFingerprint(key, fingerprint));
    }
    return group.equals(key);
  }
}
