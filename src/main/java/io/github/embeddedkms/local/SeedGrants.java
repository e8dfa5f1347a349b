package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Grant;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.constraint.Constraints;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.store.Address;
import io.github.embeddedkms.store.GrantEntry;
import io.github.embeddedkms.store.KeyEntry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The grants of a seed. */
final class SeedGrants {

  private SeedGrants() {}

  /**
   * Requires what CreateGrant requires, except what depends on the provider: whether the principals
   * can exist.
   */
  static void requireValid(SeedKey key) {
    List<CreateGrant> grants = key.grants();
    if (grants.size() > GrantOperations.MAX_GRANTS_PER_KEY) {
      throw SeedRefusals.key(
          key.keyId(), "it has more than " + GrantOperations.MAX_GRANTS_PER_KEY + " grants");
    }
    KeyEntry described = described(key);
    Set<String> fingerprints = new HashSet<>();
    for (int i = 0; i < grants.size(); i++) {
      CreateGrant grant = grants.get(i);
      try {
        Constraints.check(grant);
        requireEncodable(grant);
        GrantChecks.requireConsistent(grant);
        GrantChecks.requireFitting(described, grant);
      } catch (KmsException e) {
        throw refusal(key, i, e);
      }
      // The service would return the first grant again.
      if (grant.name() != null && !fingerprints.add(fingerprint(grant))) {
        throw refusal(key, i, "comes twice");
      }
    }
  }

  /** Returns a key with the properties that its grants depend on. It is never stored. */
  private static KeyEntry described(SeedKey key) {
    return KeyCreation.newKey(
        new Address("000000000000", "us-east-1", key.keyId()),
        new KeyEntry.Birth(key.spec(), key.usage(), key.origin(), Instant.EPOCH),
        "",
        List.of(),
        List.of());
  }

  private static String fingerprint(CreateGrant named) {
    Grant grant = GrantOperations.grant(named, "", Instant.EPOCH, "");
    return Objects.requireNonNull(grant.fingerprint(), "of a grant with a name");
  }

  private static void requireEncodable(CreateGrant grant) {
    GrantConstraints constraints = grant.constraints();
    if (constraints != null) {
      Checks.toEncryptionContext(constraints.encryptionContextEquals());
      Checks.toEncryptionContext(constraints.encryptionContextSubset());
    }
  }

  /**
   * Returns the grants of a key that is created in the same change.
   *
   * @param created the key
   * @param identities the identities of the provider, among which the grants' principals must be
   */
  static List<GrantEntry> entries(
      SeedKey key, KeyEntry created, Caller caller, Identities identities) {
    List<CreateGrant> grants = key.grants();
    Instant date = created.creationDate();
    // So that they are listed before all grants that are created later, even in this millisecond.
    long order = Math.max(0, GrantOperations.orderAt(date) - grants.size());
    List<GrantEntry> entries = new ArrayList<>();
    for (int i = 0; i < grants.size(); i++) {
      CreateGrant request = grants.get(i);
      try {
        GrantChecks.requirePossiblePrincipals(request, caller, identities);
      } catch (KmsException e) {
        throw refusal(key, i, e);
      }
      Grant grant =
          GrantOperations.grant(request, idOf(created.address(), i), date, caller.account());
      entries.add(
          new GrantEntry(GrantEntry.addressOf(created.address(), grant.id()), 1, order + i, grant));
    }
    return entries;
  }

  /**
   * Returns the id of a grant, the same in every run. In another account it is another one: a
   * principal may retire grants of both, and lists them by their ids.
   */
  private static String idOf(Address key, int position) {
    byte[] name =
        (key.account() + "/" + key.id() + "/" + position).getBytes(StandardCharsets.UTF_8);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(name));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static IllegalArgumentException refusal(SeedKey key, int position, KmsException e) {
    return refusal(key, position, SeedChecks.messageOf(e));
  }

  private static IllegalArgumentException refusal(SeedKey key, int position, String why) {
    String grant = key.grants().size() == 1 ? "its grant" : "grant #" + position;
    return SeedRefusals.key(key.keyId(), grant + ": " + why);
  }
}
