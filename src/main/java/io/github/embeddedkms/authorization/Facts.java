package io.github.embeddedkms.authorization;

import java.util.List;
import java.util.Locale;
import java.util.Map;

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
   * Returns the values of a condition key that ends with the name of a pair or tag. Names ignore
   * case. Of several that differ only in case, the first in the order of code points counts: which
   * one the service takes is not known, but a decision must not depend on the order of a map.
   *
   * @param pairs the pairs of an encryption context, or tags by their keys
   * @param name the name in lower case, as it is at the end of the condition key
   * @return the value of the pair; empty if there is none of that name
   */
  static List<String> ofName(Map<String, String> pairs, String name) {
    Map.Entry<String, String> first = null;
    for (Map.Entry<String, String> pair : pairs.entrySet()) {
      // Between names that differ only in case, the order of chars is that of code points.
      if (pair.getKey().toLowerCase(Locale.ROOT).equals(name)
          && (first == null || pair.getKey().compareTo(first.getKey()) < 0)) {
        first = pair;
      }
    }
    return first == null ? List.of() : List.of(first.getValue());
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
