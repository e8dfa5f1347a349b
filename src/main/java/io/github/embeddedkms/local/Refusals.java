package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.exception.AccessDeniedException;

/** The service's messages for what a caller may not do. */
final class Refusals {

  private static final String FOREIGN_KEY =
      " on this resource because the resource does not exist in this Region, no resource-based"
          + " policies allow access, or a resource-based policy explicitly denies access";

  private Refusals() {}

  /**
   * The answer for a key or alias in another account, whether it refuses the caller or does not
   * exist. It must be the same in both cases: other accounts' key ids are not to be found out.
   */
  static AccessDeniedException ofForeignKey(Caller caller, String action) {
    return new AccessDeniedException(
        "User: "
            + caller.principal()
            + " is not authorized to perform: kms:"
            + action
            + FOREIGN_KEY);
  }
}
