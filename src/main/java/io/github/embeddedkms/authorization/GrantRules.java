package io.github.embeddedkms.authorization;

import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which one grant permits the action of an inquiry: who, which operation, and under
 * which constraints.
 *
 * <p>Source: AWS KMS Developer Guide, "Grants in AWS KMS", "Using grant constraints" and "Granting
 * CreateGrant permission".
 */
final class GrantRules {

  private static final String CREATE_GRANT = "kms:CreateGrant";
  private static final String RETIRE_GRANT = "kms:RetireGrant";
  private static final String SOURCE_ARN = "aws:sourcearn";

  /**
   * What the rules of several grants ask of one inquiry.
   *
   * @param inquiry the inquiry
   * @param actual the encryption context of the request; for CreateGrant, that of the constraint of
   *     the new grant
   * @param pairs its pairs in the form in which they are compared
   */
  record Request(Inquiry inquiry, Map<String, String> actual, Set<String> pairs) {

    static Request of(Inquiry inquiry) {
      Grant child = childOf(inquiry);
      Map<String, String> actual =
          child == null ? inquiry.grants().context().asMap() : child.constrainedPairs();
      return new Request(inquiry, actual, GrantRules.pairs(actual));
    }
  }

  private final Grant grant;
  private final Request request;
  private final Inquiry inquiry;

  GrantRules(Grant grant, Request request) {
    this.grant = grant;
    this.request = request;
    this.inquiry = request.inquiry();
  }

  /**
   * Returns whether the grant permits the action.
   *
   * @param identityAllows whether the caller's identity policies allow it, which decides if the
   *     grantee is its account
   */
  boolean permit(boolean identityAllows) {
    return isForCaller(identityAllows) && hasOperation() && isContextMet() && isSourceMet();
  }

  /** Returns what keeps the grant from permitting the action; empty if it permits it. */
  List<Mismatch> mismatches(boolean identityAllows) {
    List<Mismatch> mismatches = new ArrayList<>();
    if (!isForCaller(identityAllows)) {
      mismatches.add(mismatchOfGrantee());
    }
    if (!hasOperation()) {
      mismatches.add(new Mismatch.Operation(names(grant.operations())));
    }
    if (!isContextMet()) {
      mismatches.add(
          new Mismatch.Constraint(
              grant.isExactContextRequired(),
              grant.constrainedPairs(),
              request.actual(),
              isMetIgnoringCase() ? Hint.CASE_DIFFERS : null));
    }
    if (!isSourceMet()) {
      String wanted = String.valueOf(wantedSource());
      mismatches.add(
          new Mismatch.SourceArn(
              wanted, isSourceOfChildMet(wanted) ? sourceOfRequest() : sourceOfChild()));
    }
    return mismatches;
  }

  private Mismatch mismatchOfGrantee() {
    PrincipalPattern grantee = grant.pattern();
    return grantee.match(inquiry.principal()) == PrincipalPattern.Match.ACCOUNT
        ? new Mismatch.Identity(grant.grantee())
        : new Mismatch.Principal(
            List.of(grant.grantee()), Hints.ofPattern(grantee, inquiry.principal()));
  }

  private boolean isForCaller(boolean identityAllows) {
    return switch (grant.pattern().match(inquiry.principal())) {
      case DIRECT -> true;
      case ACCOUNT -> identityAllows;
      case NONE -> false;
    };
  }

  /** A grant for CreateGrant permits only grants that permit no more. */
  private boolean hasOperation() {
    Grant child = child();
    return isAmong(grant.operations(), inquiry.action())
        && (child == null || grant.operations().containsAll(child.operations()));
  }

