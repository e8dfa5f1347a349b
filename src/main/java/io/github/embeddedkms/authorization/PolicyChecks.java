package io.github.embeddedkms.authorization;

import io.github.embeddedkms.model.Arn;
import java.util.List;
import java.util.Map;

/**
 * The service's checks of a key policy whose syntax is valid: its principals and its condition
 * keys.
 */
final class PolicyChecks {

  private final String partition;
  private final Identities identities;

  private PolicyChecks(String partition, Identities identities) {
    this.partition = partition;
    this.identities = identities;
  }

  /** Requires principals that can exist, and then condition keys that a key policy may have. */
  static void requireValid(List<Statement> statements, String partition, Identities identities) {
    PolicyChecks checks = new PolicyChecks(partition, identities);
    statements.forEach(checks::requirePrincipals);
    statements.forEach(PolicyChecks::requireConditionKeys);
  }

  private void requirePrincipals(Statement statement) {
    Principals principals = statement.principals();
    boolean negated = principals != null && principals.negated();
    String path = statement.path() + (negated ? ".NotPrincipal" : ".Principal");
    if (principals == null || principals.patterns().isEmpty()) {
      throw new PolicyFault(
          PolicyFault.Kind.NO_PRINCIPAL, path, "Policy contains a statement with no principal.");
    }
    for (Map.Entry<String, List<String>> kind : principals.byKind().entrySet()) {
      List<String> names = kind.getValue();
      for (int i = 0; i < names.size(); i++) {
        String position = names.size() == 1 ? "" : "[" + i + "]";
        requirePrincipal(kind.getKey(), names.get(i), path + "." + kind.getKey() + position);
      }
    }
  }

  private void requirePrincipal(String kind, String name, String path) {
    if (kind.equals("Service") && !ServiceNames.isService(name)) {
      throw invalidPrincipal(path);
    }
    if (kind.equals("AWS") && !name.equals("*") && !PrincipalArns.isAccountId(name)) {
      requireArn(name, path);
    }
  }

  private void requireArn(String name, String path) {
    Arn arn = Arn.parse(name).orElseThrow(() -> invalidPrincipal(path));
    if (!PrincipalArns.hasPrincipalPrefix(arn)
        || !arn.partition().equals(partition)
        || PrincipalArns.hasWildcard(arn)) {
      throw invalidPrincipal(path);
    }
    if (!PrincipalArns.hasPrincipalResource(arn)) {
      throw new PolicyFault(
          PolicyFault.Kind.INVALID_ARN, path, "An ARN in the specified key policy is invalid.");
    }
    if (PrincipalArns.isUserOrRole(arn) && !identities.canExist(name)) {
      throw invalidPrincipal(path);
    }
  }

  private static PolicyFault invalidPrincipal(String path) {
    return new PolicyFault(
        PolicyFault.Kind.INVALID_PRINCIPAL,
        path,
        "Policy contains a statement with one or more invalid principals.");
  }

  private static void requireConditionKeys(Statement statement) {
    if (statement.conditions() != null) {
      for (Condition condition : statement.conditions()) {
        String path =
            statement.path() + ".Condition." + condition.test().text() + "." + condition.name();
        requireConditionKey(condition, path);
      }
    }
  }

  private static void requireConditionKey(Condition condition, String path) {
    String key = condition.key();
    if (ConditionKeys.isForbiddenInKeyPolicies(key)) {
      // Whether the service's list is fixed or contains what it found is not known.
      throw new PolicyFault(
          PolicyFault.Kind.FORBIDDEN_CONDITION_KEY,
          path,
          "These condition keys are not permitted in a key policy: aws:ResourceTag,"
              + " kms:ResourceTag, kms:ResourceAliases");
    }
    if (condition.test().quantifier() == Condition.Quantifier.FOR_ALL_VALUES) {
      if (key.startsWith(ConditionKeys.ENCRYPTION_CONTEXT)) {
        throw overlyPermissive(path, "encryption context");
      }
      if (key.startsWith(ConditionKeys.REQUEST_TAG)) {
        throw overlyPermissive(path, "tag");
      }
    }
  }

  private static PolicyFault overlyPermissive(String path, String what) {
    return new PolicyFault(
        PolicyFault.Kind.OVERLY_PERMISSIVE_CONDITION,
        path,
        "OverlyPermissiveCondition: Using the ForAllValues set operator with a single-valued"
            + " condition key matches requests without the specified "
            + what
            + " or with an unspecified "
            + what
            + ". To fix, remove ForAllValues.");
  }
}
