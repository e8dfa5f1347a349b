package io.github.embeddedkms.interop;

import io.github.embeddedkms.interop.SimulatedCase.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Random authorization cases over an alphabet in which statements often apply. */
final class RandomCases {

  static final String A = SimulatedCase.KEY_ACCOUNT;
  static final String B = "444455556666";
  private static final String KEY =
      "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  static final String LOGS = "logs.eu-central-1.amazonaws.com";

  private static final List<String> CALLERS =
      List.of(
          "arn:aws:iam::111122223333:root",
          "arn:aws:iam::111122223333:user/alice",
          "arn:aws:iam::111122223333:user/team/bob",
          "arn:aws:sts::111122223333:assumed-role/Dev/s1",
          "arn:aws:sts::111122223333:federated-user/fred",
          "arn:aws:iam::444455556666:user/carol",
          "arn:aws:sts::444455556666:assumed-role/Ops/s2",
          "arn:aws:iam::444455556666:root",
          LOGS);
  static final List<String> PRINCIPALS =
      Stream.concat(
              CALLERS.stream().filter(caller -> !caller.equals(LOGS)),
              Stream.of(
                  A,
                  B,
                  "*",
                  "arn:aws:iam::111122223333:role/Dev",
                  "arn:aws:iam::444455556666:role/Ops",
                  "arn:aws:sts::111122223333:assumed-role/Dev/s2"))
          .toList();
  private static final List<String> ACTIONS =
      List.of(
          "kms:*",
          "*",
          "kms:Decrypt",
          "kms:Encrypt",
          "kms:enc*",
          "kms:?ecrypt",
          "kms:*crypt",
          "kms:Create*",
          "kms:CreateGrant",
          "kms:CreateKey",
          "s3:*");

  /**
   * Patterns that both read in the same way. Not here are a wildcard in the service, letters of
   * another case before the last colon, and a wildcard before the slash of the last part.
   */
  private static final List<String> RESOURCES =
      List.of(
          "*",
          "*",
          KEY,
          "arn:aws:kms:eu-central-1:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321",
          "arn:aws:kms:eu-central-1:111122223333:alias/orders",
          "arn:aws:kms:*:111122223333:key/*",
          "arn:*:kms:eu-central-?:*:key/1*",
          "arn:aws:kms:*:444455556666:key/*",
          "arn:aws:kms:eu-central-1:111122223333:*",
          "arn:aws:kms:*",
          "arn:aws:kms",
          "arn:aws:kms:us-east-1",
          "arn:aws:kms:*:*:key/${aws:PrincipalTag/key}",
          "arn:aws:s3:::bucket/*");

  private static final int ARN_PARTS = 6;

