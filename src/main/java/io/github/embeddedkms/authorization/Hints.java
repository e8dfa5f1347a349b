package io.github.embeddedkms.authorization;

import io.github.embeddedkms.model.Arn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the hint for a part of a statement that keeps it from applying. */
final class Hints {

  private Hints() {}

  static @Nullable Hint ofPrincipal(Principals principals, Principal caller) {
    if (principals.negated()) {
      return null;
    }
    for (PrincipalPattern pattern : principals.patterns()) {
      Hint hint = ofPattern(pattern, caller);
      if (hint != null) {
        return hint;
      }
    }
    return null;
  }

  static @Nullable Hint ofPattern(PrincipalPattern pattern, Principal caller) {
    if (pattern instanceof PrincipalPattern.Exact exact) {
      return ofArn(exact.arn(), caller);
    }
    return pattern instanceof PrincipalPattern.Account && !caller.isService()
        ? Hint.ACCOUNT_DIFFERS
        : null;
  }

  private static @Nullable Hint ofArn(String listed, Principal caller) {
    Arn arn = Arn.parse(listed).orElse(null);
    String role = caller.roleArn();
    Arn own = Arn.parse(caller.text()).orElse(null);
    Arn ownRole = role == null ? null : Arn.parse(role).orElse(null);
    if (arn == null || own == null) {
      return null;
    }
    if (ownRole != null
        && arn.resource().startsWith(PrincipalArns.ROLE)
        && PrincipalArns.withoutPath(arn).equals(PrincipalArns.withoutPath(ownRole))) {
      return Hint.PATH_DIFFERS;
    }
    boolean sameResource =
        arn.resource().equals(own.resource())
            || (ownRole != null && arn.resource().equals(ownRole.resource()));
    return sameResource && !arn.account().equals(own.account()) ? Hint.ACCOUNT_DIFFERS : null;
  }

  static @Nullable Hint ofResource(Statement statement, Inquiry inquiry) {
    Resources resources = statement.resources();
    if (resources == null || resources.negated()) {
      return null;
    }
    if (lacksVariables(statement, resources.listed())) {
      return Hint.NO_VARIABLES;
    }
    for (String listed : resources.listed()) {
      Arn arn = Arn.parse(listed).orElse(null);
      if (arn != null && arn.resource().startsWith("alias/") && inquiry.target().isKey()) {
        return Hint.ALIAS_AS_RESOURCE;
      }
      if (arn != null && isOnlyOfAnotherAccount(arn, inquiry.resource())) {
        return Hint.ACCOUNT_DIFFERS;
      }
    }
    return null;
  }

  private static boolean isOnlyOfAnotherAccount(Arn listed, String resource) {
    return Arn.parse(resource)
        .map(
            own ->
                new Arn(
                    listed.partition(),
                    listed.service(),
                    listed.region(),
                    own.account(),
                    listed.resource()))
        .filter(moved -> Wildcard.of(moved.toString()).matches(resource))
        .isPresent();
  }

  static @Nullable Hint ofCondition(Statement statement, Condition condition, Inquiry inquiry) {
    List<String> actual = inquiry.values(condition.key());
    if (actual.isEmpty()) {
      return ofAbsentKey(condition.key(), inquiry);
    }
    if (condition.lacksQuantifier()) {
      return Hint.NO_SET_OPERATOR;
    }
    if (lacksVariables(statement, condition.wanted())) {
      return Hint.NO_VARIABLES;
    }
    return condition.wouldHoldIgnoringCase(inquiry) ? Hint.CASE_DIFFERS : null;
  }

  private static @Nullable Hint ofAbsentKey(String key, Inquiry inquiry) {
    if (key.equals("kms:requestalias")) {
      return Hint.NO_ALIAS;
    }
    if (key.equals("kms:viaservice")) {
      return Hint.DIRECT_CALL;
    }
    boolean isOfContext =
        key.equals(ConditionKeys.ENCRYPTION_CONTEXT_KEYS)
            || key.startsWith(ConditionKeys.ENCRYPTION_CONTEXT);
    return isOfContext && inquiry.values(ConditionKeys.ENCRYPTION_CONTEXT_KEYS).isEmpty()
        ? Hint.NO_ENCRYPTION_CONTEXT
        : null;
  }

  private static boolean lacksVariables(Statement statement, List<String> values) {
    return !statement.withVariables() && values.stream().anyMatch(value -> value.contains("${"));
  }
}
