package io.github.embeddedkms.authorization;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides inquiries, and explains the decisions. An explicit deny always wins; then the key's
 * policy decides, directly or by leaving the decision to the caller's account, and with it to the
 * identity policies.
 *
 * <p>Source: AWS KMS Developer Guide, "Key policies" and "Allowing users in other accounts to use a
 * KMS key"; IAM User Guide, "Policy evaluation logic".
 */
public final class Evaluator {

  private final Inquiry inquiry;

  /** Null unless the decision is to be explained. */
  private final @Nullable Tracer tracer;

  // What the key policy says.
  private @Nullable Statement keyDeny;
  private @Nullable Statement direct;
  private @Nullable Statement delegating;

  // What the identity policies say.
  private boolean identityAllows;
  private @Nullable Statement identityDeny;
  private int denyingPolicy;
  private @Nullable Statement identityAllow;
  private int allowingPolicy;

  private Evaluator(Inquiry inquiry, @Nullable Tracer tracer) {
    this.inquiry = inquiry;
    this.tracer = tracer;
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
    readKeyPolicy();
    readIdentityPolicies();
    if (!inquiry.target().isKey()) {
      return onIdentities();
    }
    return inquiry.isAcrossAccounts() ? acrossAccounts() : withinAccount();
  }

  /** The operation is not on a key: key policies and grants play no part. */
  private Decision onIdentities() {
    if (identityDeny != null) {
      return Decision.DENIED_BY_IDENTITY;
    }
    return identityAllows ? Decision.ALLOWED : Decision.NOT_ALLOWED_BY_IDENTITY;
  }

  private Decision withinAccount() {
    if (inquiry.keyPolicy() == null) {
      return Decision.NO_SUCH_KEY;
    }
    if (identityDeny != null) {
      return Decision.DENIED_BY_IDENTITY;
    }
    if (keyDeny != null) {
      return Decision.DENIED_BY_KEY_POLICY;
    }
    if (direct != null || (delegating != null && identityAllows)) {
      return Decision.ALLOWED;
    }
    // A grant that permits the action would allow it here.
    return delegating == null
        ? Decision.NOT_ALLOWED_BY_KEY_POLICY
        : Decision.NOT_ALLOWED_BY_IDENTITY;
  }

  /**
   * Both sides must allow it. The key's side comes first: if it refuses, the answer is the one for
   * a key that does not exist. Otherwise, an attacker could find out the keys of other accounts by
   * statements in its own identity policies.
   */
  private Decision acrossAccounts() {
    if (!inquiry.acrossAccounts()) {
      return Decision.NOT_ACROSS_ACCOUNTS;
    }
    if (inquiry.keyPolicy() == null) {
      return Decision.NO_SUCH_KEY;
    }
    if (keyDeny != null) {
      return Decision.DENIED_BY_KEY_POLICY;
    }
    // A grant that permits the action would stand for both sides here, unless an identity denies.
    if (direct == null && delegating == null) {
      return Decision.NOT_ALLOWED_BY_KEY_POLICY;
    }
    return onIdentities();
  }

  private void readKeyPolicy() {
    Policy policy = inquiry.keyPolicy();
    if (policy == null) {
      return;
    }
    for (Statement statement : policy.statements()) {
      if (tracer == null && statement.allows() && direct != null) {
        continue;
      }
      if (tracer != null) {
        tracer.begin(placeInKeyPolicy(statement));
      }
      PrincipalPattern.Match match = statement.match(inquiry, tracer);
      if (match == PrincipalPattern.Match.NONE) {
        continue;
      }
      if (!statement.allows()) {
        keyDeny = keyDeny == null ? statement : keyDeny;
      } else if (match == PrincipalPattern.Match.DIRECT) {
        direct = direct == null ? statement : direct;
      } else {
        delegating = delegating == null ? statement : delegating;
      }
    }
  }

  private void readIdentityPolicies() {
    Principal principal = inquiry.principal();
    // A service has no identity policies; those of a root user would not restrict it.
    if (principal.isService()) {
      return;
    }
    if (principal.isRoot() || principal.identity().isAdministrator()) {
      identityAllows = true;
      return;
    }
    List<Policy> policies = principal.identity().policies();
    for (int i = 0; i < policies.size(); i++) {
      readIdentityPolicy(policies.get(i), i);
    }
  }

  private void readIdentityPolicy(Policy policy, int position) {
    for (Statement statement : policy.statements()) {
      if (tracer == null && statement.allows() && identityAllows) {
        continue;
      }
      if (tracer != null) {
        tracer.begin(placeInIdentity(statement, position));
      }
      if (statement.match(inquiry, tracer) == PrincipalPattern.Match.NONE) {
        continue;
      }
      if (statement.allows() && identityAllow == null) {
        identityAllows = true;
        identityAllow = statement;
        allowingPolicy = position;
      } else if (!statement.allows() && identityDeny == null) {
        identityDeny = statement;
        denyingPolicy = position;
      }
    }
  }

  private Place placeInKeyPolicy(Statement statement) {
    return new Place(
        Place.Source.KEY_POLICY, inquiry.resource(), statement.index(), statement.sid());
  }

  private static Place placeInIdentity(Statement statement, int position) {
    return new Place(Place.Source.IDENTITY, "#" + position, statement.index(), statement.sid());
  }

  private Reason reason(Decision decision) {
    return switch (decision) {
      case ALLOWED -> reasonToAllow();
      case NOT_ACROSS_ACCOUNTS -> new Reason.NotAcrossAccounts();
      case NO_SUCH_KEY -> new Reason.NoSuchKey(inquiry.resource());
      case DENIED_BY_IDENTITY ->
          new Reason.Denied(placeInIdentity(Objects.requireNonNull(identityDeny), denyingPolicy));
      case DENIED_BY_KEY_POLICY ->
          new Reason.Denied(placeInKeyPolicy(Objects.requireNonNull(keyDeny)));
      case NOT_ALLOWED_BY_KEY_POLICY -> new Reason.NothingAllows(false, null);
      case NOT_ALLOWED_BY_IDENTITY -> {
        Statement keyStatement = direct == null ? delegating : direct;
        Hint hint = hasNoPolicies() ? Hint.NO_POLICIES : null;
        yield keyStatement == null
            ? new Reason.NothingAllows(true, hint)
            : new Reason.IdentityMissing(placeInKeyPolicy(keyStatement), hint);
      }
    };
  }

  private boolean hasNoPolicies() {
    Principal principal = inquiry.principal();
    return !principal.isService() && principal.identity().policies().isEmpty();
  }

  private Reason reasonToAllow() {
    Place identity = identityAllow == null ? null : placeInIdentity(identityAllow, allowingPolicy);
    Statement keyStatement = direct == null ? delegating : direct;
    if (keyStatement == null) {
      return new Reason.AllowedByIdentity(null, identity);
    }
    Place place = placeInKeyPolicy(keyStatement);
    if (inquiry.isAcrossAccounts()) {
      return new Reason.AllowedByBoth(place, identity);
    }
    return direct == null
        ? new Reason.AllowedByIdentity(place, identity)
        : new Reason.AllowedByKeyPolicy(place);
  }
}
