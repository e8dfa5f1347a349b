package io.github.embeddedkms.authorization;

import java.util.Set;

/** What is known of condition keys by their names, which are lower-cased here. */
final class ConditionKeys {

  static final String ENCRYPTION_CONTEXT = "kms:encryptioncontext:";
  static final String ENCRYPTION_CONTEXT_KEYS = "kms:encryptioncontextkeys";
  static final String REQUEST_TAG = "aws:requesttag/";
  static final String RESOURCE_TAG = "aws:resourcetag/";
  static final String RESOURCE_ACCOUNT = "aws:resourceaccount";

  private static final Set<String> MULTI_VALUED =
      Set.of(
          ENCRYPTION_CONTEXT_KEYS,
          "kms:grantoperations",
          "kms:resourcealiases",
          "aws:calledvia",
          "aws:principalorgpaths",
          "aws:principalservicenameslist",
          "aws:tagkeys");

  /** The keys of other services than KMS that are known from the principal, request or KMS key. */
  private static final Set<String> KNOWN =
      Set.of(
          "aws:currenttime",
          "aws:epochtime",
          "aws:principalaccount",
          "aws:principalarn",
          "aws:principalisawsservice",
          "aws:principalservicename",
          "aws:principaltype",
          "aws:requestedregion",
          RESOURCE_ACCOUNT,
          "aws:tagkeys",
          "aws:userid",
          "aws:username",
          "aws:viaawsservice");

  private static final String PRINCIPAL_TAG = "aws:principaltag/";
  private static final String VIA_SERVICE = "kms:viaservice";

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

  /** Returns whether only a caller can know a key. */
  static boolean canBeStated(String key) {
    return key.startsWith("kms:")
        ? key.equals(VIA_SERVICE)
        : key.indexOf(':') > 0
            && !KNOWN.contains(key)
            && !key.startsWith(PRINCIPAL_TAG)
            && !key.startsWith(REQUEST_TAG)
            && !key.startsWith(RESOURCE_TAG);
  }
}
