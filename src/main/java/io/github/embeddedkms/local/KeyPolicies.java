package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Evaluator;
import io.github.embeddedkms.authorization.Identities;
import io.github.embeddedkms.authorization.Identity;
import io.github.embeddedkms.authorization.Inquiry;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.authorization.PolicyFault;
import io.github.embeddedkms.exception.InvalidArnException;
import io.github.embeddedkms.exception.KmsException;
import io.github.embeddedkms.exception.LimitExceededException;
import io.github.embeddedkms.exception.MalformedPolicyDocumentException;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.model.KeyManagerType;
import io.github.embeddedkms.operation.PutKeyPolicy;
import io.github.embeddedkms.store.KeyEntry;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks key policies before they are put, and prints those that keys have. */
final class KeyPolicies {

  private final PolicyAuthorizer authorizer;

  KeyPolicies(PolicyAuthorizer authorizer) {
    this.authorizer = authorizer;
  }

  /** Returns the identities, which the principals of key policies must be among. */
  Identities identities() {
    return authorizer.identities();
  }

  /**
   * Returns a permission for policies to give; nothing if it needs none. Those that only a root
   * user needs no policy for are returned, since others would need one.
   */
  Optional<UsedPermission> used(AccessRequest request) {
    UsedPermission used =
        UsedPermission.of(
            request, authorizer.inquiry(request, null), !authorizer.needsNoKeyPolicy(request));
    return authorizer.needsNoPolicy(request) && !used.isOfRootUserWithoutPolicy()
        ? Optional.empty()
        : Optional.of(used);
  }

  /**
   * Checks a policy.
   *
   * @param bypass whether the caller may lock itself out
   * @param caller the caller, who must be able to put the next policy
   * @param key the key, which need not exist yet
   * @return the policy; null if it is the default policy as the service prints it
   */
  @Nullable Policy requireAcceptable(
      String text, @Nullable Boolean bypass, Caller caller, ResolvedKey key) {
    Policy policy = Policy.keyPolicy(text);
    try {
      policy.requireValid(caller.partition(), authorizer.identities());
      if (!Boolean.TRUE.equals(bypass)) {
        policy.requireNoLockout(authorizer.inquiry(nextPut(text, bypass, caller, key), policy));
      }
      return policy.printed().equals(DefaultKeyPolicy.text(caller)) ? null : policy;
    } catch (PolicyFault e) {
      throw serviceError(e);
    }
  }

  /**
   * Returns the permission to put the next policy, which the {@linkplain #requireAcceptable check}
   * of a new key's policy requires of the caller's identity policies; empty if the policy itself
   * allows it. The parameters are those of the check.
   */
  Optional<UsedPermission> usedToPutNext(
      String text, @Nullable Boolean bypass, Caller caller, ResolvedKey key) {
    if (Boolean.TRUE.equals(bypass)) {
      return Optional.empty();
    }
    AccessRequest next = nextPut(text, bypass, caller, key);
    try {
      Inquiry inquiry = authorizer.inquiry(next, Policy.keyPolicy(text));
      return Evaluator.decide(inquiry.withIdentity(Identity.none())).isAllowed()
          ? Optional.empty()
          : Optional.of(UsedPermission.toPutNext(inquiry));
    } catch (PolicyFault e) {
      // The call is refused.
      return Optional.empty();
    }
  }

  private static AccessRequest nextPut(
      String text, @Nullable Boolean bypass, Caller caller, ResolvedKey key) {
    return new AccessRequest(
        caller,
        "PutKeyPolicy",
        Inquiry.Target.KEY,
        key.arn(),
        key,
        EncryptionContext.none(),
        new PutKeyPolicy(key.arn(), null, text, bypass),
        AccessRequest.NO_OTHER_KEY,
        null);
  }

  /** Returns a key's policy as the service prints it. The key is of the caller's account. */
  static String printed(KeyEntry key, Caller caller) {
    Policy policy = key.policy();
    if (policy != null) {
      return policy.printed();
    }
    return key.keyManager() == KeyManagerType.CUSTOMER
        ? DefaultKeyPolicy.text(caller)
        : Policy.awsManagedKeyPolicy(DefaultKeyPolicy.rootOf(caller, caller.account())).printed();
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
