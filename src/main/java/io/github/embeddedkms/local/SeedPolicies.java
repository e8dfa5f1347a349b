package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.authorization.PolicyFault;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The key policies and identities of a seed. */
final class SeedPolicies {

  private SeedPolicies() {}

  /** Requires that a key's policy is the JSON of a policy, for any provider. */
  static void requireValidSyntax(SeedKey key) {
    if (key.policy() != null) {
      try {
        key.policy().requireValidSyntax();
      } catch (PolicyFault e) {
        throw refusal(key, e);
      }
    }
  }

  /**
   * Checks a key's policy as PutKeyPolicy does, except that it may lock out every caller: the owner
   * of the seed can change the seed.
   *
   * @param identities the identities of the provider
   * @return the policy as it is stored; null if it is the default policy as the service prints it
   */
  static @Nullable Policy stored(SeedKey key, Caller caller, Identities identities) {
    Policy policy = key.policy();
    if (policy == null) {
      return null;
    }
    try {
      policy.requireValid(caller.partition(), identities);
      return policy.printed().equals(DefaultKeyPolicy.text(caller)) ? null : policy;
    } catch (PolicyFault e) {
      throw refusal(key, e);
    }
  }

  /** Returns the identities by the ARNs of their principals. */
  static Identities identities(Map<String, Identity> byArn) {
    try {
      return Identities.of(byArn);
    } catch (IllegalArgumentException e) {
      throw SeedRefusals.identities(String.valueOf(e.getMessage()));
    }
  }

  /** The service's messages say what is wrong, but not where. */
  private static IllegalArgumentException refusal(SeedKey key, PolicyFault fault) {
    boolean saysWhere =
        fault.kind() == PolicyFault.Kind.MALFORMED || fault.kind() == PolicyFault.Kind.TOO_LONG;
    return SeedRefusals.key(
        key.keyId(), fault.getMessage() + (saysWhere ? "" : " (" + fault.path() + ")"));
  }
}
