package io.github.embeddedkms.authorization;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides inquiries, and explains the decisions. An explicit deny always wins; then the key's
 * policy decides, directly or by leaving the decision to the caller's account, and with it to the
 * identity policies. What they do not allow, a grant can permit.
 *
 * <p>Source: AWS KMS Developer Guide, "Key policies", "Grants in AWS KMS" and "Allowing users in
 * other accounts to use a KMS key"; IAM User Guide, "Policy evaluation logic".
 */
public final class Evaluator {

  private final Inquiry inquiry;

  /** Null unless the decision is to be explained. */
  private final @Nullable Tracer tracer;

  private final ApplyingStatements statements;

  /** The grant that permits what the policies do not allow. */
  private @Nullable Grant grant;

  private Evaluator(Inquiry inquiry, @Nullable Tracer tracer) {
    this.inquiry = inquiry;
    this.tracer = tracer;
    this.statements = ApplyingStatements.of(inquiry, tracer);
  }

  /**
   * Decides an inquiry.
   *
   * @param inquiry the inquiry
   * @return the decision
   * @throws PolicyFault if the syntax of the key policy is not valid, which {@link
   *     Policy#requireValid} should have found before
   */
  public static Decision decide(Inquiry inquiry) {
    Inquiry asked = repeatsKeys(inquiry) ? inquiry.remembering() : inquiry;
    return new Evaluator(asked, null).decide();
  }

  /**
   * Decides an inquiry in the same way, and tells why.
   *
   * @param inquiry the inquiry
   * @return the decision, with every statement that was considered
   * @throws PolicyFault if the syntax of the key policy is not valid
   */
  public static Explanation explain(Inquiry inquiry) {
    Tracer tracer = new Tracer();
    // The tracer asks again for the keys of unmet conditions.
    Evaluator evaluator = new Evaluator(inquiry.remembering(), tracer);
    Decision decision = evaluator.decide();
    return new Explanation(
        decision.isAllowed(),
        inquiry.action(),
        inquiry.resource(),
        inquiry.principal().text(),
        evaluator.reason(decision),
        tracer.considered(),
        decision.message(inquiry));
  }

  /**
   * Decides an inquiry, and explains it if it is refused.
   *
   * @param inquiry the inquiry
   * @return null if the caller may
   * @throws PolicyFault if the syntax of the key policy is not valid
   */
  public static @Nullable Explanation explainRefusal(Inquiry inquiry) {
    // Both see the same facts.
    Inquiry same = inquiry.remembering();
    return new Evaluator(same, null).decide().isAllowed() ? null : explain(same);
  }

  /**
   * Returns whether the same condition key can be asked for more than once: by one policy, or by
   * several. Most short policies ask for none or one, and need no memory.
   */
  private static boolean repeatsKeys(Inquiry inquiry) {
    Policy keyPolicy = inquiry.keyPolicy();
    int repetition = keyPolicy == null ? 0 : keyPolicy.repetition();
    List<Policy> identityPolicies = inquiry.principal().identity().policies();
    for (int i = 0; i < identityPolicies.size() && repetition <= 1; i++) {
      repetition += identityPolicies.get(i).repetition();
    }
    return repetition > 1;
  }

  private Decision decide() {
    if (!inquiry.target().isKey()) {
      if (inquiry.isOnItself()) {
        return Decision.ALLOWED;
      }
      return inquiry.isOnForeignPrincipal() ? Decision.NOT_ALLOWED_BY_IDENTITY : onIdentities();
    }
    if (Retirement.isAskedBy(inquiry)) {
      return retirement();
    }
    return inquiry.isAcrossAccounts() ? acrossAccounts() : withinAccount();
  }

  /** Only identity policies decide: key policies and grants play no part. */
  private Decision onIdentities() {
    if (statements.isDeniedByIdentity()) {
      return Decision.DENIED_BY_IDENTITY;
    }
    return statements.isAllowedByIdentity() ? Decision.ALLOWED : Decision.NOT_ALLOWED_BY_IDENTITY;
  }

  private Decision withinAccount() {
    if (inquiry.keyPolicy() == null) {
      return Decision.NO_SUCH_KEY;
    }
    if (statements.isDeniedByIdentity()) {
      return Decision.DENIED_BY_IDENTITY;
    }
    if (statements.isDeniedByKey()) {
      return Decision.DENIED_BY_KEY_POLICY;
    }
    if (statements.isAllowedDirectly()
        || (statements.isDelegated() && statements.isAllowedByIdentity())
        || isGranted()) {
      return Decision.ALLOWED;
    }
    return statements.isDelegated()
        ? Decision.NOT_ALLOWED_BY_IDENTITY
        : Decision.NOT_ALLOWED_BY_KEY_POLICY;
  }

