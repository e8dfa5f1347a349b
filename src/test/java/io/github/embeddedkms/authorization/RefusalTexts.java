package io.github.embeddedkms.authorization;

/**
 * How the service's refusals continue after the permission, by the numbers that the specification
 * gives them. {K} is the resource, {X} the permission.
 */
public final class RefusalTexts {

  public static final String T1 =
      " on resource: {K} because no resource-based policy allows the {X} action";
  public static final String T2 =
      " on resource: {K} because no identity-based policy allows the {X} action";
  public static final String T3 =
      " on resource: {K} with an explicit deny in a resource-based policy";
  public static final String T4 =
      " on resource: {K} with an explicit deny in an identity-based policy";
  private static final String NOT_REACHABLE =
      " because the resource does not exist in this Region, no resource-based policies allow"
          + " access, or a resource-based policy explicitly denies access";
  public static final String T5 = " on this resource" + NOT_REACHABLE;
  public static final String T6 =
      " on the resource associated with this ciphertext" + NOT_REACHABLE;
  public static final String T7 =
      " on the resource associated with this ciphertext because no identity-based policy allows the"
          + " {X} action";
  public static final String T8 =
      " on resource: * because no identity-based policy allows the {X} action";

  private RefusalTexts() {}
}
