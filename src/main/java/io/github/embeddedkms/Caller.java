package io.github.embeddedkms;

import io.github.embeddedkms.model.Arn;
import java.util.regex.Pattern;

/**
 * Who calls the service, and where: everything that a signed request says about its sender.
 *
 * <p>Immutable.
 *
 * @param partition the part of the cloud that the Region belongs to, {@code aws} for example
 * @param region the Region whose keys are seen, {@code us-east-1} for example
 * @param account the caller's account, twelve digits
 * @param principal the ARN of the user or role that calls
 */
public record Caller(String partition, String region, String account, String principal) {

  private static final Pattern PARTITION = Pattern.compile("aws(-[a-z]+)*");
  private static final Pattern REGION = Pattern.compile("([a-z]+-){2,3}\\d+");
  private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");

  /**
   * Checks the members.
   *
   * @throws IllegalArgumentException if one is not of its form
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
   * The account itself (its root principal) as the caller, in the partition of the Region.
   *
   * @param region a Region, {@code eu-central-1} for example
   * @param account twelve digits
   * @return the caller
   * @throws IllegalArgumentException if one is not of its form
   */
  public static Caller of(String region, String account) {
    return of(partitionOf(region), region, account);
  }

  /**
   * The account itself (its root principal) as the caller, in a partition that need not be the
   * Region's own.
   *
   * @param partition a partition, {@code aws-cn} for example
   * @param region a Region
   * @param account twelve digits
   * @return the caller
   * @throws IllegalArgumentException if one is not of its form
   */
  public static Caller of(String partition, String region, String account) {
    return new Caller(partition, region, account, rootOf(partition, account));
  }

  /**
   * The same caller in another Region. A principal is kept as long as the partition stays.
   *
   * @param region a Region
   * @return the caller there
   * @throws IllegalArgumentException if it is not of the form of a Region
   */
  public Caller inRegion(String region) {
    // A partition that was chosen by hand stays for the Regions that would share its own.
    boolean samePartition = partitionOf(region).equals(partitionOf(this.region));
    return samePartition ? new Caller(partition, region, account, principal) : of(region, account);
  }

  /**
   * The root principal of another account in the same Region.
   *
   * @param account twelve digits
   * @return the caller there
   * @throws IllegalArgumentException if it is not of the form of an account id
   */
  public Caller inAccount(String account) {
    return of(partition, region, account);
  }

  /**
   * The ARN of a resource of the service in the caller's Region and account.
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
