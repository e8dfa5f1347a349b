package io.github.embeddedkms.authorization;

import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantOperation;
import java.util.ArrayList;
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

  private final Grant grant;
  private final Inquiry inquiry;

  GrantRules(Grant grant, Inquiry inquiry) {
    this.grant = grant;
    this.inquiry = inquiry;
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
      mismatches.add(
          new Mismatch.Principal(
              List.of(grant.grantee()), Hints.ofGrantee(grant.pattern(), inquiry.principal())));
    }
    if (!hasOperation()) {
      mismatches.add(new Mismatch.Operation(names(grant.operations())));
    }
    if (!isContextMet()) {
      mismatches.add(
          new Mismatch.Constraint(
              grant.constrainedPairs(),
              actualPairs(),
              isMetIgnoringCase() ? Hint.CASE_DIFFERS : null));
    }
    if (!isSourceMet()) {
      mismatches.add(new Mismatch.SourceArn(String.valueOf(wantedSource()), sourceOfRequest()));
    }
    return mismatches;
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

  /** Returns the grant that is to be created; null if the action is another one. */
  private @Nullable Grant child() {
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
    return !Grants.constrainContextOf(inquiry.action()) || isMet(constraints, pairs(actualPairs()));
  }

  /** Returns whether the pairs of a request meet the constraints on the encryption context. */
  private static boolean isMet(GrantConstraints constraints, Set<String> actual) {
    Map<String, String> subset = constraints.encryptionContextSubset();
    Map<String, String> equal = constraints.encryptionContextEquals();
    return (subset == null || actual.containsAll(pairs(subset)))
        && (equal == null || actual.equals(pairs(equal)));
  }

  private static boolean isAsStrict(@Nullable GrantConstraints child, GrantConstraints parent) {
    Map<String, String> equal = parent.encryptionContextEquals();
    Map<String, String> subset = parent.encryptionContextSubset();
    Map<String, String> childEqual = child == null ? null : child.encryptionContextEquals();
    Map<String, String> childSubset = child == null ? null : child.encryptionContextSubset();
    if (equal != null && (childEqual == null || !pairs(childEqual).equals(pairs(equal)))) {
      return false;
    }
    Map<String, String> narrower = childEqual == null ? childSubset : childEqual;
    return subset == null || (narrower != null && pairs(narrower).containsAll(pairs(subset)));
  }

  /** It is a condition for the creation of further grants too, which must have the same. */
  private boolean isSourceMet() {
    String wanted = wantedSource();
    if (wanted == null || inquiry.action().equals(RETIRE_GRANT)) {
      return true;
    }
    Grant child = child();
    if (child != null
        && (child.constraints() == null || !wanted.equals(child.constraints().sourceArn()))) {
      return false;
    }
    return wanted.equals(sourceOfRequest());
  }

  private @Nullable String wantedSource() {
    GrantConstraints constraints = grant.constraints();
    return constraints == null ? null : constraints.sourceArn();
  }

  private @Nullable String sourceOfRequest() {
    List<String> values = inquiry.values(SOURCE_ARN);
    return values.size() == 1 ? values.get(0) : null;
  }

  private Map<String, String> actualPairs() {
    Grant child = child();
    return child == null ? inquiry.grants().context().asMap() : child.constrainedPairs();
  }

  /** Only for the hint: a frequent mistake is another case of a value. */
  private boolean isMetIgnoringCase() {
    GrantConstraints constraints = grant.constraints();
    return constraints != null
        && lowerCased(actualPairs()).containsAll(lowerCased(grant.constrainedPairs()));
  }

  private static Set<String> lowerCased(Map<String, String> pairs) {
    Set<String> lowerCased = new HashSet<>();
    pairs.forEach((key, value) -> lowerCased.add(Grant.pair(key, value.toLowerCase(Locale.ROOT))));
    return lowerCased;
  }

  /** Two pairs can be one here: the case of keys does not matter. */
  private static Set<String> pairs(Map<String, String> context) {
    Set<String> pairs = new HashSet<>();
    context.forEach((key, value) -> pairs.add(comparable(key, value)));
    return pairs;
  }

  /** Unlike in {@link Grant#pair}, a key with an equals sign is never taken for a shorter one. */
  private static String comparable(String key, String value) {
    return key.length() + ":" + Grant.pair(key, value);
  }

  private static List<String> names(List<GrantOperation> operations) {
    return operations.stream().map(GrantOperation::toString).toList();
  }
}
