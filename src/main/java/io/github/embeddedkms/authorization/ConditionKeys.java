package io.github.embeddedkms.authorization;

import java.util.Set;

/** What is known of condition keys by their names, which are lower-cased here. */
final class ConditionKeys {

  static final String ENCRYPTION_CONTEXT = "kms:encryptioncontext:";
  static final String ENCRYPTION_CONTEXT_KEYS = "kms:encryptioncontextkeys";
  static final String REQUEST_TAG = "aws:requesttag/";
  static final String RESOURCE_TAG = "aws:resourcetag/";

  private static final Set<String> MULTI_VALUED =
      Set.of(
          ENCRYPTION_CONTEXT_KEYS,
          "kms:grantoperations",
          "kms:resourcealiases",
          "aws:calledvia",
          "aws:principalorgpaths",
          "aws:principalservicenameslist",
          "aws:tagkeys");

  private ConditionKeys() {}

  /** Returns whether a request can have several values of a key. */
  static boolean isMultiValued(String key) {
    return MULTI_VALUED.contains(key);
  }

  /** Returns whether no key policy may have a key, because it concerns the key's own labels. */
  static boolean isForbiddenInKeyPolicies(String key) {
    return key.startsWith(RESOURCE_TAG)
        || key.startsWith("kms:resourcetag")
        || key.equals("kms:resourcealiases");
  }

  /** Returns whether conditions on a key never hold for the alias in an operation on aliases. */
  static boolean isUnknownForAliases(String key) {
    return key.startsWith("kms:")
        || key.startsWith(RESOURCE_TAG)
        || key.startsWith(REQUEST_TAG)
        || key.equals("aws:tagkeys");
  }
}
