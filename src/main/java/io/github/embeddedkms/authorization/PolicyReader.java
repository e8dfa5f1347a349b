package io.github.embeddedkms.authorization;

import io.github.embeddedkms.json.JsonException;
import io.github.embeddedkms.json.JsonTree;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads policies, and checks their size and syntax. The service's messages for these faults were
 * never recorded: ours name the faulty member, but none of its values.
 *
 * <p>Source: IAM User Guide, "Grammar of the IAM JSON policy language"; AWS KMS Developer Guide,
 * "Key policies".
 */
final class PolicyReader {

  /** The service's quota for key policies, in bytes. Its model allows longer strings. */
  private static final int MAX_BYTES = 32_768;

  private static final String WITH_VARIABLES = "2012-10-17";
  private static final Set<String> VERSIONS = Set.of(WITH_VARIABLES, "2008-10-17");
  private static final List<String> KEY_POLICY = List.of("Version", "Id", "Statement");
  private static final List<String> IDENTITY_POLICY = List.of("Version", "Statement");
  private static final List<String> KEY_POLICY_STATEMENT =
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
  private static final List<String> IDENTITY_POLICY_STATEMENT =
      KEY_POLICY_STATEMENT.stream().filter(member -> !member.endsWith("Principal")).toList();
  private static final List<String> PRINCIPAL_KINDS = List.of("AWS", "Service", "Federated");
  private static final Pattern IDENTITY_SID = Pattern.compile("[A-Za-z0-9]*+");

  private final boolean ofKey;
  private final boolean withVariables;
  private final Set<String> sids = new HashSet<>();

  private PolicyReader(boolean ofKey, boolean withVariables) {
    this.ofKey = ofKey;
    this.withVariables = withVariables;
  }

  /**
   * Reads the JSON of a policy.
   *
   * @return its members
   */
  static Map<?, ?> tree(String policy, boolean ofKey) {
    if (policy.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      throw new PolicyFault(
          PolicyFault.Kind.TOO_LONG,
          "",
          (ofKey ? "a key" : "an identity") + " policy has at most " + MAX_BYTES + " bytes");
    }
    try {
      return object(JsonTree.read(policy), "", ofKey ? KEY_POLICY : IDENTITY_POLICY);
    } catch (JsonException e) {
      throw malformed("", "it is not JSON: " + e.getMessage());
    }
  }

  /** Reads the statements of a policy. */
  static List<Statement> statements(Map<?, ?> tree, boolean ofKey) {
    Object version = tree.get("Version");
    if (tree.containsKey("Version") && !(version instanceof String s && VERSIONS.contains(s))) {
      throw fault("Version", "must be 2012-10-17 or 2008-10-17");
    }
    optionalText(tree, "Id", "Id");
    PolicyReader reader = new PolicyReader(ofKey, WITH_VARIABLES.equals(version));
    List<Statement> statements = new ArrayList<>();
    if (tree.get("Statement") instanceof List<?> list && !list.isEmpty()) {
      for (int i = 0; i < list.size(); i++) {
        statements.add(reader.statement(list.get(i), "Statement[" + i + "]", i));
      }
    } else if (tree.get("Statement") instanceof Map<?, ?> single) {
      statements.add(reader.statement(single, "Statement", 0));
    } else {
      throw fault("Statement", "must be an object or a list of at least one object");
    }
    return List.copyOf(statements);
  }

  private Statement statement(@Nullable Object value, String path, int index) {
    Map<?, ?> statement =
        object(value, path, ofKey ? KEY_POLICY_STATEMENT : IDENTITY_POLICY_STATEMENT);
    String sid = sid(statement, path + ".Sid");
    boolean allows = "Allow".equals(statement.get("Effect"));
    if (!allows && !"Deny".equals(statement.get("Effect"))) {
      throw fault(path + ".Effect", "must be Allow or Deny");
    }
    Principals principals = ofKey ? principals(statement, path, allows) : null;
    List<String> actions = patterns(statement, "Action", path);
    List<String> resources = patterns(statement, "Resource", path);
    return new Statement(
        path,
        index,
        sid,
        allows,
        withVariables,
        principals,
        actions == null ? null : Actions.of(statement.containsKey("NotAction"), actions),
        resources == null
            ? null
            : Resources.of(statement.containsKey("NotResource"), resources, ofKey, withVariables),
        conditions(statement, path + ".Condition"));
  }

  private @Nullable String sid(Map<?, ?> statement, String path) {
    String sid = optionalText(statement, "Sid", path);
    if (sid == null || ofKey) {
      return sid;
    }
    if (!IDENTITY_SID.matcher(sid).matches()) {
      throw fault(path, "must consist of ASCII letters and digits");
    }
    if (!sid.isEmpty() && !sids.add(sid)) {
      throw fault(path, "must not be that of another statement");
    }
    return sid;
  }

