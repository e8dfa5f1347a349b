package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Explanation;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a caller may perform an action. Every operation asks the authorizer, and nothing
 * else decides. The operations ask through {@link Permissions}.
 */
interface Authorizer {

  /**
   * Why an action is refused.
   *
   * @param message the service's message
   * @param byIdentity whether the key's side allows it, so that the message may tell that the key
   *     exists
   * @param explanation the reasons; null if no listener wants them
   */
  record Refusal(String message, boolean byIdentity, @Nullable Explanation explanation) {}

  /** Decides. Returns null if the caller may perform the action. */
  @Nullable Refusal refusal(AccessRequest request);

  /** Returns whether the caller may perform every action on a key, which is quick to see. */
  boolean allowsEverything(Caller caller, ResolvedKey key);

  /** Returns whether the caller may perform every action that is not on a key. */
  boolean allowsEverythingWithoutKey(Caller caller);

  /** Decides in the same way, and tells why. */
  Explanation explain(AccessRequest request);

  /** Reports a refusal that the caller is about to receive. */
  void report(Refusal refusal);
}
