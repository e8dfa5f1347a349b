package io.github.embeddedkms.authorization;

import io.github.embeddedkms.model.Arn;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A grant of a KMS key: it permits its grantee some operations with the key, whatever the policies
 * allow, as long as none denies them.
 *
 * <p>Immutable. Source: AWS KMS API Reference, CreateGrant; Developer Guide, "Grants in AWS KMS".
 *
 * @param id 64 lower-case hexadecimal digits
 * @param name its name, with which it can be created again without effect; null if it has none
 * @param creationDate when it was created
 * @param issuingAccount the account that created it, twelve digits
 * @param granteePrincipal who receives it: an account, a user, a role, a session of a role, a
 *     federated user or a service; null if {@code granteeServicePrincipal} is set
 * @param granteeServicePrincipal the service that receives it; null if {@code granteePrincipal} is
 *     set
 * @param retiringPrincipal who may retire it; null for nobody or a service
 * @param retiringServicePrincipal the service that may retire it; null for nobody or another
 *     principal
 * @param operations the operations that it permits, each once
 * @param constraints what limits them; null for nothing
 */
public record Grant(
    String id,
    @Nullable String name,
    Instant creationDate,
    String issuingAccount,
    @Nullable String granteePrincipal,
    @Nullable String granteeServicePrincipal,
    @Nullable String retiringPrincipal,
    @Nullable String retiringServicePrincipal,
    List<GrantOperation> operations,
    @Nullable GrantConstraints constraints) {

  private static final String NOBODY = "";

  /** Copies the list. */
  public Grant {
    operations = List.copyOf(operations);
  }

  /**
   * Returns who receives it, so that two forms of one principal are the same.
   *
   * @return an account as twelve digits; any other principal as it was given
   */
  public String grantee() {
    String given = granteeServicePrincipal == null ? granteePrincipal : granteeServicePrincipal;
    return given == null ? NOBODY : canonical(given);
  }

  /**
   * Returns who may retire it, so that two forms of one principal are the same.
   *
   * @return an account as twelve digits; any other principal as it was given; null for nobody
   */
  public @Nullable String retirer() {
    String given = retiringServicePrincipal == null ? retiringPrincipal : retiringServicePrincipal;
    return given == null ? null : canonical(given);
  }

  /**
   * Returns one form for a principal that has two.
   *
   * @param principal an account's id or the ARN of its root user; or any other principal
   * @return an account as twelve digits; any other principal as it was given
   */
  public static String canonical(String principal) {
    return Arn.parse(principal)
        .filter(arn -> PrincipalArns.hasPrincipalPrefix(arn) && arn.resource().equals("root"))
        .map(Arn::account)
        .orElse(principal);
  }

  /**
   * Returns whether a string has the form of a principal that a grant can have: an account, a user,
   * a role, a session of a role, a federated user or a service, without wildcards.
   *
   * @param principal any string
   * @param partition the partition that an ARN must be in
   * @param identities those among which users and roles must be
   * @return whether it can be the grantee or the retiring principal
   */
  public static boolean isPossiblePrincipal(
      String principal, String partition, Identities identities) {
    if (PrincipalArns.isAccountId(principal) || ServiceNames.isService(principal)) {
      return true;
    }
    Arn arn = PrincipalArns.parse(principal);
    return arn != null
        && arn.partition().equals(partition)
        && !PrincipalArns.hasWildcard(arn)
        && (!PrincipalArns.isUserOrRole(arn) || identities.canExist(principal));
  }

  /**
   * Returns the first pair of the constraint on the encryption context, in the order of keys. A
   * request that does not have it is not permitted, so grants can be found by it.
   *
   * @return the key in lower case, an equals sign and the value; empty if there is no such pair
   */
  public String pair() {
    Map<String, String> pairs = constrainedPairs();
    return pairs.isEmpty() ? "" : pairsByName(pairs).firstEntry().getValue();
  }

  /**
   * Returns a pair of an encryption context in the form in which grants compare it. The case of
   * keys does not matter, that of values does.
   *
   * @param key the key of the pair
   * @param value its value
   * @return the key in lower case, an equals sign and the value
   */
  public static String pair(String key, String value) {
    // Not ambiguous within one grantee: a mistaken candidate does not pass the rules.
    return key.toLowerCase(Locale.ROOT) + "=" + value;
  }

  private static TreeMap<String, String> pairsByName(Map<String, String> pairs) {
    TreeMap<String, String> sorted = new TreeMap<>();
    pairs.forEach((key, value) -> sorted.put(key.toLowerCase(Locale.ROOT), pair(key, value)));
    return sorted;
  }

  /**
   * Returns the pairs of the constraint on the encryption context.
   *
   * @return the pairs of either constraint, possibly none
   */
  public Map<String, String> constrainedPairs() {
    if (constraints == null) {
      return Map.of();
    }
    Map<String, String> pairs = constraints.encryptionContextEquals();
    if (pairs == null) {
      pairs = constraints.encryptionContextSubset();
    }
    return pairs == null ? Map.of() : pairs;
  }

  /** Returns the grantee as a principal of a policy. */
  PrincipalPattern pattern() {
    String grantee = grantee();
    return granteeServicePrincipal != null || ServiceNames.isService(grantee)
        ? new PrincipalPattern.Service(grantee)
        : PrincipalPattern.aws(grantee);
  }
}
