package io.github.embeddedkms.local;

import io.github.embeddedkms.authorization.Subjects;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What two keys of account A permit to five principals, as the documentation says it: without
 * indexes, order of evaluation or code of the library.
 */
final class GrantModel {

  static final List<String> CALLERS =
      List.of(Subjects.ROOT_A, Subjects.ALICE, Subjects.DEV, Subjects.CAROL, Subjects.LOGS);

  /** What the identity policies of three of them allow; CAROL may everything. */
  static final Map<String, Set<String>> ALLOWED =
      Map.of(
          Subjects.ALICE, Set.of("Decrypt", "RetireGrant", "ListGrants", "ListRetirableGrants"),
          Subjects.DEV, Set.of("GenerateDataKey", "CreateGrant", "DescribeKey"));

  static final Map<String, String> DENIED =
      Map.of(Subjects.ALICE, "GenerateDataKey", Subjects.CAROL, "RevokeGrant");

  private static final Set<String> WITH_CONTEXT = Set.of("Encrypt", "Decrypt", "GenerateDataKey");

  /** A statement of a key policy; the action is without prefix, or a star. */
  record Rule(boolean allows, String principal, String action) {}

  /** A grant; what it lacks is null. */
  record Given(
      String id,
      int key,
      String name,
      String issuer,
      String grantee,
      String retirer,
      Set<String> operations,
      Map<String, String> subset,
      Map<String, String> equal,
      String source) {

    /** A constraint without pairs is none. */
    Given {
      subset = subset == null || subset.isEmpty() ? null : subset;
      equal = equal == null || equal.isEmpty() ? null : equal;
    }

    Given withId(String created) {
      return new Given(
          created, key, name, issuer, grantee, retirer, operations, subset, equal, source);
    }

    /** The issuer is no parameter, and neither is the id. */
    boolean isSame(Given other) {
      return key == other.key
          && Objects.equals(name, other.name)
          && grantee.equals(other.grantee)
          && Objects.equals(retirer, other.retirer)
          && operations.equals(other.operations)
          && Objects.equals(subset, other.subset)
          && Objects.equals(equal, other.equal)
          && Objects.equals(source, other.source);
    }
  }

  /** A question; {@code subject} is the grant that is created or retired, else null. */
  record Ask(
      String caller,
      int key,
      String action,
      Map<String, String> context,
      String source,
      Given subject) {}

  /** The grants of both keys in the order of their creation. */
  final List<Given> grants = new ArrayList<>();

  private final Map<Integer, List<Rule>> policies = new HashMap<>();

  void put(int key, List<Rule> policy) {
    policies.put(key, policy);
  }

  List<Given> grantsOf(int key) {
    return grants.stream().filter(grant -> grant.key == key).toList();
  }

  /** Returns the grant of a name that has the same parameters, else null. */
  Given namesake(Given wanted) {
    return wanted.name == null
        ? null
        : grants.stream().filter(wanted::isSame).findFirst().orElse(null);
  }

  static String account(String caller) {
    if (caller.equals(Subjects.LOGS)) {
      return "";
    }
    return caller.equals(Subjects.CAROL) ? Subjects.B : Subjects.A;
  }

  boolean allows(Ask ask) {
    if (Objects.equals(DENIED.get(ask.caller), ask.action)
        || says(ask, false, true)
        || says(ask, false, false)) {
      return false;
    }
    if (ask.action.equals("RetireGrant")) {
      return mayRetire(ask);
    }
    boolean identity = identityAllows(ask.caller, ask.action);
    boolean direct = says(ask, true, true);
    boolean delegated = says(ask, true, false);
    boolean byPolicy =
        ask.caller.equals(Subjects.CAROL)
            ? (direct || delegated) && identity
            : direct || (delegated && identity);
    return byPolicy || grantsOf(ask.key).stream().anyMatch(grant -> permits(grant, ask));
  }

  /** Returns whether a statement of the key policy says so to the caller, or to its account. */
  private boolean says(Ask ask, boolean allowing, boolean directly) {
    return policies.get(ask.key).stream()
        .filter(rule -> rule.allows == allowing)
        .filter(rule -> rule.action.equals("*") || rule.action.equals(ask.action))
        .anyMatch(
            rule ->
                directly
                    ? rule.principal.equals("*") || is(rule.principal, ask.caller)
                    : isAccountOf(rule.principal, ask.caller));
  }

  static boolean identityAllows(String caller, String action) {
    return caller.equals(Subjects.ROOT_A)
        || caller.equals(Subjects.CAROL)
        || ALLOWED.getOrDefault(caller, Set.of()).contains(action);
  }

  private static boolean is(String listed, String caller) {
    return listed.equals(caller)
        || (listed.equals(Subjects.ROLE) && caller.equals(Subjects.DEV))
        || (caller.equals(Subjects.ROOT_A) && isAccountOf(listed, caller));
  }

  private static boolean isAccountOf(String listed, String caller) {
    String account = account(caller);
    return !account.isEmpty()
        && (listed.equals(account) || listed.equals("arn:aws:iam::" + account + ":root"));
  }

  private static boolean isFor(String listed, String caller, String action) {
    return is(listed, caller) || (isAccountOf(listed, caller) && identityAllows(caller, action));
  }

  private static boolean permits(Given grant, Ask ask) {
    if (!isFor(grant.grantee, ask.caller, ask.action)
        || !grant.operations.contains(ask.action)
        || (grant.source != null && !grant.source.equals(ask.source))) {
      return false;
    }
    if (ask.action.equals("CreateGrant")) {
      return isNoMore(ask.subject, grant);
    }
    if (!WITH_CONTEXT.contains(ask.action)) {
      return true;
    }
    Map<String, String> context = lowerCased(ask.context);
    return grant.equal == null
        ? grant.subset == null || contains(context, lowerCased(grant.subset))
        : context.equals(lowerCased(grant.equal)) && ask.context.size() == grant.equal.size();
  }

  private static boolean isNoMore(Given child, Given parent) {
    if (!parent.operations.containsAll(child.operations)) {
      return false;
    }
    if (parent.source != null && !parent.source.equals(child.source)) {
      return false;
    }
    if (parent.equal != null) {
      return child.equal != null && lowerCased(child.equal).equals(lowerCased(parent.equal));
    }
    Map<String, String> ofChild = child.equal == null ? child.subset : child.equal;
    return parent.subset == null
        || (ofChild != null && contains(lowerCased(ofChild), lowerCased(parent.subset)));
  }

  private static boolean mayRetire(Ask ask) {
    Given grant = ask.subject;
    String retirer = grant.retirer == null ? "" : grant.retirer;
    boolean ofGrantee = grant.operations.contains("RetireGrant");
    if (is(retirer, ask.caller) || (ofGrantee && is(grant.grantee, ask.caller))) {
      return true;
    }
    String account = account(ask.caller);
    boolean ofAccount =
        isAccountOf(retirer, ask.caller)
            || (ofGrantee && isAccountOf(grant.grantee, ask.caller))
            || account.equals(grant.issuer)
            || account.equals(Subjects.A);
    return ofAccount && identityAllows(ask.caller, ask.action);
  }

  private static boolean contains(Map<String, String> all, Map<String, String> some) {
    return all.entrySet().containsAll(some.entrySet());
  }

  /** Where two keys of the run differ only in case, their values are the same. */
  static Map<String, String> lowerCased(Map<String, String> pairs) {
    Map<String, String> lowerCased = new HashMap<>();
    pairs.forEach((key, value) -> lowerCased.put(key.toLowerCase(Locale.ROOT), value));
    return lowerCased;
  }
}
