package io.github.embeddedkms.authorization;

import io.github.embeddedkms.authorization.NaiveEvaluator.Question;
import io.github.embeddedkms.authorization.NaiveEvaluator.Rule;
import io.github.embeddedkms.authorization.NaiveEvaluator.Test;
import io.github.embeddedkms.authorization.NaiveEvaluator.Who;
import io.github.embeddedkms.authorization.NaiveGrants.Permit;
import io.github.embeddedkms.json.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random questions over a small alphabet, so that statements often apply, and their JSON. */
final class RandomPolicies {

  private static final List<Who> CALLERS =
      List.of(
          new Who(Subjects.ROOT_A, Subjects.A, null),
          new Who(Subjects.ALICE, Subjects.A, null),
          new Who(Subjects.BOB, Subjects.A, null),
          new Who(Subjects.DEV, Subjects.A, Subjects.ROLE),
          new Who(Subjects.CAROL, Subjects.B, null),
          new Who(Subjects.ROOT_B, Subjects.B, null));
  private static final List<String> PRINCIPALS =
      List.of(
          Subjects.ROOT_A,
          Subjects.A,
          Subjects.ALICE,
          Subjects.BOB,
          Subjects.DEV,
          Subjects.ROLE,
          Subjects.CAROL,
          Subjects.ROOT_B,
          "*");
  private static final List<String> ACTIONS =
      List.of(
          "kms:*",
          "*",
          "kms:Decrypt",
          "KMS:enc*",
          "kms:?ecrypt",
          "s3:*",
          "kms:*crypt",
          "kms:*Grant");
  private static final List<String> RESOURCES =
      List.of("*", Subjects.KEY, Subjects.OTHER_KEY, "arn:aws:kms:*:111122223333:key/1*");
  private static final List<String> OPERATORS =
      List.of(
          "StringEquals",
          "StringNotEquals",
          "StringEqualsIgnoreCase",
          "StringNotEqualsIgnoreCase",
          "StringLike",
          "StringNotLike",
          "Null");
  private static final List<String> SETS = List.of("", "", "ForAllValues:", "ForAnyValue:");
  private static final List<String> KEYS =
      List.of("x:y", "X:Z", "aws:TagKeys", "kms:EncryptionContext:a");
  private static final List<String> VALUES = List.of("a", "A", "b", "a*", "?", "*b", "true");

  private static final List<String> ASKED =
      List.of(
          "kms:Decrypt",
          "kms:Decrypt",
          "kms:Encrypt",
          "kms:Encrypt",
          "kms:DescribeKey",
          "kms:CreateGrant",
          "kms:RetireGrant");

  private final Random random;
  private final RandomGrants permits;

  RandomPolicies(long seed) {
    this.random = new Random(seed);
    this.permits = new RandomGrants(random);
  }

  Question question() {
    String action = pick(ASKED);
    Who who = pick(CALLERS);
    return new Question(
        action,
        Subjects.KEY,
        who,
        rules(4, true),
        rules(3, false),
        facts(),
        permits.some(2, who),
        permits.pairs(),
        action.endsWith("Grant") ? permits.one(who) : null);
  }

  /** Returns a grant that is often for a caller. */
  Permit permit(Who who) {
    return permits.one(who);
  }

  /** Often a single statement that allows, so that a grant can matter. */
  private List<Rule> rules(int max, boolean ofKey) {
    if (random.nextInt(3) == 0) {
      return List.of(rule(true, ofKey));
    }
    List<Rule> rules = new ArrayList<>();
    // A policy has a statement at least.
    int size = 1 + random.nextInt(max);
    for (int i = 0; i < size; i++) {
      rules.add(rule(random.nextInt(4) > 0, ofKey));
    }
    return rules;
  }

  Rule rule(boolean allows, boolean ofKey) {
    return new Rule(
        allows,
        ofKey ? some(PRINCIPALS) : null,
        ofKey && !allows && random.nextBoolean(),
        some(ACTIONS),
        random.nextInt(5) == 0,
        some(RESOURCES),
        random.nextInt(5) == 0,
        conditions());
  }

