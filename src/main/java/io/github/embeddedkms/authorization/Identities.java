package io.github.embeddedkms.authorization;

import java.util.Map;

/**
 * The identities of all principals. Account roots need none: an account's root user is allowed
 * everything that key policies leave to its account.
 *
 * <p>Implementations must be safe for use by several threads, and must return the same identity for
 * the same principal.
 */
@FunctionalInterface
public interface Identities {

  /**
   * Returns the identity of a principal.
   *
   * @param principal the ARN of a user, a federated user or the session of a role
   * @return its identity; {@link Identity#none()} for a principal without one
   */
  Identity of(String principal);

  /**
   * Returns whether a user or role can exist, which the principals of key policies must.
   *
   * @param principal the ARN of a user or role
   * @return false if others of its account are known, but not this one
   */
  default boolean canExist(String principal) {
    return true;
  }

  /**
   * Returns the identities of those who configure nothing: every principal may do everything that
   * key policies leave to its account.
   *
   * @return the identities
   */
  static Identities administrators() {
    return RegisteredIdentities.ADMINISTRATORS;
  }

  /**
   * Returns exactly the given identities. A principal is looked up by its ARN; the session of a
   * role then by the ARN of its role, with or without a path. Every other principal has no identity
   * policy.
   *
   * @param identities the identities by the ARNs of users, roles, sessions and federated users
   * @return the identities
   * @throws IllegalArgumentException if a key is not such an ARN, or two roles of an account have
   *     the same name
   */
  static Identities of(Map<String, Identity> identities) {
    return RegisteredIdentities.of(identities);
  }
}
