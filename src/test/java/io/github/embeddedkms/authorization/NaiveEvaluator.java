package io.github.embeddedkms.authorization;

import io.github.embeddedkms.authorization.NaiveGrants.Permit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Decides as the documentation of IAM says, step by step and without any thought of speed. It knows
 * only what {@link RandomPolicies} can write, and shares no code with the real evaluator.
 */
final class NaiveEvaluator {

  /** A statement of either kind of policy; {@code principals} is null in an identity policy. */
  record Rule(
      boolean allows,
      List<String> principals,
      boolean notPrincipals,
      List<String> actions,
      boolean notActions,
      List<String> resources,
      boolean notResources,
      List<Test> conditions) {}

  /** A condition. */
  record Test(String set, String operator, boolean ifExists, String key, List<String> values) {}

  /** A caller: its account, its ARN, and its role if it is a session. */
  record Who(String arn, String account, String role) {
    boolean isRoot() {
      return arn.endsWith(":root");
    }
  }

  /** What is asked; {@code subject} is the grant that is created or retired, else null. */
  record Question(
      String action,
      String keyArn,
      Who who,
      List<Rule> keyPolicy,
      List<Rule> identityPolicy,
      Map<String, List<String>> facts,
      List<Permit> grants,
      Map<String, String> context,
      Permit subject) {}

  private NaiveEvaluator() {}

  static boolean allows(Question q) {
    boolean sameAccount = q.keyArn.split(":", -1)[4].equals(q.who.account);
    if (anyApplies(q, q.keyPolicy, false, true) || anyApplies(q, q.keyPolicy, false, false)) {
      return false;
    }
    if (!q.who.isRoot() && anyApplies(q, q.identityPolicy, false, true)) {
      return false;
    }
    boolean identityAllows = identityAllows(q);
    if (q.action.equals("kms:RetireGrant")) {
      return NaiveGrants.mayRetire(q, identityAllows);
    }
    if (q.grants.stream().anyMatch(each -> NaiveGrants.permits(each, q, identityAllows))) {
      return true;
    }
    boolean direct = anyApplies(q, q.keyPolicy, true, true);
    boolean delegated = anyApplies(q, q.keyPolicy, true, false);
    return sameAccount
        ? direct || (delegated && identityAllows)
        : (direct || delegated) && identityAllows;
  }

  static boolean identityAllows(Question q) {
    return q.who.isRoot() || anyApplies(q, q.identityPolicy, true, true);
  }

  private static boolean anyApplies(
      Question q, List<Rule> rules, boolean allowing, boolean directly) {
    return rules.stream()
        .filter(rule -> rule.allows == allowing)
        .filter(rule -> names(rule, q.who, directly))
        .filter(rule -> rule.notActions != rule.actions.stream().anyMatch(a -> action(a, q.action)))
        .filter(
            rule -> rule.notResources != rule.resources.stream().anyMatch(r -> like(r, q.keyArn)))
        .anyMatch(rule -> rule.conditions.stream().allMatch(test -> holds(test, q)));
  }

  private static boolean names(Rule rule, Who who, boolean directly) {
    if (rule.principals == null) {
      return directly;
    }
    List<String> accountForms = List.of(who.account, "arn:aws:iam::" + who.account + ":root");
    boolean account = rule.principals.stream().anyMatch(accountForms::contains);
    boolean itself = rule.principals.contains(who.arn);
    boolean role = who.role != null && rule.principals.contains(who.role);
    boolean anyone = rule.principals.contains("*");
    if (rule.notPrincipals) {
      boolean spared =
          anyone || (account && (who.isRoot() || itself) && (who.role == null || role));
      return directly && !spared;
    }
    boolean direct = anyone || itself || role || (who.isRoot() && account);
    return directly ? direct : account && !direct;
  }

  private static boolean action(String pattern, String action) {
    return like(pattern.toLowerCase(Locale.ROOT), action.toLowerCase(Locale.ROOT));
  }

  /** Tries every length for a star. */
  private static boolean like(String pattern, String text) {
    if (pattern.isEmpty()) {
      return text.isEmpty();
    }
    if (pattern.charAt(0) == '*') {
      return like(pattern.substring(1), text)
          || (!text.isEmpty() && like(pattern, text.substring(1)));
    }
    return !text.isEmpty()
        && (pattern.charAt(0) == '?' || pattern.charAt(0) == text.charAt(0))
        && like(pattern.substring(1), text.substring(1));
  }

  private static boolean holds(Test test, Question q) {
    List<String> actual = q.facts.getOrDefault(test.key.toLowerCase(Locale.ROOT), List.of());
    if (test.operator.equals("Null")) {
      return test.values.contains(String.valueOf(actual.isEmpty()));
    }
    boolean negated = test.operator.contains("Not");
    Stream<Boolean> each = actual.stream().map(value -> negated != matches(test, value));
    if (actual.isEmpty() && test.ifExists) {
      return true;
    }
    return switch (test.set) {
      case "ForAllValues:" -> each.allMatch(b -> b);
      case "ForAnyValue:" -> each.anyMatch(b -> b);
      default ->
          actual.isEmpty()
              ? negated
              : !test.key.equalsIgnoreCase("aws:TagKeys") && each.allMatch(b -> b);
    };
  }

  private static boolean matches(Test test, String value) {
    return test.values.stream()
        .anyMatch(
            wanted ->
                switch (test.operator.replace("Not", "")) {
                  case "StringEquals" -> wanted.equals(value);
                  case "StringEqualsIgnoreCase" -> wanted.equalsIgnoreCase(value);
                  case "StringLike" -> like(wanted, value);
                  default -> throw new AssertionError(test.operator);
                });
  }

  /** Returns the elements and one more. */
  static <T> List<T> with(List<T> elements, T added) {
    List<T> all = new ArrayList<>(elements);
    all.add(added);
    return all;
  }
}
