package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.exception.AccessDeniedException;

/** The service's errors for denied access. */
final class Refusals {

  private static final String FOREIGN_KEY =
      " on this resource because the resource does not exist in this Region, no resource-based"
          + " policies allow access, or a resource-based policy explicitly denies access";

  private Refusals() {}

  /**
   * Returns the error for a key or alias of another account, whether access is denied or it does
   * not exist. Both cases must look the same, so that an attacker cannot find out the key ids of
   * other accounts.
   */
  static AccessDeniedException ofForeignKey(Caller caller, String action) {
    return new AccessDeniedException(
        "User: "
            + caller.principal()
            + " is not authorized to perform: kms:"
            + action
            + FOREIGN_KEY);
  }

  /** Returns the error for an action that the policy of an account's own key does not allow. */
  static AccessDeniedException byKeyPolicy(Caller caller, String action, ResolvedKey key) {
    return new AccessDeniedException(
        "User: "
            + caller.principal()
            + " is not authorized to perform: kms:"
            + action
            + " on resource: "
            + key.arn()
            + " because no resource-based policy allows the kms:"
            + action
            + " action");
  }
}
