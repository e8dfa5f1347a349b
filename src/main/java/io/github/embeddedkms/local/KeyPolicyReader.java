package io.github.embeddedkms.local;

import io.github.embeddedkms.exception.LimitExceededException;
import io.github.embeddedkms.exception.MalformedPolicyDocumentException;
import io.github.embeddedkms.json.JsonException;
import io.github.embeddedkms.json.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads key policies, and checks their size and syntax. The service's messages for these faults
 * were never recorded: ours name the faulty member, but none of its values.
 *
 * <p>Source: IAM User Guide, "Grammar of the IAM JSON policy language"; AWS KMS Developer Guide,
 * "Key policies".
 */
final class KeyPolicyReader {

  /** The service's quota, in bytes. Its model allows longer strings. */
  private static final int MAX_BYTES = 32_768;

  private static final Set<String> VERSIONS = Set.of("2012-10-17", "2008-10-17");
  private static final List<String> MEMBERS = List.of("Version", "Id", "Statement");
  private static final List<String> STATEMENT_MEMBERS =
      List.of(
          "Sid",
          "Effect",
          "Principal",
          "NotPrincipal",
          "Action",
          "NotAction",
          "Resource",
          "NotResource",
          "Condition");
  private static final List<String> PRINCIPAL_KINDS = List.of("AWS", "Service", "Federated");

  private static final List<String> SET_OPERATORS = List.of("ForAllValues:", "ForAnyValue:");
  private static final String IF_EXISTS = "IfExists";

  /** The condition operators, apart from {@code Null}, which takes no {@code IfExists}. */
  private static final Set<String> OPERATORS =
      Set.of(
          "StringEquals",
          "StringNotEquals",
          "StringEqualsIgnoreCase",
          "StringNotEqualsIgnoreCase",
          "StringLike",
          "StringNotLike",
          "ArnEquals",
          "ArnNotEquals",
          "ArnLike",
          "ArnNotLike",
          "NumericEquals",
          "NumericNotEquals",
          "NumericLessThan",
          "NumericLessThanEquals",
          "NumericGreaterThan",
          "NumericGreaterThanEquals",
          "DateEquals",
          "DateNotEquals",
          "DateLessThan",
          "DateLessThanEquals",
          "DateGreaterThan",
          "DateGreaterThanEquals",
          "Bool",
          "BinaryEquals",
          "IpAddress",
          "NotIpAddress");

  private KeyPolicyReader() {}

  /**
   * Reads the JSON of a policy.
   *
   * @return its members
   */
  static Map<?, ?> tree(String policy) {
    if (policy.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw new LimitExceededException(
          "embedded-kms: a key policy has at most " + MAX_BYTES + " bytes");
    }
    try {
      return object(JsonTree.read(policy), "the policy", MEMBERS);
    } catch (JsonException e) {
      throw malformed("it is not JSON: " + e.getMessage());
    }
  }

  /** Reads the statements of a policy. */
  static List<KeyPolicyStatement> statements(Map<?, ?> tree) {
    Object version = tree.get("Version");
    if (tree.containsKey("Version") && !(version instanceof String s && VERSIONS.contains(s))) {
      throw malformed("Version must be 2012-10-17 or 2008-10-17");
    }
    requireText(tree, "Id", "Id");
    List<KeyPolicyStatement> statements = new ArrayList<>();
    if (tree.get("Statement") instanceof List<?> list && !list.isEmpty()) {
      for (int i = 0; i < list.size(); i++) {
        statements.add(statement(list.get(i), "Statement[" + i + "]"));
      }
    } else if (tree.get("Statement") instanceof Map<?, ?> single) {
      statements.add(statement(single, "Statement"));
    } else {
      throw malformed("Statement must be an object or a list of at least one object");
    }
    return statements;
  }

  private static KeyPolicyStatement statement(@Nullable Object value, String path) {
    Map<?, ?> statement = object(value, path, STATEMENT_MEMBERS);
    requireText(statement, "Sid", path + ".Sid");
    boolean allows = "Allow".equals(statement.get("Effect"));
    if (!allows && !"Deny".equals(statement.get("Effect"))) {
      throw malformed(path + ".Effect must be Allow or Deny");
    }
    boolean otherPrincipals = isNegated(statement, "Principal", path);
    if (allows && otherPrincipals) {
      throw malformed(path + ".NotPrincipal must not be in a statement that allows");
    }
    return new KeyPolicyStatement(
        allows,
        principals(statement, otherPrincipals ? "NotPrincipal" : "Principal", path),
        otherPrincipals,
        patterns(statement, "Action", path),
        patterns(statement, "Resource", path),
        conditions(statement, path + ".Condition"));
  }

