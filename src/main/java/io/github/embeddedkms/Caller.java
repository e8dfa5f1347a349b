package io.github.embeddedkms;

import io.github.embeddedkms.authorization.Facts;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.authorization.Principal;
import io.github.embeddedkms.model.Arn;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The caller of the service: the identity, account and Region of the sender of a request, as in a
 * signed request, and what conditions of policies can ask about the way in which it was sent.
 *
 * <p>Immutable. Source: IAM User Guide, "AWS JSON policy elements: Principal" and "AWS global
 * condition context keys".
 *
 * @param partition the partition that the Region belongs to, for example {@code aws}
 * @param region the Region whose keys the caller sees, for example {@code us-east-1}
 * @param account the caller's account, twelve digits; for a service of AWS, the account in which it
 *     names keys by their ids
 * @param principal the ARN of an account's root user, a user, a session of a role, a federated user
 *     or a role, which stands for its session {@code embedded-kms}; or the name of a service, for
 *     example {@code logs.eu-central-1.amazonaws.com}
 * @param facts the values of condition keys that only the caller can know, by their names in lower
 *     case, see {@link #with}
 */
public record Caller(
    String partition,
    String region,
    String account,
    String principal,
    Map<String, List<String>> facts) {

  private static final Pattern PARTITION = Pattern.compile("aws(-[a-z]+)*");
  private static final Pattern AWS_REGION = Pattern.compile("([a-z]+-){2,3}\\d+");

  /** Requests can name any Region; other systems than AWS have Regions of one word. */
  private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,32}");

  private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");
  private static final Pattern SESSION = Pattern.compile("[\\w+=,.@-]{2,64}");

  /**
   * Checks the members.
   *
   * @throws IllegalArgumentException if a member is malformed, if the principal is of another
   *     account or partition than the caller, or if no caller can state a fact
   */
  public Caller {
    check(PARTITION, partition, "a partition");
    check(REGION, region, "a Region");
    check(ACCOUNT, account, "an account id");
    if (!principal.equals(rootOf(partition, account))) {
      requireOf(partition, account, principal);
    }
    facts = checked(facts);
  }

  /**
   * Creates a caller without facts.
   *
   * @param partition the partition that the Region belongs to
   * @param region the Region whose keys the caller sees
   * @param account twelve digits
   * @param principal the ARN of a principal, or the name of a service
   * @throws IllegalArgumentException if an argument is malformed, or the principal is of another
   *     account or partition
   */
  public Caller(String partition, String region, String account, String principal) {
    this(partition, region, account, principal, Map.of());
  }

  private static void requireOf(String partition, String account, String principal) {
    String owner = Principal.of(principal, Identity.none()).account();
    // A service belongs to no account.
    if (!owner.isEmpty()) {
      if (!owner.equals(account)) {
        throw new IllegalArgumentException(
            "the principal " + principal + " is not of the account " + account);
      }
      if (!principal.startsWith("arn:" + partition + ":")) {
        throw new IllegalArgumentException(
            "the principal " + principal + " is not of the partition " + partition);
      }
    }
  }

  private static Map<String, List<String>> checked(Map<String, List<String>> facts) {
    if (facts.isEmpty()) {
      return Map.of();
    }
    Map<String, List<String>> checked = new TreeMap<>();
    facts.forEach(
        (key, values) -> {
          String name = key.toLowerCase(Locale.ROOT);
          if (!Facts.canBeStated(name)) {
            throw new IllegalArgumentException(
                "the condition key " + key + " is known from the request; no caller states it");
          }
          if (!values.isEmpty()) {
            checked.put(name, List.copyOf(values));
          }
        });
    return Map.copyOf(checked);
  }

  /**
   * Returns an account's root principal as the caller, in the partition of the Region.
   *
   * @param region a Region in the form of AWS's, for example {@code eu-central-1}, which excludes
   *     most misspellings
   * @param account twelve digits
   * @return the caller
   * @throws IllegalArgumentException if an argument is malformed
   */
  public static Caller of(String region, String account) {
    return of(partitionOf(region), region, account);
  }

  /**
   * Returns an account's root principal as the caller, in a partition that can differ from the
   * Region's own.
   *
   * @param partition a partition, for example {@code aws-cn}
   * @param region a Region in the form of AWS's
   * @param account twelve digits
   * @return the caller
   * @throws IllegalArgumentException if an argument is malformed
   */
  public static Caller of(String partition, String region, String account) {
    check(AWS_REGION, region, "a Region");
    return root(partition, region, account);
  }

  private static Caller root(String partition, String region, String account) {
    return new Caller(partition, region, account, rootOf(partition, account));
  }

  /**
   * Returns the same caller in another Region. If the Region is of another partition, the principal
   * is the one of the same name there.
   *
   * @param region any Region: 1 to 32 lower-case letters, digits and hyphens. One that is not AWS's
   *     is a Region of its own, in the partition {@code aws} unless its prefix is another's
   * @return the caller in that Region
   * @throws IllegalArgumentException if the argument does not have that form
   */
  public Caller inRegion(String region) {
    String next = partitionOf(region);
    // A custom partition is kept if both Regions have the same default partition.
    if (next.equals(partitionOf(this.region)) || next.equals(partition)) {
      return new Caller(partition, region, account, principal, facts);
    }
    String there =
        Arn.hasPrefix(principal)
            ? "arn:" + next + principal.substring(principal.indexOf(':', "arn:".length()))
            : principal;
    return new Caller(next, region, account, there, facts);
  }

  /**
   * Returns the root principal of another account in the same Region, with the same facts.
   *
   * @param account twelve digits
   * @return the caller in that account
   * @throws IllegalArgumentException if the argument does not have the form of an account id
   */
  public Caller inAccount(String account) {
    return new Caller(partition, region, account, rootOf(partition, account), facts);
  }

  /**
   * Returns another principal as the caller, in its own account and the same Region, with the same
   * facts.
   *
   * @param principalArn the ARN of an account's root user, a user, a session of a role, a federated
   *     user or a role, which stands for its session {@code embedded-kms}
   * @return the principal as the caller
   * @throws IllegalArgumentException if this is no such ARN, or one of another partition
   */
  public Caller actingAs(String principalArn) {
    String owner = Principal.of(principalArn, Identity.none()).account();
    if (owner.isEmpty()) {
      throw new IllegalArgumentException("not the ARN of a principal: " + principalArn);
    }
    return new Caller(partition, region, owner, principalArn, facts);
  }

  /**
   * Returns a session of a role as the caller, in the role's account and the same Region, with the
   * same facts.
   *
   * @param roleArn the ARN of a role, with or without a path
   * @param session the name of the session, 2 to 64 letters, digits and characters of {@code
   *     +=,.@-_}
   * @return the session as the caller; as in AWS, its ARN does not have the role's path
   * @throws IllegalArgumentException if an argument is malformed
   */
  public Caller role(String roleArn, String session) {
    check(SESSION, session, "the name of a session");
    Arn role =
        Arn.parse(roleArn)
            .filter(arn -> arn.service().equals("iam") && arn.resource().startsWith("role/"))
            .orElseThrow(() -> new IllegalArgumentException("not the ARN of a role: " + roleArn));
    String name = role.resource().substring(role.resource().lastIndexOf('/') + 1);
    return actingAs(
        new Arn(role.partition(), "sts", "", role.account(), "assumed-role/" + name + "/" + session)
            .toString());
  }

  /**
   * Returns a service of AWS as the caller: the service itself, not on behalf of a principal.
   *
   * @param name its name in policies, for example {@code logs.eu-central-1.amazonaws.com}
   * @return the service as the caller, in this account and Region, with the same facts
   * @throws IllegalArgumentException if this is no name of a service
   */
  public Caller service(String name) {
    if (Arn.hasPrefix(name)) {
      throw new IllegalArgumentException("not the name of a service: " + name);
    }
    return new Caller(partition, region, account, name, facts);
  }

  /**
   * Returns whether the caller is a service of AWS, which belongs to no account.
   *
   * @return false for the principals of accounts
   */
  public boolean isService() {
    return !Arn.hasPrefix(principal);
  }

  /**
   * Returns the same caller with a fact about its request that nothing else can know, for
   * conditions of policies to ask: for example {@code aws:SourceIp}, {@code aws:SourceArn}, {@code
   * aws:SourceVpce}, {@code aws:MultiFactorAuthPresent}, {@code aws:PrincipalOrgID}, {@code
   * kms:ViaService}.
   *
   * @param conditionKey the condition key; its case is ignored
   * @param values its values, in place of earlier ones; none removes the fact
   * @return the caller with the fact
   * @throws IllegalArgumentException if the key is known from the caller, the request or the KMS
   *     key. {@code aws:SecureTransport} can be stated, and is {@code true} otherwise
   */
  public Caller with(String conditionKey, String... values) {
    Map<String, List<String>> next = new TreeMap<>(facts);
    String key = conditionKey.toLowerCase(Locale.ROOT);
    if (values.length == 0) {
      next.remove(key);
    } else {
      next.put(key, List.of(values));
    }
    return new Caller(partition, region, account, principal, next);
  }

  /**
   * Returns the same caller on whose behalf a service of AWS sends the request, as Amazon S3 does
   * for the objects of a principal.
   *
   * @param service the value of {@code kms:ViaService}, for example {@code
   *     s3.eu-central-1.amazonaws.com}
   * @return the caller through that service
   */
  public Caller via(String service) {
    return with("kms:ViaService", service);
  }

  /**
   * Returns the ARN of a resource of the service in the caller's Region and account.
   *
   * @param resource {@code key/} and a key id, or an alias name
   * @return the ARN
   */
  public String arn(String resource) {
    return new Arn(partition, "kms", region, account, resource).toString();
  }

  private static String rootOf(String partition, String account) {
    return new Arn(partition, "iam", "", account, "root").toString();
  }

  private static String partitionOf(String region) {
    if (region.startsWith("cn-")) {
      return "aws-cn";
    }
    if (region.startsWith("us-gov-")) {
      return "aws-us-gov";
    }
    if (region.startsWith("us-isob-")) {
      return "aws-iso-b";
    }
    if (region.startsWith("us-isof-")) {
      return "aws-iso-f";
    }
    if (region.startsWith("eu-isoe-")) {
      return "aws-iso-e";
    }
    if (region.startsWith("us-iso-")) {
      return "aws-iso";
    }
    return region.startsWith("eusc-") ? "aws-eusc" : "aws";
  }

  private static void check(Pattern form, String value, String name) {
    if (!form.matcher(value).matches()) {
      throw new IllegalArgumentException("not " + name + ": " + value);
    }
  }
}