  /** A variable without a default. */
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^,*?$}]+)\\}");

  private final Random random;
  private Subject caller = Subject.of("arn:aws:iam::111122223333:root", Map.of());
  private Map<String, List<String>> facts = Map.of();

  RandomCases(long seed) {
    this.random = new Random(seed);
  }

  SimulatedCase next() {
    boolean ofKey = random.nextInt(10) > 0;
    String text = pick(CALLERS);
    caller = Subject.of(text, tags());
    facts = facts(ofKey);
    // A service calls for itself only with keys.
    ofKey |= caller.isService();
    return new SimulatedCase(
        ofKey ? pick(List.of("kms:Decrypt", "kms:Encrypt", "kms:CreateGrant")) : "kms:CreateKey",
        ofKey ? KEY : "*",
        caller,
        ofKey ? policy(1 + random.nextInt(4), true) : null,
        caller.isService() || caller.isRoot() ? List.of() : identityPolicies(),
        facts);
  }

  private List<Map<String, Object>> identityPolicies() {
    List<Map<String, Object>> policies = new ArrayList<>();
    int size = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(2);
    for (int i = 0; i < size; i++) {
      policies.add(policy(1 + random.nextInt(3), false));
    }
    return policies;
  }

  private Map<String, Object> policy(int statements, boolean ofKey) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (int i = 0; i < statements; i++) {
      list.add(statement(ofKey));
    }
    Map<String, Object> policy = new LinkedHashMap<>();
    // Variables of the older version are replaced by iam-simulate; IAM leaves them as they are.
    policy.put("Version", "2012-10-17");
    policy.put("Statement", list.size() == 1 && random.nextBoolean() ? list.get(0) : list);
    return policy;
  }

  private Map<String, Object> statement(boolean ofKey) {
    boolean allows = random.nextInt(4) > 0;
    Map<String, Object> statement = new LinkedHashMap<>();
    statement.put("Effect", allows ? "Allow" : "Deny");
    if (ofKey) {
      boolean negated = !allows && random.nextInt(3) == 0;
      statement.put(negated ? "NotPrincipal" : "Principal", negated ? others() : principals());
    }
    statement.put(random.nextInt(6) == 0 ? "NotAction" : "Action", oneOrSome(ACTIONS));
    resources(statement);
    Map<String, Map<String, Object>> conditions = conditions(ofKey);
    if (!conditions.isEmpty()) {
      statement.put("Condition", conditions);
    }
    return statement;
  }

  private Object principals() {
    if (random.nextInt(10) == 0) {
      return "*";
    }
    Map<String, Object> principals = new LinkedHashMap<>();
    if (random.nextInt(5) == 0) {
      principals.put("Service", pick(List.of(LOGS, "s3.amazonaws.com")));
    }
    if (principals.isEmpty() || random.nextBoolean()) {
      principals.put("AWS", oneOrSome(PRINCIPALS));
    }
    return principals;
  }

  /**
   * The principals that a denial spares: all levels of the caller, or none. One level is enough for
   * iam-simulate, which has a note that this is not known; the IAM User Guide says to list all.
   */
  private Object others() {
    List<String> others = new ArrayList<>(some(PRINCIPALS));
    others.removeIf(name -> name.equals("*") || isCaller(name));
    if (random.nextBoolean() && !caller.isService()) {
      others.addAll(caller.levels());
    }
    return others.isEmpty() || caller.isService() ? Map.of("Service", LOGS) : Map.of("AWS", others);
  }

  private boolean isCaller(String principal) {
    return caller.levels().contains(principal)
        || (principal.endsWith(":root") && caller.levels().contains(principal.split(":", -1)[4]));
  }

  private void resources(Map<String, Object> statement) {
    List<String> resources = some(RESOURCES);
    boolean negated =
        random.nextInt(8) == 0 && resources.stream().allMatch(this::isDecidableNotResource);
    statement.put(
        negated ? "NotResource" : "Resource",
        resources.size() == 1 && random.nextBoolean() ? resources.get(0) : resources);
  }

  /**
   * Without a value of its variable, a NotResource matches nothing here, everything else there. And
   * iam-simulate does not negate an ARN with less than six parts that does not match.
   */
  private boolean isDecidableNotResource(String resource) {
    boolean isWhole = resource.equals("*") || resource.split(":", -1).length >= ARN_PARTS;
    return isWhole && variablesHaveValues(resource);
  }

  private Map<String, Map<String, Object>> conditions(boolean ofKey) {
    Map<String, Map<String, Object>> conditions = new LinkedHashMap<>();
    int size = Math.max(0, random.nextInt(5) - 2);
    for (int i = 0; i < size; i++) {
      ConditionAlphabet.Key key =
          pick(ofKey ? ConditionAlphabet.OF_KEY_POLICIES : ConditionAlphabet.ALL);
      if (random.nextInt(10) == 0) {
        put(conditions, "Null", key.name(), pick(List.of("true", "false")));
        continue;
      }
      String operator = pick(key.type().operators());
      Object wanted = oneOrSome(key.wanted());
      boolean decidable =
          (wanted instanceof List<?> list ? list : List.of(wanted))
              .stream().allMatch(value -> isDecidable(key.type(), operator, (String) value));
      if (decidable) {
        put(conditions, test(key, operator), key.name(), wanted);
      }
    }
    return conditions;
  }

  /** Returns whether both evaluators are known to compare a value in the same way. */
  private boolean isDecidable(ConditionAlphabet.Type type, String operator, String value) {
    // The documentation has ${*} and ${$} in all strings, iam-simulate in patterns only.
    if ((value.contains("${*}") || value.contains("${$}")) && !operator.contains("Like")) {
      return false;
    }
    if (!operator.contains("Not")) {
      return true;
    }
    // Where a value of the policy cannot match, because its variable has no value or it is not of
    // the operator's type, a negated condition holds here, but never there.
    return switch (type) {
      case ARN -> variablesHaveValues(value) && value.startsWith("arn:");
      case NUMBER, DATE -> !ConditionAlphabet.UNPARSABLE.contains(value);
      // This concerns a single address of the other family, too.
      case ADDRESS -> value.contains("/");
      default -> variablesHaveValues(value);
    };
  }

  private String test(ConditionAlphabet.Key key, String operator) {
    String set =
        key.isMultiValued()
            ? pick(List.of("ForAllValues:", "ForAnyValue:", "ForAnyValue:", ""))
            : pick(List.of("", "", "", "", "ForAllValues:", "ForAnyValue:"));
    // An absent key fulfils IfExists; with ForAnyValue, iam-simulate does not look at it.
    boolean ifExists = random.nextInt(4) == 0 && !set.equals("ForAnyValue:");
    return set + operator + (ifExists ? "IfExists" : "");
  }

  private static void put(
      Map<String, Map<String, Object>> conditions, String test, String key, Object wanted) {
    conditions.computeIfAbsent(test, name -> new LinkedHashMap<>()).put(key, wanted);
  }

  private boolean variablesHaveValues(String text) {
    return VARIABLE
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .allMatch(
            key ->
                !ConditionAlphabet.isMultiValued(key)
                    && (facts.containsKey(key)
                        || caller.context().containsKey(key)
                        || caller.tags().containsKey(key.substring(key.indexOf('/') + 1))));
  }

  private Map<String, List<String>> facts(boolean ofKey) {
    Map<String, List<String>> some = new TreeMap<>();
    for (ConditionAlphabet.Key key : ConditionAlphabet.ALL) {
      boolean known = ofKey || ConditionAlphabet.WITHOUT_KEY.contains(key.name());
      if (known && !key.actual().isEmpty() && random.nextInt(3) > 0) {
        some.put(
            key.name(), key.isMultiValued() ? some(key.actual()) : List.of(pick(key.actual())));
      }
    }
    return some;
  }

  private Map<String, String> tags() {
    Map<String, String> tags = new TreeMap<>();
    if (random.nextBoolean()) {
      tags.put("team", pick(ConditionAlphabet.TEXTS));
    }
    if (random.nextBoolean()) {
      tags.put("key", pick(List.of("1234abcd-12ab-34cd-56ef-1234567890ab", "other", "*")));
    }
    return tags;
  }

  private <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private List<String> some(List<String> values) {
    List<String> some = new ArrayList<>();
    do {
      some.add(pick(values));
    } while (random.nextInt(3) == 0);
    return some;
  }

  /** One value, alone or as a list, or several. */
  private Object oneOrSome(List<String> values) {
    List<String> some = some(values);
    return some.size() == 1 && random.nextBoolean() ? some.get(0) : some;
  }
}