  private static boolean isAmong(List<GrantOperation> operations, String action) {
    int begin = action.indexOf(':') + 1;
    for (GrantOperation operation : operations) {
      String name = operation.toString();
      if (action.length() - begin == name.length() && action.startsWith(name, begin)) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Grant child() {
    return childOf(inquiry);
  }

  /** Returns the grant that is to be created; null if the action is another one. */
  private static @Nullable Grant childOf(Inquiry inquiry) {
    return inquiry.action().equals(CREATE_GRANT) ? inquiry.grants().subject() : null;
  }

  private boolean isContextMet() {
    GrantConstraints constraints = grant.constraints();
    if (constraints == null) {
      return true;
    }
    Grant child = child();
    if (child != null) {
      return isAsStrict(child.constraints(), constraints);
    }
    return !Grants.constrainContextOf(inquiry.action())
        || isMet(constraints, request.pairs(), request.actual().size());
  }

  /**
   * Returns whether a request meets the constraints on the encryption context.
   *
   * @param actual its different pairs
   * @param count the number of its pairs, of which some can differ only in the case of keys
   */
  private static boolean isMet(GrantConstraints constraints, Set<String> actual, int count) {
    Map<String, String> subset = constraints.encryptionContextSubset();
    Map<String, String> equal = constraints.encryptionContextEquals();
    return (subset == null || actual.containsAll(pairs(subset)))
        && (equal == null || (actual.equals(pairs(equal)) && count == equal.size()));
  }

  private static boolean isAsStrict(@Nullable GrantConstraints child, GrantConstraints parent) {
    Map<String, String> equal = parent.encryptionContextEquals();
    Map<String, String> subset = parent.encryptionContextSubset();
    Map<String, String> childEqual = child == null ? null : child.encryptionContextEquals();
    Map<String, String> childSubset = child == null ? null : child.encryptionContextSubset();
    if (equal != null
        && (childEqual == null
            || childEqual.size() != equal.size()
            || !pairs(childEqual).equals(pairs(equal)))) {
      return false;
    }
    Map<String, String> narrower = childEqual == null ? childSubset : childEqual;
    return subset == null || (narrower != null && pairs(narrower).containsAll(pairs(subset)));
  }

  /** A grant for CreateGrant requires its source of the request, and of the new grant the same. */
  private boolean isSourceMet() {
    String wanted = wantedSource();
    if (wanted == null || inquiry.action().equals(RETIRE_GRANT)) {
      return true;
    }
    return isSourceOfChildMet(wanted) && wanted.equals(sourceOfRequest());
  }

  private boolean isSourceOfChildMet(String wanted) {
    return child() == null || wanted.equals(sourceOfChild());
  }

  private @Nullable String wantedSource() {
    return sourceOf(grant);
  }

  private @Nullable String sourceOfChild() {
    Grant child = child();
    return child == null ? null : sourceOf(child);
  }

  private static @Nullable String sourceOf(Grant constrained) {
    GrantConstraints constraints = constrained.constraints();
    return constraints == null ? null : constraints.sourceArn();
  }

  private @Nullable String sourceOfRequest() {
    List<String> values = inquiry.values(SOURCE_ARN);
    return values.size() == 1 ? values.get(0) : null;
  }

  /** Only for the hint: a frequent mistake is another case of a value. */
  private boolean isMetIgnoringCase() {
    GrantConstraints constraints = grant.constraints();
    if (constraints == null) {
      return false;
    }
    GrantConstraints lower = lowerCased(constraints);
    Grant child = child();
    if (child != null) {
      return child.constraints() != null && isAsStrict(lowerCased(child.constraints()), lower);
    }
    Map<String, String> actual = lowerCased(request.actual());
    return isMet(lower, pairs(actual), actual.size());
  }

  private static GrantConstraints lowerCased(GrantConstraints constraints) {
    Map<String, String> subset = constraints.encryptionContextSubset();
    Map<String, String> equal = constraints.encryptionContextEquals();
    return new GrantConstraints(
        subset == null ? null : lowerCased(subset),
        equal == null ? null : lowerCased(equal),
        constraints.sourceArn());
  }

  private static Map<String, String> lowerCased(Map<String, String> pairs) {
    Map<String, String> lowerCased = new HashMap<>();
    pairs.forEach((key, value) -> lowerCased.put(key, value.toLowerCase(Locale.ROOT)));
    return lowerCased;
  }

  /** Two pairs can be one here: the case of keys does not matter. */
  private static Set<String> pairs(Map<String, String> context) {
    Set<String> pairs = new HashSet<>();
    context.forEach((key, value) -> pairs.add(Grant.pair(key, value)));
    return pairs;
  }

  private static List<String> names(List<GrantOperation> operations) {
    return operations.stream().map(GrantOperation::toString).toList();
  }
}
