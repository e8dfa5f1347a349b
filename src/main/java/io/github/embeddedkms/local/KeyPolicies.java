package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The key policies that can be stored: those with the meaning of the default policy, since no other
 * policy is enforced yet.
 */
final class KeyPolicies {

  private KeyPolicies() {}

  /**
   * Checks a policy for a key of the caller's account.
   *
   * @param bypass whether the caller may lock itself out
   * @return the policy as the service returns it; null if that is the default policy
   */
  static @Nullable String requireAcceptable(
      String policy, @Nullable Boolean bypass, Caller caller) {
    Map<?, ?> tree = KeyPolicyReader.tree(policy);
    List<KeyPolicyStatement> statements = KeyPolicyReader.statements(tree);
    KeyPolicyChecks.requirePrincipals(statements, caller);
    KeyPolicyChecks.requireConditionKeys(statements);
    if (!Boolean.TRUE.equals(bypass)) {
      KeyPolicyChecks.requireNoLockout(statements, caller);
    }
    Checks.requireSupported(
        DefaultKeyPolicy.isMeantBy(statements, caller),
        "a key policy other than the default, which allows the account everything,");
    String printed = KeyPolicyPrinter.print(tree);
    return printed.equals(DefaultKeyPolicy.text(caller)) ? null : printed;
  }
}
