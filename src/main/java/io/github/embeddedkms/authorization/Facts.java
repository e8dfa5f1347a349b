package io.github.embeddedkms.authorization;

import java.util.List;

/**
 * The values of condition keys for one request. They are computed when a condition asks, so most
 * are never computed.
 *
 * <p>The keys that say who calls are known from the {@link Principal} and are not asked for: {@code
 * aws:PrincipalArn}, {@code aws:PrincipalAccount}, {@code aws:PrincipalType}, {@code aws:userid},
 * {@code aws:username}, {@code aws:PrincipalTag/…}, {@code aws:PrincipalIsAWSService}, {@code
 * aws:PrincipalServiceName} and {@code kms:CallerAccount}. Nor is {@code aws:ResourceAccount} if
 * the ARN of the resource has an account.
 */
@FunctionalInterface
public interface Facts {

  /**
   * Returns the values of a condition key.
   *
   * @param key the key in lower case, with what follows its colon or slash, for example {@code
   *     kms:encryptioncontext:tenant}. The names of encryption context pairs and tags ignore case
   *     there
   * @return its values; empty if the request does not have the key. A key that is not multi-valued
   *     has at most one
   */
  List<String> values(String key);

  /**
   * Returns the facts of a request of which nothing is known but its caller.
   *
   * @return facts without any value
   */
  static Facts none() {
    return key -> List.of();
  }

  /**
   * Returns whether only the caller can know a condition key. All others are known from the caller,
   * the request or the KMS key.
   *
   * @param key the key in lower case
   * @return whether a caller may state its values; {@code aws:SecureTransport} is one that it may
   */
  static boolean canBeStated(String key) {
    return ConditionKeys.canBeStated(key);
  }
}
