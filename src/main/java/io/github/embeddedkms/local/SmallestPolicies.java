package io.github.embeddedkms.local;

import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.local.UsedPermission.Holder;
import io.github.embeddedkms.local.UsedPermission.Kind;
import io.github.embeddedkms.local.UsedPermission.Shape;
import io.github.embeddedkms.model.Arn;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Derives the smallest policies that allow what was used. No part of them can be left out: what
 * another statement allows already gets no statement of its own.
 *
 * <p>Source: AWS KMS Developer Guide, "Key policies" and "Allowing users in other accounts to use a
 * KMS key"; IAM User Guide, "Grammar of the IAM JSON policy language".
 */
final class SmallestPolicies {

  private static final String ANYTHING = "*";

  /** What one principal used in one way. */
  private record Use(Holder holder, Shape shape, UsedValues values) {}

  /** What the principals of one account used in one way. */
  private record OfAccount(String account, Shape shape) {

    static OfAccount of(Use use) {
      return new OfAccount(use.holder().account(), use.shape());
    }
  }

  private final List<Use> uses = new ArrayList<>();

  SmallestPolicies(SortedMap<Holder, SortedMap<Shape, UsedValues>> used) {
    used.forEach(
        (holder, shapes) ->
            shapes.forEach((shape, values) -> uses.add(new Use(holder, shape, values))));
  }

  /** Returns the policies of keys as JSON, by the keys' ARNs. */
  Map<String, String> keyPolicies() {
    Map<String, List<Use>> byKey = new TreeMap<>();
    for (Use use : uses) {
      if (use.shape().byKeyPolicy()) {
        byKey.computeIfAbsent(use.shape().resource(), added -> new ArrayList<>()).add(use);
      }
    }
    Map<String, String> policies = new LinkedHashMap<>();
    byKey.forEach((key, ofKey) -> policies.put(key, policy(keyStatements(arn(key), ofKey))));
    return policies;
  }

  private static Arn arn(String key) {
    return Arn.parse(key).orElseThrow(() -> new AssertionError("a key has an ARN: " + key));
  }

  private static List<Map<String, Object>> keyStatements(Arn key, List<Use> uses) {
    Set<String> delegated =
        uses.stream()
            .filter(use -> isDelegated(use, key))
            .map(use -> use.shape().action())
            .collect(Collectors.toCollection(TreeSet::new));
    List<Map<String, Object>> statements = new ArrayList<>();
    if (!delegated.isEmpty()) {
      String root = new Arn(key.partition(), "iam", "", key.account(), "root").toString();
      statements.add(statement(Map.of("AWS", root), delegated, ANYTHING, Map.of()));
    }
    Map<OfAccount, Holder> roots = new HashMap<>();
    for (Use use : uses) {
      if (use.holder().kind() == Kind.ROOT) {
        roots.put(OfAccount.of(use), use.holder());
      }
    }
    SortedMap<Holder, SortedMap<Shape, UsedValues>> direct = new TreeMap<>();
    for (Use use : uses) {
      if (!isDelegated(use, key) && !isAllowedToAccount(use, key, delegated)) {
        // A statement for the root user of another account is for all of that account, and no
        // other can then be necessary for the same.
        direct
            .computeIfAbsent(
                roots.getOrDefault(OfAccount.of(use), use.holder()), added -> new TreeMap<>())
            .computeIfAbsent(use.shape(), added -> new UsedValues())
            .addAll(use.values());
      }
    }
    direct.forEach(
        (holder, shapes) -> statements.addAll(statements(principal(holder), shapes, ANYTHING)));
    return statements;
  }

  /** Returns whether the key's account decides about a use, by an identity policy. */
  private static boolean isDelegated(Use use, Arn key) {
    return use.holder().kind() == Kind.IDENTITY && use.holder().account().equals(key.account());
  }

  /** Returns whether the root user may perform an action because it is left to its account. */
  private static boolean isAllowedToAccount(Use use, Arn key, Set<String> delegated) {
    return use.holder().account().equals(key.account()) && delegated.contains(use.shape().action());
  }

  private static Map<String, Object> principal(Holder holder) {
    return Map.of(holder.kind() == Kind.SERVICE ? "Service" : "AWS", holder.name());
  }

  /** Returns the policies of users, roles and federated users as JSON, by their ARNs. */
  Map<String, String> identityPolicies() {
    Map<String, List<Use>> byHolder = new TreeMap<>();
    for (Use use : uses) {
      if (use.holder().kind() == Kind.IDENTITY) {
        byHolder.computeIfAbsent(use.holder().name(), added -> new ArrayList<>()).add(use);
      }
    }
    Map<String, String> policies = new LinkedHashMap<>();
    byHolder.forEach((holder, used) -> policies.put(holder, policy(identityStatements(used))));
    return policies;
  }

  private static List<Map<String, Object>> identityStatements(List<Use> uses) {
    // kms:TagResource and kms:PutKeyPolicy can be on both: on a key, and on one that is being
    // created.
    Set<String> onAnything =
        uses.stream()
            .filter(use -> use.shape().resource().equals(ANYTHING))
            .map(use -> use.shape().action())
            .collect(Collectors.toSet());
    SortedMap<String, SortedMap<Shape, UsedValues>> byResource = new TreeMap<>();
    for (Use use : uses) {
      String resource = use.shape().resource();
      if (resource.equals(ANYTHING) || !onAnything.contains(use.shape().action())) {
        byResource
            .computeIfAbsent(resource, added -> new TreeMap<>())
            .computeIfAbsent(use.shape().ofIdentity(), added -> new UsedValues())
            .addAll(use.values());
      }
    }
    List<Map<String, Object>> statements = new ArrayList<>();
    byResource.forEach(
        (resource, shapes) ->
            statements.addAll(
                statements(
                    null,
                    shapes,
                    resource.equals(ANYTHING) ? ANYTHING : UsedValues.literalPattern(resource))));
    return statements;
  }

  /** Returns the statements for one principal and resource: actions with one condition share it. */
  private static List<Map<String, Object>> statements(
      @Nullable Map<String, Object> principal,
      SortedMap<Shape, UsedValues> shapes,
      String resource) {
    Map<Map<String, Map<String, Object>>, Set<String>> actions = new LinkedHashMap<>();
    shapes.forEach(
        (shape, values) ->
            actions
                .computeIfAbsent(values.condition(shape), added -> new TreeSet<>())
                .add(shape.action()));
    List<Map<String, Object>> statements = new ArrayList<>();
    actions.forEach(
        (condition, each) -> statements.add(statement(principal, each, resource, condition)));
    return statements;
  }

  private static Map<String, Object> statement(
      @Nullable Map<String, Object> principal,
      Collection<String> actions,
      String resource,
      Map<String, Map<String, Object>> condition) {
    Map<String, Object> statement = new LinkedHashMap<>();
    statement.put("Effect", "Allow");
    if (principal != null) {
      statement.put("Principal", principal);
    }
    List<String> listed = List.copyOf(actions);
    statement.put("Action", listed.size() == 1 ? listed.get(0) : listed);
    statement.put("Resource", resource);
    if (!condition.isEmpty()) {
      statement.put("Condition", condition);
    }
    return statement;
  }

  private static String policy(List<Map<String, Object>> statements) {
    Map<String, Object> policy = new LinkedHashMap<>();
    policy.put("Version", "2012-10-17");
    policy.put("Statement", statements);
    return Policy.print(policy);
  }
}
