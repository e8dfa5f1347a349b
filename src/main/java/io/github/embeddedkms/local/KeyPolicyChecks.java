package io.github.embeddedkms.local;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.exception.InvalidArnException;
import io.github.embeddedkms.exception.MalformedPolicyDocumentException;
import io.github.embeddedkms.model.Arn;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The service's checks of a key policy whose syntax is valid: its principals, its condition keys,
 * and whether the caller could still replace it.
 */
final class KeyPolicyChecks {

  private static final String PUT = "kms:putkeypolicy";

  private KeyPolicyChecks() {}

  /** Requires principals that can exist. Whether they do exist is not known here. */
  static void requirePrincipals(List<KeyPolicyStatement> statements, Caller caller) {
    for (KeyPolicyStatement statement : statements) {
      if (statement.principals().isEmpty()) {
        throw new MalformedPolicyDocumentException(
            "Policy contains a statement with no principal.");
      }
      for (String principal : statement.principals().getOrDefault("AWS", List.of())) {
        requirePrincipal(principal, caller);
      }
      for (String service : statement.principals().getOrDefault("Service", List.of())) {
        if (!service.endsWith(".amazonaws.com") && !service.endsWith(".amazonaws.com.cn")) {
          throw invalidPrincipal();
        }
      }
    }
  }

  private static void requirePrincipal(String principal, Caller caller) {
    if (principal.equals("*") || isAccountId(principal)) {
      return;
    }
    Arn arn = Arn.parse(principal).orElseThrow(KeyPolicyChecks::invalidPrincipal);
    String resource = arn.resource();
    boolean ofIdentities = arn.service().equals("iam") || arn.service().equals("sts");
    if (!ofIdentities
        || !arn.partition().equals(caller.partition())
        || !arn.region().isEmpty()
        || !isAccountId(arn.account())
        || resource.indexOf('*') >= 0
        || resource.indexOf('?') >= 0) {
      throw invalidPrincipal();
    }
    if (!canBePrincipal(arn.service(), resource)) {
      throw new InvalidArnException("An ARN in the specified key policy is invalid.");
    }
  }

  private static boolean canBePrincipal(String service, String resource) {
    if (service.equals("iam")) {
      return resource.equals("root") || isNamed(resource, "user/") || isNamed(resource, "role/");
    }
    String session = "assumed-role/";
    return isNamed(resource, "federated-user/")
        || (resource.startsWith(session)
            && resource.indexOf('/', session.length()) > session.length()
            && !resource.endsWith("/"));
  }

  private static boolean isNamed(String resource, String prefix) {
    return resource.startsWith(prefix) && !resource.endsWith("/");
  }

  private static boolean isAccountId(String text) {
    return text.length() == 12 && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static MalformedPolicyDocumentException invalidPrincipal() {
    return new MalformedPolicyDocumentException(
        "Policy contains a statement with one or more invalid principals.");
  }

  /** Rejects condition keys that a key policy must not have, or must not have in this way. */
  static void requireConditionKeys(List<KeyPolicyStatement> statements) {
    for (KeyPolicyStatement statement : statements) {
      if (statement.conditions() != null) {
        for (Map.Entry<String, Set<String>> condition : statement.conditions().entrySet()) {
          condition.getValue().forEach(key -> requireConditionKey(condition.getKey(), key));
        }
      }
    }
  }

  private static void requireConditionKey(String operator, String conditionKey) {
    // The names of condition keys ignore case.
    String key = conditionKey.toLowerCase(Locale.ROOT);
    if (key.startsWith("aws:resourcetag/")
        || key.startsWith("kms:resourcetag")
        || key.equals("kms:resourcealiases")) {
      throw new MalformedPolicyDocumentException(
          "These condition keys are not permitted in a key policy: aws:ResourceTag,"
              + " kms:ResourceTag, kms:ResourceAliases");
    }
    if (operator.startsWith("ForAllValues:")) {
      if (key.startsWith("kms:encryptioncontext:")) {
        throw overlyPermissive("encryption context");
      }
      if (key.startsWith("aws:requesttag/")) {
        throw overlyPermissive("tag");
      }
    }
  }

  private static MalformedPolicyDocumentException overlyPermissive(String what) {
    return new MalformedPolicyDocumentException(
        "OverlyPermissiveCondition: Using the ForAllValues set operator with a single-valued"
            + " condition key matches requests without the specified "
            + what
            + " or with an unspecified "
            + what
            + ". To fix, remove ForAllValues.");
  }

  /**
   * Rejects a policy that certainly locks the caller out: no statement can allow the caller to put
   * another policy, or one denies it unconditionally. Conditions count as met in statements that
   * allow, and as not met in those that deny, because no such policy is stored yet.
   */
  static void requireNoLockout(List<KeyPolicyStatement> statements, Caller caller) {
    if (statements.stream().noneMatch(statement -> mayAllowPut(statement, caller))
        || statements.stream().anyMatch(statement -> deniesPut(statement, caller))) {
      throw new MalformedPolicyDocumentException(
          "The new key policy will not allow you to update the key policy in the future.");
    }
  }

  private static boolean mayAllowPut(KeyPolicyStatement statement, Caller caller) {
    return statement.allows()
        && appliesToPut(statement.actions())
        && statement.resources() != null
        && names(statement, caller);
  }

  private static boolean deniesPut(KeyPolicyStatement statement, Caller caller) {
    KeyPolicyStatement.Patterns resources = statement.resources();
    return !statement.allows()
        && statement.conditions() == null
        && appliesToPut(statement.actions())
        && resources != null
        && !resources.others()
        && resources.values().contains("*")
        && !statement.otherPrincipals()
        && names(statement, caller);
  }

  private static boolean appliesToPut(KeyPolicyStatement.@Nullable Patterns actions) {
    return actions != null
        && actions.others()
            != actions.values().stream()
                .anyMatch(action -> matches(action.toLowerCase(Locale.ROOT), PUT));
  }

  /** Returns whether a statement names the caller, its account, or the role of its session. */
  private static boolean names(KeyPolicyStatement statement, Caller caller) {
    return statement.principals().getOrDefault("AWS", List.of()).stream()
        .anyMatch(
            principal ->
                principal.equals("*")
                    || principal.equals(caller.principal())
                    || DefaultKeyPolicy.isAccount(principal, caller)
                    || isRoleOf(principal, caller));
  }

  private static boolean isRoleOf(String principal, Caller caller) {
    String[] session = caller.principal().split("/", -1);
    return session.length == 3
        && session[0].endsWith(":assumed-role")
        && Arn.parse(principal)
            .filter(arn -> arn.account().equals(caller.account()))
            .filter(arn -> arn.resource().startsWith("role/"))
            .filter(arn -> arn.resource().endsWith("/" + session[1]))
            .isPresent();
  }

  /**
   * Matches a pattern with {@code *} (any characters) and {@code ?} (one character). Takes time in
   * proportion to the product of the lengths at most, unlike regular expressions.
   */
  private static boolean matches(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int resume = 0;
    while (t < text.length()) {
      char wanted = p < pattern.length() ? pattern.charAt(p) : 0;
      if (wanted == '*') {
        star = p++;
        resume = t;
      } else if (wanted == '?' || wanted == text.charAt(t)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
