package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.authorization.PolicyFault;
import io.github.embeddedkms.exception.InvalidArnException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.LimitExceededException;
import io.github.embeddedkms.exception.MalformedPolicyDocumentException;
import io.github.embeddedkms.store.KeyEntry;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks key policies before they are put, and prints those that keys have. */
final class KeyPolicies {

  private final PolicyAuthorizer authorizer;

  KeyPolicies(PolicyAuthorizer authorizer) {
    this.authorizer = authorizer;
  }

  /**
   * Checks a policy.
   *
   * @param bypass whether the caller may lock itself out
   * @param next the caller's next request to put a policy, under this one
   * @return the policy; null if it is the default policy as the service prints it
   */
  @Nullable Policy requireAcceptable(String text, @Nullable Boolean bypass, AccessRequest next) {
    Policy policy = Policy.keyPolicy(text);
    Caller caller = next.caller();
    try {
      policy.requireValid(caller.partition(), authorizer.identities());
      if (!Boolean.TRUE.equals(bypass)) {
        policy.requireNoLockout(authorizer.inquiry(next, policy));
      }
      return policy.printed().equals(DefaultKeyPolicy.text(caller)) ? null : policy;
    } catch (PolicyFault e) {
      throw serviceError(e);
    }
  }

  /** Returns a key's policy as the service prints it. The key is of the caller's account. */
  static String printed(KeyEntry key, Caller caller) {
    Policy policy = key.policy();
    return policy == null ? DefaultKeyPolicy.text(caller) : policy.printed();
  }

  /** Returns whether two policies are printed in the same way; null is the default policy. */
  static boolean areSame(@Nullable Policy one, @Nullable Policy other) {
    if (one == null || other == null) {
      return Objects.equals(one, other);
    }
    return one.printed().equals(other.printed());
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