  private List<Test> conditions() {
    Map<String, Test> tests = new LinkedHashMap<>();
    int size = Math.max(0, random.nextInt(5) - 2);
    for (int i = 0; i < size; i++) {
      String operator = pick(OPERATORS);
      boolean isNull = operator.equals("Null");
      Test test =
          new Test(
              isNull ? "" : pick(SETS),
              operator,
              !isNull && random.nextInt(4) == 0,
              pick(KEYS),
              isNull ? List.of(pick(List.of("true", "false"))) : some(VALUES));
      // An object does not have a member twice.
      tests.put(test.set() + operator + test.ifExists() + test.key(), test);
    }
    return List.copyOf(tests.values());
  }

  private Map<String, List<String>> facts() {
    return Map.of(
        "x:y", one(),
        "x:z", one(),
        "aws:tagkeys", random.nextBoolean() ? List.of() : some(VALUES),
        "kms:encryptioncontext:a", one(),
        "aws:sourcearn", permits.source());
  }

  private List<String> one() {
    return random.nextInt(3) == 0 ? List.of() : List.of(pick(VALUES));
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

  /** Returns the question for the real evaluator. */
  static Inquiry inquiry(Question question) {
    return inquiry(
        question,
        json(question.keyPolicy()),
        json(question.identityPolicy()),
        RandomGrants.given(question));
  }

  /** Returns the same question with statements, members, values and grants in another order. */
  Inquiry shuffled(Question question) {
    GivenGrants given = RandomGrants.given(question);
    List<Grant> grants = new ArrayList<>(given.all());
    Collections.shuffle(grants, random);
    return inquiry(
        question,
        shuffledJson(question.keyPolicy()),
        shuffledJson(question.identityPolicy()),
        new GivenGrants(grants, given.context(), given.subject()));
  }

  private String shuffledJson(List<Rule> rules) {
    return new String(JsonTree.write(shuffled(tree(rules))), StandardCharsets.UTF_8);
  }

  private Object shuffled(Object value) {
    if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      list.forEach(each -> copy.add(shuffled(each)));
      Collections.shuffle(copy, random);
      return copy;
    }
    if (value instanceof Map<?, ?> map) {
      List<Map.Entry<?, ?>> members = new ArrayList<>(map.entrySet());
      Collections.shuffle(members, random);
      Map<String, Object> copy = new LinkedHashMap<>();
      members.forEach(each -> copy.put((String) each.getKey(), shuffled(each.getValue())));
      return copy;
    }
    return value;
  }

  private static Inquiry inquiry(
      Question question, String keyPolicy, String identityPolicy, Grants grants) {
    Identity identity = Identity.of(Policy.identityPolicy(identityPolicy));
    return new Inquiry(
        question.action(),
        Inquiry.Target.KEY,
        question.keyArn(),
        Policy.keyPolicy(keyPolicy),
        true,
        Principal.of(question.who().arn(), identity),
        key -> question.facts().getOrDefault(key, List.of()),
        grants);
  }

  private static String json(List<Rule> rules) {
    return new String(JsonTree.write(tree(rules)), StandardCharsets.UTF_8);
  }

  private static Map<String, Object> tree(List<Rule> rules) {
    List<Object> statements = new ArrayList<>();
    rules.forEach(rule -> statements.add(tree(rule)));
    Map<String, Object> policy = new LinkedHashMap<>();
    policy.put("Version", "2012-10-17");
    policy.put("Statement", statements);
    return policy;
  }

  private static Map<String, Object> tree(Rule rule) {
    Map<String, Object> statement = new LinkedHashMap<>();
    statement.put("Effect", rule.allows() ? "Allow" : "Deny");
    if (rule.principals() != null) {
      statement.put(
          rule.notPrincipals() ? "NotPrincipal" : "Principal", Map.of("AWS", rule.principals()));
    }
    statement.put(rule.notActions() ? "NotAction" : "Action", rule.actions());
    statement.put(rule.notResources() ? "NotResource" : "Resource", rule.resources());
    Map<String, Map<String, Object>> conditions = new LinkedHashMap<>();
    for (Test test : rule.conditions()) {
      conditions
          .computeIfAbsent(
              test.set() + test.operator() + (test.ifExists() ? "IfExists" : ""),
              operator -> new LinkedHashMap<>())
          .put(test.key(), test.values());
    }
    if (!conditions.isEmpty()) {
      statement.put("Condition", conditions);
    }
    return statement;
  }
}