  /**
   * Both sides must allow it, or a grant. The key's side comes first: if it refuses, the answer is
   * the one for a key that does not exist. Otherwise, an attacker could find out the keys of other
   * accounts by statements in its own identity policies.
   */
  private Decision acrossAccounts() {
    if (!inquiry.acrossAccounts()) {
      return Decision.NOT_ACROSS_ACCOUNTS;
    }
    if (inquiry.keyPolicy() == null) {
      return Decision.NO_SUCH_KEY;
    }
    if (statements.isDeniedByKey()) {
      return Decision.DENIED_BY_KEY_POLICY;
    }
    boolean byKeyPolicy = statements.isAllowedDirectly() || statements.isDelegated();
    Decision byIdentities = onIdentities();
    if (byKeyPolicy && byIdentities != Decision.NOT_ALLOWED_BY_IDENTITY) {
      return byIdentities;
    }
    if (isGranted()) {
      return statements.isDeniedByIdentity() ? Decision.DENIED_BY_IDENTITY : Decision.ALLOWED;
    }
    return byKeyPolicy ? Decision.NOT_ALLOWED_BY_IDENTITY : Decision.NOT_ALLOWED_BY_KEY_POLICY;
  }

  /** Looks for a grant that permits it. A key can have many, so this comes last. */
  private boolean isGranted() {
    grant = new GrantSearch(inquiry, statements.isAllowedByIdentity(), tracer).find();
    return grant != null;
  }

  /**
   * A key policy can only deny it. For those who may not retire the grant, the answer is the same
   * as if it did not exist.
   */
  private Decision retirement() {
    Grant retired = inquiry.grants().subject();
    if (inquiry.keyPolicy() == null) {
      return Decision.NO_SUCH_KEY;
    }
    Retirement entitlement = Retirement.of(retired, inquiry);
    if (entitlement == Retirement.NOT_ALLOWED) {
      return Decision.NOT_ALLOWED_BY_KEY_POLICY;
    }
    if (statements.isDeniedByKey() && inquiry.isAcrossAccounts()) {
      return Decision.DENIED_BY_KEY_POLICY;
    }
    if (statements.isDeniedByIdentity()) {
      return Decision.DENIED_BY_IDENTITY;
    }
    if (statements.isDeniedByKey()) {
      return Decision.DENIED_BY_KEY_POLICY;
    }
    if (entitlement == Retirement.BY_ACCOUNT) {
      return onIdentities();
    }
    grant = retired;
    return Decision.ALLOWED;
  }

  private Reason reason(Decision decision) {
    return switch (decision) {
      case ALLOWED -> reasonToAllow();
      case NOT_ACROSS_ACCOUNTS -> new Reason.NotAcrossAccounts();
      case NO_SUCH_KEY -> new Reason.NoSuchKey(inquiry.resource());
      case DENIED_BY_IDENTITY ->
          new Reason.Denied(Objects.requireNonNull(statements.identityDeny()));
      case DENIED_BY_KEY_POLICY -> new Reason.Denied(Objects.requireNonNull(statements.keyDeny()));
      case NOT_ALLOWED_BY_KEY_POLICY ->
          new Reason.NothingAllows(false, Retirement.isAskedBy(inquiry) ? Hint.NOT_RETIRING : null);
      case NOT_ALLOWED_BY_IDENTITY -> {
        Place place = placeInKeyPolicy();
        Hint hint = hasNoPolicies() ? Hint.NO_POLICIES : null;
        yield place == null
            ? new Reason.NothingAllows(true, hint)
            : new Reason.IdentityMissing(place, hint);
      }
    };
  }

  /** Returns the statement by which the key's side allows it; null if none plays a part. */
  private @Nullable Place placeInKeyPolicy() {
    if (Retirement.isAskedBy(inquiry)) {
      return null;
    }
    return statements.isAllowedDirectly() ? statements.direct() : statements.delegating();
  }

  private boolean hasNoPolicies() {
    Principal principal = inquiry.principal();
    return !principal.isService() && principal.identity().policies().isEmpty();
  }

  private Reason reasonToAllow() {
    if (grant != null) {
      return new Reason.AllowedByGrant(grant.id());
    }
    Place identity = statements.identityAllow();
    Place place = placeInKeyPolicy();
    if (place == null) {
      return new Reason.AllowedByIdentity(null, identity);
    }
    if (inquiry.isAcrossAccounts()) {
      return new Reason.AllowedByBoth(place, identity);
    }
    return statements.isAllowedDirectly()
        ? new Reason.AllowedByKeyPolicy(place)
        : new Reason.AllowedByIdentity(place, identity);
  }
}