  /** Returns the principals by kind; an absent or empty element has none. */
  private Principals principals(Map<?, ?> statement, String path, boolean allows) {
    boolean negated = isNegated(statement, "Principal", path);
    if (allows && negated) {
      throw fault(path + ".NotPrincipal", "must not be in a statement that allows");
    }
    String member = negated ? "NotPrincipal" : "Principal";
    Object value = statement.get(member);
    if (!statement.containsKey(member)) {
      return Principals.of(negated, Map.of());
    }
    if ("*".equals(value)) {
      return Principals.of(negated, Map.of("AWS", List.of("*")));
    }
    Map<String, List<String>> principals = new LinkedHashMap<>();
    for (Map.Entry<?, ?> kind : object(value, path + "." + member, PRINCIPAL_KINDS).entrySet()) {
      List<String> values = texts(kind.getValue(), path + "." + member + "." + kind.getKey());
      if (!values.isEmpty()) {
        principals.put((String) kind.getKey(), values);
      }
    }
    return Principals.of(negated, Collections.unmodifiableMap(principals));
  }

  private @Nullable List<String> patterns(Map<?, ?> statement, String name, String path) {
    String member = isNegated(statement, name, path) ? "Not" + name : name;
    if (!statement.containsKey(member)) {
      if (!ofKey) {
        throw fault(path, "must have " + name + " or Not" + name);
      }
      return null;
    }
    List<String> values = texts(statement.get(member), path + "." + member);
    boolean isAction = name.equals("Action");
    boolean wellFormed = !values.isEmpty();
    for (String value : values) {
      boolean hasForm =
          isAction ? value.indexOf(':') > 0 && !value.endsWith(":") : value.startsWith("arn:");
      wellFormed &= value.equals("*") || hasForm;
    }
    if (!wellFormed) {
      throw fault(
          path + "." + member,
          isAction
              ? "must be *, or a service, a colon and an action, or a list of these"
              : "must be * or an ARN, or a list of these");
    }
    return values;
  }

  private static boolean isNegated(Map<?, ?> statement, String name, String path) {
    boolean negated = statement.containsKey("Not" + name);
    if (negated && statement.containsKey(name)) {
      throw fault(path, "must not have both " + name + " and Not" + name);
    }
    return negated;
  }

  private @Nullable List<Condition> conditions(Map<?, ?> statement, String path) {
    if (!statement.containsKey("Condition")) {
      return null;
    }
    List<Condition> conditions = new ArrayList<>();
    for (Map.Entry<?, ?> operator : object(statement.get("Condition"), path).entrySet()) {
      String name = (String) operator.getKey();
      Condition.Test test = Condition.Test.parse(name);
      if (test == null) {
        throw fault(path, "must have condition operators as its members");
      }
      for (Map.Entry<?, ?> key : object(operator.getValue(), path + "." + name).entrySet()) {
        conditions.add(
            new Condition(
                test,
                (String) key.getKey(),
                conditionValues(key.getValue(), path + "." + name),
                withVariables));
      }
    }
    return List.copyOf(conditions);
  }

  private static List<String> conditionValues(@Nullable Object value, String path) {
    List<String> values = new ArrayList<>();
    for (Object each : value instanceof List<?> list ? list : Collections.singletonList(value)) {
      if (!(each instanceof String
          || each instanceof Integer
          || each instanceof BigDecimal
          || each instanceof Boolean)) {
        throw fault(path, "must have strings, numbers or booleans as its values");
      }
      values.add(each.toString());
    }
    return values;
  }

  private static Map<?, ?> object(@Nullable Object value, String path) {
    if (value instanceof Map<?, ?> object) {
      return object;
    }
    throw fault(path, "must be an object");
  }

  private static Map<?, ?> object(@Nullable Object value, String path, List<String> members) {
    Map<?, ?> object = object(value, path);
    if (!members.containsAll(object.keySet())) {
      throw fault(path, "must not have members other than " + String.join(", ", members));
    }
    return object;
  }

  private static @Nullable String optionalText(Map<?, ?> object, String member, String path) {
    return object.containsKey(member) ? text(object.get(member), path) : null;
  }

  private static String text(@Nullable Object value, String path) {
    if (value instanceof String text) {
      return text;
    }
    throw fault(path, "must be a string");
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

  private static PolicyFault fault(String path, String what) {
    return malformed(path, (path.isEmpty() ? "the policy" : path) + " " + what);
  }

  private static PolicyFault malformed(String path, String what) {
    return new PolicyFault(PolicyFault.Kind.MALFORMED, path, "malformed policy: " + what);
  }
}
