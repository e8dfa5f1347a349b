package io.github.embeddedkms.authorization;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Principals, keys, policies and facts of the tests. Policies are written with single quotes. */
public final class Subjects {

  public static final String A = "111122223333";
  public static final String B = "444455556666";
  public static final String ROOT_A = "arn:aws:iam::111122223333:root";
  public static final String ROOT_B = "arn:aws:iam::444455556666:root";
  public static final String ALICE = "arn:aws:iam::111122223333:user/alice";
  public static final String BOB = "arn:aws:iam::111122223333:user/bob";
  public static final String CAROL = "arn:aws:iam::444455556666:user/carol";
  public static final String DEV = "arn:aws:sts::111122223333:assumed-role/Dev/s1";
  public static final String ROLE = "arn:aws:iam::111122223333:role/Dev";
  public static final String LOGS = "logs.eu-central-1.amazonaws.com";
  public static final String KEY =
      "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
  public static final String OTHER_KEY =
      "arn:aws:kms:eu-central-1:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321";
  public static final String ALIAS = "arn:aws:kms:eu-central-1:111122223333:alias/x";

  public static final Policy DEFAULT = Policy.defaultKeyPolicy(ROOT_A);

  private Subjects() {}

  /** Returns JSON from JSON with single quotes. */
  public static String json(String quoted) {
    return quoted.replace('\'', '"');
  }

  /** Returns a key policy of the version that has variables. */
  public static Policy keyPolicy(String... statements) {
    return Policy.keyPolicy(
        json("{'Version':'2012-10-17','Statement':[" + String.join(",", statements) + "]}"));
  }

  public static Policy identityPolicy(String... statements) {
    return Policy.identityPolicy(
        json("{'Version':'2012-10-17','Statement':[" + String.join(",", statements) + "]}"));
  }

  public static Identity identity(String... statements) {
    return Identity.of(identityPolicy(statements));
  }

  /** A statement of a key policy that allows. */
  public static String allow(String principal, String action) {
    return allow(principal, action, "");
  }

  public static String allow(String principal, String action, String condition) {
    return statement("Allow", principal, action, condition);
  }

  public static String deny(String principal, String action, String condition) {
    return statement("Deny", principal, action, condition);
  }

  private static String statement(
      String effect, String principal, String action, String condition) {
    return "{'Effect':'"
        + effect
        + "','Principal':{'AWS':'"
        + principal
        + "'},'Action':'"
        + action
        + "','Resource':'*'"
        + (condition.isEmpty() ? "" : ",'Condition':{" + condition + "}")
        + "}";
  }

  /** A statement of an identity policy. */
  public static String may(String action, String resource) {
    return may(action, resource, "");
  }

  public static String may(String action, String resource, String condition) {
    return "{'Effect':'Allow','Action':'"
        + action
        + "','Resource':'"
        + resource
        + "'"
        + (condition.isEmpty() ? "" : ",'Condition':{" + condition + "}")
        + "}";
  }

  public static String mayNot(String action, String resource, String condition) {
    return may(action, resource, condition).replace("Allow", "Deny");
  }

  static Principal principal(String text) {
    return Principal.of(text, Identity.administrator());
  }

  /** Facts of keys and values in turn. */
  public static Facts facts(String... keysAndValues) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      values
          .computeIfAbsent(keysAndValues[i].toLowerCase(Locale.ROOT), key -> new ArrayList<>())
          .add(keysAndValues[i + 1]);
    }
    return key -> values.getOrDefault(key, List.of());
  }

  /** The facts of an encryption context of keys and values in turn. */
  public static Facts context(String... pairs) {
    List<String> facts = new ArrayList<>();
    for (int i = 0; i < pairs.length; i += 2) {
      facts.addAll(List.of("kms:EncryptionContext:" + pairs[i], pairs[i + 1]));
      facts.addAll(List.of("kms:EncryptionContextKeys", pairs[i]));
    }
    return facts(facts.toArray(String[]::new));
  }

  /** Returns whether a condition of an otherwise matching statement holds. */
  static boolean holds(String condition, Facts facts) {
    Policy policy = keyPolicy(allow("*", "kms:*", condition));
    return Evaluator.decide(Inquiry.ofKey("kms:Encrypt", KEY, policy, principal(ALICE), facts))
        .isAllowed();
  }
}