  /** Returns the principals by kind; an absent or empty element has none. */
  private static Map<String, List<String>> principals(
      Map<?, ?> statement, String name, String path) {
    Object value = statement.get(name);
    if (!statement.containsKey(name)) {
      return Map.of();
    }
    if ("*".equals(value)) {
      return Map.of("AWS", List.of("*"));
    }
    Map<String, List<String>> principals = new LinkedHashMap<>();
    for (Map.Entry<?, ?> kind : object(value, path + "." + name, PRINCIPAL_KINDS).entrySet()) {
      List<String> values = texts(kind.getValue(), path + "." + name + "." + kind.getKey());
      if (!values.isEmpty()) {
        principals.put((String) kind.getKey(), values);
      }
    }
    return Collections.unmodifiableMap(principals);
  }

  private static KeyPolicyStatement.@Nullable Patterns patterns(
      Map<?, ?> statement, String name, String path) {
    boolean negated = isNegated(statement, name, path);
    String member = negated ? "Not" + name : name;
    if (!statement.containsKey(member)) {
      return null;
    }
    List<String> values = texts(statement.get(member), path + "." + member);
    boolean wellFormed = !values.isEmpty();
    for (String value : values) {
      boolean hasForm =
          name.equals("Action")
              ? value.indexOf(':') > 0 && !value.endsWith(":")
              : value.startsWith("arn:");
      wellFormed &= value.equals("*") || hasForm;
    }
    if (!wellFormed) {
      throw malformed(
          path
              + "."
              + member
              + (name.equals("Action")
                  ? " must be *, or a service, a colon and an action, or a list of these"
                  : " must be * or an ARN, or a list of these"));
    }
    return new KeyPolicyStatement.Patterns(values, negated);
  }

  private static boolean isNegated(Map<?, ?> statement, String name, String path) {
    boolean negated = statement.containsKey("Not" + name);
    if (negated && statement.containsKey(name)) {
      throw malformed(path + " must not have both " + name + " and Not" + name);
    }
    return negated;
  }

  private static @Nullable Map<String, Set<String>> conditions(Map<?, ?> statement, String path) {
    if (!statement.containsKey("Condition")) {
      return null;
    }
    Map<String, Set<String>> conditions = new LinkedHashMap<>();
    for (Map.Entry<?, ?> operator : object(statement.get("Condition"), path).entrySet()) {
      String name = (String) operator.getKey();
      if (!isOperator(name)) {
        throw malformed(path + " must have condition operators as its members");
      }
      Map<?, ?> keys = object(operator.getValue(), path + "." + name);
      for (Object value : keys.values()) {
        requireConditionValue(value, path + "." + name);
      }
      conditions.put(name, keysOf(keys));
    }
    return conditions;
  }

  private static boolean isOperator(String name) {
    String withoutSet = name;
    for (String set : SET_OPERATORS) {
      if (name.startsWith(set)) {
        withoutSet = name.substring(set.length());
      }
    }
    return withoutSet.equals("Null")
        || OPERATORS.contains(
            withoutSet.endsWith(IF_EXISTS)
                ? withoutSet.substring(0, withoutSet.length() - IF_EXISTS.length())
                : withoutSet);
  }

  private static void requireConditionValue(@Nullable Object value, String path) {
    for (Object each : value instanceof List<?> list ? list : Collections.singletonList(value)) {
      if (!(each instanceof String || each instanceof Number || each instanceof Boolean)) {
        throw malformed(path + " must have strings, numbers or booleans as its values");
      }
    }
  }

  private static Set<String> keysOf(Map<?, ?> object) {
    Set<String> keys = new LinkedHashSet<>();
    object.keySet().forEach(key -> keys.add((String) key));
    return keys;
  }

  private static Map<?, ?> object(@Nullable Object value, String path) {
    if (value instanceof Map<?, ?> object) {
      return object;
    }
    throw malformed(path + " must be an object");
  }

  private static Map<?, ?> object(@Nullable Object value, String path, List<String> members) {
    Map<?, ?> object = object(value, path);
    if (!members.containsAll(object.keySet())) {
      throw malformed(path + " must not have members other than " + String.join(", ", members));
    }
    return object;
  }

  private static void requireText(Map<?, ?> object, String member, String path) {
    if (object.containsKey(member) && !(object.get(member) instanceof String)) {
      throw malformed(path + " must be a string");
    }
  }

  private static String text(@Nullable Object value, String path) {
    if (value instanceof String text) {
      return text;
    }
    throw malformed(path + " must be a string");
  }

  private static List<String> texts(@Nullable Object value, String path) {
    if (!(value instanceof List<?> list)) {
      return List.of(text(value, path));
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      texts.add(text(list.get(i), path + "[" + i + "]"));
    }
    return List.copyOf(texts);
  }

  private static MalformedPolicyDocumentException malformed(String what) {
    return new MalformedPolicyDocumentException("embedded-kms: malformed policy: " + what);
  }
}
