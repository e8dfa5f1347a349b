package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.authorization.Explanation;
import io.github.embeddedkms.authorization.Grant;
import io.github.embeddedkms.authorization.Inquiry;
import io.github.embeddedkms.authorization.Reason;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.InvalidGrantTokenException;
import io.github.embeddedkms.model.Arn;
import io.github.embeddedkms.model.EncryptionContext;
import io.github.embeddedkms.store.Address;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the permissions that a call needs. If the call is only explained, no permission is
 * refused: each question adds its explanation.
 */
final class Permissions {

  private static final String ANYTHING = "*";

  /** Stands for the ARN of a key that is known by a ciphertext only, and does not exist. */
  private static final String UNKNOWN_KEY = "the key of the ciphertext";

  private final Authorizer authorizer;

  Permissions(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  /** Requires permission for the operation with its key. */
  void requireKey(Call<?> call, @Nullable List<String> grantTokens) {
    requireKey(
        call,
        call.operation(),
        call.resolved(),
        call.context(),
        grantTokens,
        AccessRequest.NO_OTHER_KEY);
  }

  /** Requires permission for an action on a key, in an operation without grant tokens. */
  void requireKey(Call<?> call, String action, ResolvedKey key) {
    requireKey(call, action, key, call.context(), null, AccessRequest.NO_OTHER_KEY);
  }

  /**
   * Requires permission for an action on a key.
   *
   * @param otherKeyArn returns the ARN of the other key of ReEncrypt
   * @throws AccessDeniedException if the caller may not perform it
   * @throws InvalidGrantTokenException if a string is no grant token
   */
  void requireKey(
      Call<?> call,
      String action,
      ResolvedKey key,
      EncryptionContext context,
      @Nullable List<String> grantTokens,
      Supplier<@Nullable String> otherKeyArn) {
    // Nearly always: nothing is allocated.
    if (call.isExplained() || !authorizer.allowsEverything(call.caller(), key)) {
      require(call, AccessRequest.ofKey(call, action, key, context, otherKeyArn));
    }
    // They decide nothing: a grant counts without its token.
    GrantTokens.requireTokens(grantTokens);
  }

  /** Requires permission for an action that is not on a key. */
  void requireAccount(Call<?> call, Caller caller, String action) {
    if (!isUnlimited(call)) {
      require(call, AccessRequest.without(call, caller, action, Inquiry.Target.ACCOUNT, ANYTHING));
    }
  }

  /** Requires permission to create a key like another, in the caller's Region. */
  void requireCreation(Call<?> call, Caller caller, ResolvedKey like) {
    if (!isUnlimited(call)) {
      require(call, AccessRequest.ofCreation(call, caller, like));
    }
  }

  /** Requires permission to tag a key that is being created. */
  void requireTagsOfNewKey(Call<?> call, Caller caller) {
    if (!isUnlimited(call)) {
      require(
          call,
          AccessRequest.without(
              call, caller, "TagResource", Inquiry.Target.TAGS_OF_NEW_KEY, ANYTHING));
    }
  }

  /** Requires permission for the operation on an alias of the caller's account. */
  void requireAlias(Call<?> call, String aliasName) {
    if (!isUnlimited(call)) {
      Address alias = Names.address(call.caller(), aliasName);
      String arn = Names.aliasArn(call.caller(), alias);
      require(
          call,
          AccessRequest.without(call, call.caller(), call.operation(), Inquiry.Target.ALIAS, arn));
    }
  }

  /**
   * Requires permission for an operation that is on a principal, whose grants are listed. No
   * principal may list those of other accounts; a service may list its own.
   */
  void requirePrincipal(Call<?> call, String principal) {
    String canonical = Grant.canonical(principal);
    // Policies name an account by its root user.
    String arn =
        canonical.equals(call.caller().account())
            ? DefaultKeyPolicy.rootOf(call.caller(), canonical)
            : principal;
    if (!isUnlimited(call) || !isOfCaller(call.caller(), arn)) {
      require(
          call,
          AccessRequest.without(
              call, call.caller(), call.operation(), Inquiry.Target.ACCOUNT, arn));
    }
  }

  private static boolean isOfCaller(Caller caller, String principal) {
    return Arn.parse(principal).filter(arn -> arn.account().equals(caller.account())).isPresent();
  }

  private boolean isUnlimited(Call<?> call) {
    return !call.isExplained() && authorizer.allowsEverythingWithoutKey(call.caller());
  }

  /** Returns the refusal of a key or alias of another account that does not exist. */
  AccessDeniedException missing(Call<?> call, String action, String arn) {
    Inquiry.Target target =
        KeyResolver.namesAlias(arn) ? Inquiry.Target.KEY_OF_ALIAS_ARN : Inquiry.Target.KEY;
    return refused(call, AccessRequest.without(call, call.caller(), action, target, arn));
  }

  /** Returns the refusal of a ciphertext whose key is unknown here. */
  AccessDeniedException unknownKeyOfCiphertext(Call<?> call, String action) {
    return refused(
        call,
        AccessRequest.without(
            call, call.caller(), action, Inquiry.Target.KEY_OF_CIPHERTEXT, UNKNOWN_KEY));
  }

  /**
   * Returns the grant that alone permits the operation with its key. A change that is made under a
   * grant must rest on it: the grant may be revoked meanwhile.
   *
   * @return the id of the grant; empty if policies allow the operation
   * @throws AccessDeniedException if nothing allows it any longer
   */
  Optional<String> permittingGrant(Call<?> call) {
    ResolvedKey key = call.resolved();
    if (authorizer.allowsEverything(call.caller(), key)) {
      return Optional.empty();
    }
    AccessRequest request =
        AccessRequest.ofKey(
            call, call.operation(), key, call.context(), AccessRequest.NO_OTHER_KEY);
    Explanation explanation = authorizer.explain(request);
    String refusal = explanation.answer();
    if (refusal != null) {
      throw refused(
          new Authorizer.Refusal(refusal, explanation.isRefusedByIdentity(), explanation));
    }
    return explanation.reason() instanceof Reason.AllowedByGrant permitted
        ? Optional.of(permitted.grantId())
        : Optional.empty();
  }

  /** Returns why the caller may not perform an action; null if it may. Reports nothing. */
  Authorizer.@Nullable Refusal refusal(AccessRequest request) {
    return authorizer.refusal(request);
  }

  /** Returns whether the caller may perform every action on a key, which is quick to see. */
  boolean areUnlimited(Call<?> call, ResolvedKey key) {
    return authorizer.allowsEverything(call.caller(), key);
  }

  private void require(Call<?> call, AccessRequest request) {
    if (call.isExplained()) {
      explain(call, request);
      return;
    }
    Authorizer.Refusal refusal = authorizer.refusal(request);
    if (refusal != null) {
      throw refused(refusal);
    }
  }

  /** Returns the explanation; null if the call is recorded. */
  private @Nullable Explanation explain(Call<?> call, AccessRequest request) {
    // A policy that cannot be parsed is reported when it decides. A recorded call is made as well.
    Explanation explanation = call.isRecorded() ? null : authorizer.explain(request);
    call.explain(request, explanation);
    return explanation;
  }

  private AccessDeniedException refused(Call<?> call, AccessRequest request) {
    if (call.isExplained()) {
      Explanation explanation = explain(call, request);
      return new AccessDeniedException(explanation == null ? null : explanation.answer());
    }
    Authorizer.Refusal refusal = authorizer.refusal(request);
    if (refusal == null) {
      throw new AssertionError("what does not exist is allowed: " + request.action());
    }
    return refused(refusal);
  }

  private AccessDeniedException refused(Authorizer.Refusal refusal) {
    authorizer.report(refusal);
    return new AccessDeniedException(refusal.message());
  }
}
