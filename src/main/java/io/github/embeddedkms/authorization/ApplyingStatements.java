package io.github.embeddedkms.authorization;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the policies say about an inquiry: the first statement of each kind that applies. Where an
 * allow is found, later ones are not read, unless every statement is to be explained.
 */
final class ApplyingStatements {

  private final Inquiry inquiry;
  private final @Nullable Tracer tracer;

  // Of the key policy.
  private @Nullable Statement keyDeny;
  private @Nullable Statement direct;
  private @Nullable Statement delegating;

  // Of the identity policies.
  private boolean identityAllows;
  private @Nullable Statement identityDeny;
  private int denyingPolicy;
  private @Nullable Statement identityAllow;
  private int allowingPolicy;

  private ApplyingStatements(Inquiry inquiry, @Nullable Tracer tracer) {
    this.inquiry = inquiry;
    this.tracer = tracer;
  }

  /**
   * Reads the policies.
   *
   * @param tracer receives every statement; null unless the decision is to be explained
   */
  static ApplyingStatements of(Inquiry inquiry, @Nullable Tracer tracer) {
    ApplyingStatements statements = new ApplyingStatements(inquiry, tracer);
    statements.readKeyPolicy();
    statements.readIdentityPolicies();
    return statements;
  }

  /** Returns whether the key policy denies the action. */
  boolean isDeniedByKey() {
    return keyDeny != null;
  }

  /** Returns whether the key policy allows it to the caller itself. */
  boolean isAllowedDirectly() {
    return direct != null;
  }

  /** Returns whether the key policy lets the caller's account decide. */
  boolean isDelegated() {
    return delegating != null;
  }

  /** Returns whether an identity policy denies it. */
  boolean isDeniedByIdentity() {
    return identityDeny != null;
  }

  /** Returns whether an identity policy allows it, or the caller needs none. */
  boolean isAllowedByIdentity() {
    return identityAllows;
  }

  /** Returns the statement of the key policy that denies it; null if none does. */
  @Nullable Place keyDeny() {
    return inKeyPolicy(keyDeny);
  }

  /** Returns the statement of the key policy that allows it to the caller; null if none does. */
  @Nullable Place direct() {
    return inKeyPolicy(direct);
  }

  /** Returns the statement of the key policy that lets the account decide; null if none does. */
  @Nullable Place delegating() {
    return inKeyPolicy(delegating);
  }

  /** Returns the statement of an identity policy that denies it; null if none does. */
  @Nullable Place identityDeny() {
    return identityDeny == null ? null : inIdentity(identityDeny, denyingPolicy);
  }

  /** Returns the statement of an identity policy that allows it; null if none does. */
  @Nullable Place identityAllow() {
    return identityAllow == null ? null : inIdentity(identityAllow, allowingPolicy);
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
        tracer.begin(inIdentity(statement, position));
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

  private @Nullable Place inKeyPolicy(@Nullable Statement statement) {
    return statement == null ? null : placeInKeyPolicy(statement);
  }

  private Place placeInKeyPolicy(Statement statement) {
    return new Place(
        Place.Source.KEY_POLICY, inquiry.resource(), statement.index(), statement.sid());
  }

  private static Place inIdentity(Statement statement, int position) {
    return new Place(Place.Source.IDENTITY, "#" + position, statement.index(), statement.sid());
  }
}
