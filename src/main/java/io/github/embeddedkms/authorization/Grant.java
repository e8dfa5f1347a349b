package io.github.embeddedkms.authorization;

import io.github.embeddedkms.model.Arn;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
 * @param granteePrincipal its grantee: an account, a user, a role, a session of a role, a federated
 *     user or a service; null if {@code granteeServicePrincipal} is set
 * @param granteeServicePrincipal the service that is its grantee; null if {@code granteePrincipal}
 *     is set
 * @param retiringPrincipal the principal that may retire it; null if there is none, or if it is
 *     {@code retiringServicePrincipal}
 * @param retiringServicePrincipal the service that may retire it; null if there is none
 * @param operations the operations that it permits, each once
 * @param constraints what limits them; null if nothing does
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

  private static final GrantConstraints NO_CONSTRAINTS = new GrantConstraints(null, null, null);

  /** Copies the list. Constraints that constrain nothing are left out. */
  public Grant {
    operations = List.copyOf(operations);
    constraints = NO_CONSTRAINTS.equals(constraints) ? null : constraints;
  }

  /**
   * Returns the grantee, in the same form for both forms of an account.
   *
   * @return an account as twelve digits; any other principal as it was given
   */
  public String grantee() {
    String given = granteeServicePrincipal == null ? granteePrincipal : granteeServicePrincipal;
    return given == null ? "" : canonical(given);
  }

  /**
   * Returns the principal that may retire it, in the same form for both forms of an account.
   *
   * @return an account as twelve digits; any other principal as it was given; null if there is none
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
   * Returns whether a string has the form of the name of a service of AWS.
   *
   * @param name any string
   * @return whether it can be the grantee or the retiring principal as a service
   */
  public static boolean isPossibleService(String name) {
    return ServiceNames.isService(name);
  }

  /**
   * Returns the constraints in one string. A request that the grant permits has them, so grants can
   * be found by those of its own that it could have.
   *
   * @return what {@link #constraintKey(String, Collection)} returns for the source and the pairs
   */
  public String constraintKey() {
    Set<String> pairs = new HashSet<>();
    constrainedPairs().forEach((key, value) -> pairs.add(pair(key, value)));
    return constraintKey(constraints == null ? null : constraints.sourceArn(), pairs);
  }

  /**
   * Returns constraints in one string.
   *
   * @param sourceArn the constraint on the source; null for none
   * @param pairs the pairs of the constraint on the encryption context, as {@link #pair} returns
   *     them, each once, in any order
   * @return the string, another one for other constraints
   */
  public static String constraintKey(@Nullable String sourceArn, Collection<String> pairs) {
    StringBuilder key = new StringBuilder();
    if (sourceArn != null) {
      key.append(sourceArn.length()).append('@').append(sourceArn);
    }
    pairs.stream().sorted().forEach(pair -> key.append(pair.length()).append('+').append(pair));
    return key.toString();
  }

  /**
   * Returns a pair of an encryption context in the form in which grants compare it. The case of
   * keys does not matter, that of values does.
   *
   * @param key the key of the pair
   * @param value its value
   * @return the same string for two pairs only if grants take them for one
   */
  public static String pair(String key, String value) {
    String lower = key.toLowerCase(Locale.ROOT);
    return lower.length() + ":" + lower + "=" + value;
  }

  /**
   * Returns what CreateGrant compares if a grant has a name: with the same name and the same
   * parameters, it returns the grant that exists.
   *
   * @return a digest of name, principals, operations in any order, and constraints; null for a
   *     grant without a name
   */
  public @Nullable String fingerprint() {
    if (name == null) {
      return null;
    }
    List<@Nullable String> parts = new ArrayList<>();
    parts.add(name);
    parts.add(granteePrincipal);
    parts.add(granteeServicePrincipal);
    parts.add(retiringPrincipal);
    parts.add(retiringServicePrincipal);
    if (constraints != null) {
      parts.add(constraints.sourceArn());
      addPairs(parts, "equals", constraints.encryptionContextEquals());
      addPairs(parts, "subset", constraints.encryptionContextSubset());
    }
    parts.add("operations");
    operations.stream().map(GrantOperation::toString).sorted().forEach(parts::add);
    return digest(parts);
  }

  private static void addPairs(
      List<@Nullable String> parts, String kind, @Nullable Map<String, String> pairs) {
    if (pairs != null) {
      // With their number: a key can be any string, also one that follows the pairs.
      parts.add(kind + pairs.size());
      new TreeMap<>(pairs).forEach((key, value) -> parts.addAll(List.of(key, value)));
    }
  }

  private static String digest(List<@Nullable String> parts) {
    StringBuilder text = new StringBuilder();
    for (String part : parts) {
      // With their lengths, so that no two lists are the same text.
      text.append(part == null ? "-" : part.length() + ":" + part);
    }
    try {
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
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

  /** Returns whether its constraint on the encryption context allows no other pairs. */
  boolean isExactContextRequired() {
    return constraints != null && constraints.encryptionContextEquals() != null;
  }

  /** Returns the grantee as a principal of a policy. */
  PrincipalPattern pattern() {
    String grantee = grantee();
    return granteeServicePrincipal != null || ServiceNames.isService(grantee)
        ? new PrincipalPattern.Service(grantee)
        : PrincipalPattern.aws(grantee);
  }
}
