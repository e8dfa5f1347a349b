package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Facts;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.authorization.Inquiry;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.authorization.PolicyFault;
import io.github.embeddedkms.authorization.Principal;
import io.github.embeddedkms.exception.InvalidArnException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.LimitExceededException;
import io.github.embeddedkms.exception.MalformedPolicyDocumentException;
import io.github.embeddedkms.store.KeyEntry;
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
   * @param keyArn the ARN of the key
   * @return the policy; null if it is the default policy as the service prints it
   */
  static @Nullable Policy requireAcceptable(
      String text, @Nullable Boolean bypass, Caller caller, String keyArn) {
    Policy policy = Policy.keyPolicy(text);
    try {
      policy.requireValid(caller.partition(), Identities.administrators());
      if (!Boolean.TRUE.equals(bypass)) {
        // Of the request, only the caller is known here yet.
        policy.requireNoLockout(
            Inquiry.ofKey("kms:PutKeyPolicy", keyArn, policy, principalOf(caller), Facts.none()));
      }
      Checks.requireSupported(
          policy.allowsEverythingToAccount(caller.account()),
          "a key policy other than the default, which allows the account everything,");
      String printed = policy.printed();
      return printed.equals(DefaultKeyPolicy.text(caller)) ? null : policy;
    } catch (PolicyFault e) {
      throw serviceError(e);
    }
  }

  /** Returns a key's policy as the service prints it. */
  static String printed(KeyEntry key, Caller caller) {
    Policy policy = key.policy();
    return policy == null ? DefaultKeyPolicy.text(caller) : policy.printed();
  }

  private static Principal principalOf(Caller caller) {
    return Principal.of(caller.principal(), Identity.administrator());
  }

  private static KmsException serviceError(PolicyFault fault) {
    String message = fault.getMessage();
    return switch (fault.kind()) {
      case TOO_LONG -> new LimitExceededException("embedded-kms: " + message);
      case MALFORMED -> new MalformedPolicyDocumentException("embedded-kms: " + message);
      case INVALID_ARN -> new InvalidArnException(message);
      case NO_PRINCIPAL,
          INVALID_PRINCIPAL,
          FORBIDDEN_CONDITION_KEY,
          OVERLY_PERMISSIVE_CONDITION,
          LOCKOUT ->
          new MalformedPolicyDocumentException(message);
    };
  }
}
