package io.github.embeddedkms.local;

import io.github.embeddedkms.json.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Derived policies without one part of them. */
final class PolicyCuts {

  private final Map<String, String> keyPolicies;
  private final Map<String, String> identityPolicies;
  private final List<Cut> cuts = new ArrayList<>();

  /** Policies, and which part of them was removed. */
  record Cut(
      String removed, Map<String, String> keyPolicies, Map<String, String> identityPolicies) {

    LocalKeyProvider provider() {
      return RecordedWorld.under(keyPolicies, identityPolicies);
    }
  }

  private PolicyCuts(Map<String, String> keyPolicies, Map<String, String> identityPolicies) {
    this.keyPolicies = keyPolicies;
    this.identityPolicies = identityPolicies;
  }

  /** Removes each statement, each action and each value of a condition, one at a time. */
  static List<Cut> of(Map<String, String> keyPolicies, Map<String, String> identityPolicies) {
    PolicyCuts cuts = new PolicyCuts(keyPolicies, identityPolicies);
    keyPolicies.keySet().forEach(name -> cuts.cut(name, true));
    identityPolicies.keySet().forEach(name -> cuts.cut(name, false));
    return cuts.cuts;
  }

  private void cut(String name, boolean ofKey) {
    String policy = (ofKey ? keyPolicies : identityPolicies).get(name);
    int statements = statements(policy).size();
    for (int i = 0; i < statements; i++) {
      int index = i;
      add(name, ofKey, "statement " + i, all -> all.remove(index));
      Map<String, Object> statement = statements(policy).get(i);
      for (Object action : several(statement.get("Action"))) {
        add(name, ofKey, i + " " + action, all -> list(all.get(index), "Action").remove(action));
      }
      conditions(statement)
          .forEach(
              (operator, keys) ->
                  keys.forEach(
                      (key, values) -> {
                        for (Object value : several(values)) {
                          add(
                              name,
                              ofKey,
                              index + " " + operator + " " + key + " " + value,
                              all ->
                                  list(conditions(all.get(index)).get(operator), key)
                                      .remove(value));
                        }
                      }));
    }
  }

  private interface Change {
    void to(List<Map<String, Object>> statements);
  }

  private void add(String name, boolean ofKey, String what, Change change) {
    List<Map<String, Object>> statements =
        statements((ofKey ? keyPolicies : identityPolicies).get(name));
    change.to(statements);
    String changed = statements.isEmpty() ? (ofKey ? RecordedWorld.NOTHING : "") : text(statements);
    cuts.add(
        new Cut(
            name + " " + what,
            ofKey ? with(keyPolicies, name, changed) : keyPolicies,
            ofKey ? identityPolicies : with(identityPolicies, name, changed)));
  }

  /**
   * Removes each condition, one at a time: for a principal of another account from both its
   * policies, since each of them has it.
   */
  static List<Cut> withoutConditions(
      Map<String, String> keyPolicies, Map<String, String> identityPolicies) {
    List<Cut> cuts = new ArrayList<>();
    Map<String, String> all = new LinkedHashMap<>(keyPolicies);
    all.putAll(identityPolicies);
    all.forEach(
        (name, policy) -> {
          for (Map<String, Object> statement : statements(policy)) {
            conditions(statement)
                .forEach(
                    (operator, keys) ->
                        keys.keySet()
                            .forEach(
                                key -> {
                                  String principal = principal(statement, name);
                                  cuts.add(
                                      new Cut(
                                          name + " " + statement + " " + operator + " " + key,
                                          without(keyPolicies, principal, statement, operator, key),
                                          without(
                                              identityPolicies,
                                              principal,
                                              statement,
                                              operator,
                                              key)));
                                }));
          }
        });
    return cuts;
  }

  private static Map<String, String> without(
      Map<String, String> policies,
      String principal,
      Map<String, Object> like,
      String operator,
      String key) {
    Map<String, String> without = new LinkedHashMap<>();
    policies.forEach(
        (name, policy) -> {
          List<Map<String, Object>> statements = statements(policy);
          for (Map<String, Object> statement : statements) {
            if (principal(statement, name).equals(principal)
                && Objects.equals(statement.get("Action"), like.get("Action"))
                && Objects.equals(statement.get("Condition"), like.get("Condition"))) {
              conditions(statement).get(operator).remove(key);
            }
          }
          without.put(name, text(statements));
        });
    return without;
  }

  private static String principal(Map<String, Object> statement, String name) {
    return statement.get("Principal") instanceof Map<?, ?> principal
        ? String.valueOf(principal.values().iterator().next())
        : name;
  }

  private static Map<String, String> with(
      Map<String, String> policies, String name, String policy) {
    Map<String, String> changed = new LinkedHashMap<>(policies);
    changed.put(name, policy);
    return changed;
  }

  @SuppressWarnings("unchecked") // the JSON of a derived policy
  static List<Map<String, Object>> statements(String policy) {
    return (List<Map<String, Object>>)
        ((Map<?, ?>) Objects.requireNonNull(JsonTree.read(policy))).get("Statement");
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Map<String, Object>> conditions(Map<String, Object> statement) {
    return (Map<String, Map<String, Object>>) statement.getOrDefault("Condition", Map.of());
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Map<String, Object> object, String member) {
    return (List<Object>) object.get(member);
  }

  /** A single value cannot be removed without its statement or condition. */
  private static List<Object> several(Object value) {
    return value instanceof List<?> list ? List.copyOf(list) : List.of();
  }

  private static String text(List<Map<String, Object>> statements) {
    Map<String, Object> policy = new LinkedHashMap<>();
    policy.put("Version", "2012-10-17");
    policy.put("Statement", statements);
    return new String(JsonTree.write(policy), StandardCharsets.UTF_8);
  }
}
