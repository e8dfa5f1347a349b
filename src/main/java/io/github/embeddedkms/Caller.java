package io.github.embeddedkms;

import io.github.embeddedkms.model.Arn;
import java.util.regex.Pattern;

/**
 * The caller of the service: the identity, account and Region of the sender of a request, as in a
 * signed request.
 *
 * <p>Immutable.
 *
 * @param partition the partition that the Region belongs to, for example {@code aws}
 * @param region the Region whose keys the caller sees, for example {@code us-east-1}
 * @param account the caller's account, twelve digits
 * @param principal the ARN of the user or role that calls
 */
public record Caller(String partition, String region, String account, String principal) {

  private static final Pattern PARTITION = Pattern.compile("aws(-[a-z]+)*");
  private static final Pattern AWS_REGION = Pattern.compile("([a-z]+-){2,3}\\d+");

  /** Requests can name any Region; other systems than AWS have Regions of one word. */
  private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,32}");

  private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");

  /**
   * Checks the members.
   *
   * @throws IllegalArgumentException if a member is malformed
   */
  public Caller {
    check(PARTITION, partition, "a partition");
    check(REGION, region, "a Region");
    check(ACCOUNT, account, "an account id");
    if (!Arn.hasPrefix(principal)) {
      throw new IllegalArgumentException("not the ARN of a principal: " + principal);
    }
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
   * Returns the same caller in another Region. The principal is kept if the partition stays the
   * same; otherwise it becomes the account's root principal.
   *
   * @param region any Region: 1 to 32 lower-case letters, digits and hyphens. One that is not AWS's
   *     is a Region of its own, in the partition {@code aws} unless its prefix is another's
   * @return the caller in that Region
   * @throws IllegalArgumentException if the argument does not have that form
   */
  public Caller inRegion(String region) {
    // A custom partition is kept if both Regions have the same default partition.
    boolean samePartition = partitionOf(region).equals(partitionOf(this.region));
    return samePartition
        ? new Caller(partition, region, account, principal)
        : root(partitionOf(region), region, account);
  }

  /**
   * Returns the root principal of another account in the same Region.
   *
   * @param account twelve digits
   * @return the caller in that account
   * @throws IllegalArgumentException if the argument does not have the form of an account id
   */
  public Caller inAccount(String account) {
    return root(partition, region, account);
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
