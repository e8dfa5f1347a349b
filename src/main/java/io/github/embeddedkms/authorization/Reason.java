package io.github.embeddedkms.authorization;

import org.jspecify.annotations.Nullable;

/** Why an action is allowed or denied. */
public sealed interface Reason {

  /**
   * The key policy allows it to the caller itself.
   *
   * @param statement the statement that does
   */
  record AllowedByKeyPolicy(Place statement) implements Reason {}

  /**
   * An identity policy allows it.
   *
   * @param delegation the statement of the key policy that lets the account decide; null if the
   *     action is not on a key
   * @param statement the statement of the identity policy; null for a root user and for an
   *     administrator
   */
  record AllowedByIdentity(@Nullable Place delegation, @Nullable Place statement)
      implements Reason {}

  /**
   * The key belongs to another account, and both the key policy and an identity policy allow it.
   *
   * @param keyPolicy the statement of the key policy
   * @param identity the statement of the identity policy; null for a root user and for an
   *     administrator
   */
  record AllowedByBoth(Place keyPolicy, @Nullable Place identity) implements Reason {}

  /**
   * A grant permits it. For RetireGrant, this is the grant that is retired.
   *
   * @param grantId the id of the grant
   */
  record AllowedByGrant(String grantId) implements Reason {}

  /**
   * A statement denies it.
   *
   * @param statement the first such statement
   */
  record Denied(Place statement) implements Reason {}

  /**
   * No statement allows it.
   *
   * @param delegated whether only identity policies decide, because the action is not on a key;
   *     otherwise the key policy neither allows it nor lets the account decide
   * @param hint what may help; null if nothing is known
   */
  record NothingAllows(boolean delegated, @Nullable Hint hint) implements Reason {}

  /**
   * The key policy allows it or lets the account decide, but no identity policy allows it.
   *
   * @param keyPolicy the statement of the key policy
   * @param hint what may help; null if nothing is known
   */
  record IdentityMissing(Place keyPolicy, @Nullable Hint hint) implements Reason {}

  /** The operation cannot be used with keys of other accounts. */
  record NotAcrossAccounts() implements Reason {}

  /**
   * There is no such key or alias.
   *
   * @param identifier the identifier
   */
  record NoSuchKey(String identifier) implements Reason {}
}
