package io.github.embeddedkms.authorization;

import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.BOB;
import static io.github.embeddedkms.authorization.Subjects.DEFAULT;
import static io.github.embeddedkms.authorization.Subjects.KEY;
import static io.github.embeddedkms.authorization.Subjects.ROOT_A;
import static io.github.embeddedkms.authorization.Subjects.allow;
import static io.github.embeddedkms.authorization.Subjects.json;
import static io.github.embeddedkms.authorization.Subjects.keyPolicy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.embeddedkms.authorization.PolicyFault.Kind;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Refused policies: what is wrong, where, and the exact message. */
class PolicyFaultsTest {

  private static final String INVALID =
      "Policy contains a statement with one or more invalid principals.";

  private static PolicyFault faultOf(String policy) {
    return faultOf(policy, Identities.administrators());
  }

  private static PolicyFault faultOf(String policy, Identities identities) {
    return catchThrowableOfType(
        PolicyFault.class, () -> Policy.keyPolicy(json(policy)).requireValid("aws", identities));
  }

  private static void assertFault(PolicyFault fault, Kind kind, String path, String message) {
    assertThat(fault).isNotNull();
    assertThat(fault.kind()).isEqualTo(kind);
    assertThat(fault.path()).isEqualTo(path);
    assertThat(fault).hasMessage(message);
  }

  /** A malformed document, the path of the fault, and what follows it in the message. */
  private record Malformed(String policy, String path, String what) {}

  private static String with(String member) {
    return "{'Statement':[{'Effect':'Deny','Principal':'*'," + member + "}]}";
  }

  static List<Malformed> malformed() {
    String action = " must be *, or a service, a colon and an action, or a list of these";
    String resource = " must be * or an ARN, or a list of these";
    String values = " must have strings, numbers or booleans as its values";
    String first = "Statement[0]";
    return List.of(
        new Malformed("[]", "", " must be an object"),
        new Malformed(
            "{'Statement':[],'X':1}",
            "",
            " must not have members other than Version, Id, Statement"),
        new Malformed("{'Version':'2012'}", "Version", " must be 2012-10-17 or 2008-10-17"),
        new Malformed("{'Id':1}", "Id", " must be a string"),
        new Malformed(
            "{'Statement':[]}", "Statement", " must be an object or a list of at least one object"),
        new Malformed("{'Statement':[1]}", first, " must be an object"),
        new Malformed(
            "{'Statement':{'sid':'a'}}",
            "Statement",
            " must not have members other than Sid, Effect, Principal, NotPrincipal, Action,"
                + " NotAction, Resource, NotResource, Condition"),
        new Malformed("{'Statement':{'Sid':1}}", "Statement.Sid", " must be a string"),
        new Malformed(
            "{'Statement':{'Effect':'ALLOW'}}", "Statement.Effect", " must be Allow or Deny"),
        new Malformed(
            with("'NotPrincipal':'*'"), first, " must not have both Principal and NotPrincipal"),
        new Malformed(
            "{'Statement':{'Effect':'Allow','NotPrincipal':'*'}}",
            "Statement.NotPrincipal",
            " must not be in a statement that allows"),
        new Malformed(
            with("'Action':'*'").replace("'*'", "{'aws':'x'}"),
            first + ".Principal",
            " must not have members other than AWS, Service, Federated"),
        new Malformed(
            with("'Action':'*'").replace("'*'", "{'AWS':['x',{}]}"),
            first + ".Principal.AWS[1]",
            " must be a string"),
        new Malformed(with("'Action':['kms:*','kms']"), first + ".Action", action),
        new Malformed(with("'NotAction':[]"), first + ".NotAction", action),
        new Malformed(with("'Action':1"), first + ".Action", " must be a string"),
        new Malformed(
            with("'Action':'*','NotAction':'*'"),
            first,
            " must not have both Action and NotAction"),
        new Malformed(with("'Resource':'key/k'"), first + ".Resource", resource),
        new Malformed(with("'NotResource':[]"), first + ".NotResource", resource),
        new Malformed(with("'Condition':[]"), first + ".Condition", " must be an object"),
        new Malformed(
            with("'Condition':{'stringEquals':{}}"),
            first + ".Condition",
            " must have condition operators as its members"),
        new Malformed(
            with("'Condition':{'ForAllValues:':{}}"),
            first + ".Condition",
            " must have condition operators as its members"),
        new Malformed(
            with("'Condition':{'NullIfExists':{}}"),
            first + ".Condition",
            " must have condition operators as its members"),
        new Malformed(
            with("'Condition':{'Bool':[]}"), first + ".Condition.Bool", " must be an object"),
        new Malformed(with("'Condition':{'Bool':{'a':{}}}"), first + ".Condition.Bool", values),
        new Malformed(with("'Condition':{'Bool':{'a':[[]]}}"), first + ".Condition.Bool", values));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void keyPolicy_malformed_isRefused(Malformed malformed) {
    assertFault(
        faultOf(malformed.policy),
        Kind.MALFORMED,
        malformed.path,
        "malformed policy: "
            + (malformed.path.isEmpty() ? "the policy" : malformed.path)
            + malformed.what);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "x|Malformed JSON at $",
        "{'Statement':[|Malformed JSON at $.Statement[0]",
        "{'Id':'a','Id':'b'}|a member twice at $.Id",
        "{} {}|Malformed JSON at $"
      })
  void keyPolicy_noJson_isRefused(String policy, String what) {
    assertFault(faultOf(policy), Kind.MALFORMED, "", "malformed policy: it is not JSON: " + what);
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES)
  void keyPolicy_deeplyNested_isRefused() {
    for (String open : new String[] {"[", "{'a':"}) {
      String policy = "{'Statement':" + open.repeat(32_000 / open.length());
      assertThat(faultOf(policy).kind()).isEqualTo(Kind.MALFORMED);
    }
  }

  @Test
  void keyPolicy_size_isUpTo32768BytesOfUtf8() {
    String policy = "{'Id':'#','Statement':" + allow(ROOT_A, "kms:*") + "}";
    // Each of these characters has two bytes.
    String id = "\u00e9".repeat((32_768 - policy.length()) / 2) + "x".repeat(policy.length() % 2);
    assertThat(faultOf(policy.replace("#", id + "x"))).isNull();
    assertFault(
        faultOf(policy.replace("#", id + "xx")),
        Kind.TOO_LONG,
        "",
        "a key policy has at most 32768 bytes");
    // The size is checked before the syntax.
    assertThat(faultOf("?".repeat(33_000)).kind()).isEqualTo(Kind.TOO_LONG);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'Effect':'Allow'|Statement.Principal",
        "'Effect':'Allow','Principal':{}|Statement.Principal",
        "'Effect':'Allow','Principal':{'AWS':[]}|Statement.Principal",
        "'Effect':'Deny','NotPrincipal':{'AWS':[]}|Statement.NotPrincipal"
      })
  void keyPolicy_noPrincipal_isRefused(String members, String path) {
    assertFault(
        faultOf("{'Statement':{" + members + "}}"),
        Kind.NO_PRINCIPAL,
        path,
        "Policy contains a statement with no principal.");
  }

  private static String principals(String value) {
    return "{'Statement':{'Effect':'Allow','Principal':" + value + "}}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alice",
        "",
        "11112222333",
        "1111222233334",
        "\u0661\u0661\u0661\u0661\u0662\u0662\u0662\u0662\u0663\u0663\u0663\u0663",
        "AIDACKCEVSQ6C2EXAMPLE",
        "AROADBQP57FF2AEXAMPLE",
        "arn:aws::111122223333:root",
        "arn:aws:s3:::bucket",
        "arn:aws:iam:eu-west-1:111122223333:root",
        "arn:aws:iam::1111:root",
        "arn:aws-cn:iam::111122223333:root",
        "arn:aws:iam::*:root",
        "arn:aws:iam::111122223333:user/*",
        "arn:aws:iam::111122223333:user/a?b",
        "arn:aws:iam::111122223333"
      })
  void keyPolicy_invalidPrincipal_isRefused(String principal) {
    assertFault(
        faultOf(principals("{'AWS':['*','" + principal + "']}")),
        Kind.INVALID_PRINCIPAL,
        "Statement.Principal.AWS[1]",
        INVALID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lambda", "", "*.amazonaws.com", ".amazonaws.com", "a.example.com", "*"})
  void keyPolicy_unknownService_isRefused(String service) {
    assertFault(
        faultOf(principals("{'Service':'" + service + "'}")),
        Kind.INVALID_PRINCIPAL,
        "Statement.Principal.Service",
        INVALID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arn:aws:iam::111122223333:group/g",
        "arn:aws:iam::111122223333:policy/p",
        "arn:aws:iam::111122223333:user/",
        "arn:aws:iam::111122223333:assumed-role/R/S",
        "arn:aws:sts::111122223333:assumed-role/R",
        "arn:aws:sts::111122223333:assumed-role//S",
        "arn:aws:sts::111122223333:assumed-role/path/R/S",
        "arn:aws:sts::111122223333:user/alice"
      })
  void keyPolicy_arnThatIsNoPrincipal_isRefused(String principal) {
    assertFault(
        faultOf(principals("{'AWS':'" + principal + "'}")),
        Kind.INVALID_ARN,
        "Statement.Principal.AWS",
        "An ARN in the specified key policy is invalid.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'*'",
        "{'AWS':'*'}",
        "{'AWS':['111122223333','arn:aws:iam::111122223333:root']}",
        "{'AWS':['arn:aws:iam::111122223333:user/a/b','arn:aws:iam::111122223333:role/r']}",
        "{'AWS':['arn:aws:sts::111122223333:assumed-role/R/S']}",
        "{'AWS':['arn:aws:sts::111122223333:federated-user/f']}",
        "{'Service':['logs.eu-central-1.amazonaws.com','ec2.amazonaws.com.cn']}",
        "{'Federated':'cognito-identity.amazonaws.com'}"
      })
  void keyPolicy_principalOfEachForm_isAccepted(String principal) {
    assertThat(faultOf(principals(principal))).isNull();
  }

  @Test
  void keyPolicy_unregisteredUserOfARegisteredAccount_isRefused() {
    Identities identities = Identities.of(Map.of(ALICE, Identity.none()));
    assertThat(faultOf(principals("{'AWS':'" + ALICE + "'}"), identities)).isNull();
    assertThat(faultOf(principals("{'AWS':'" + ROOT_A + "'}"), identities)).isNull();
    assertThat(faultOf(principals("{'AWS':'" + Subjects.CAROL + "'}"), identities)).isNull();
    assertThat(faultOf(principals("{'AWS':'" + Subjects.DEV + "'}"), identities)).isNull();
    for (String missing : new String[] {BOB, Subjects.ROLE}) {
      assertFault(
          faultOf(principals("{'AWS':'" + missing + "'}"), identities),
          Kind.INVALID_PRINCIPAL,
          "Statement.Principal.AWS",
          INVALID);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"aws:ResourceTag/a", "AWS:resourcetag/b", "kms:ResourceAliases"})
  void keyPolicy_conditionKeyOfTheKeysLabels_isRefused(String key) {
    assertFault(
        faultOf(
            "{'Statement':["
                + allow(ROOT_A, "kms:*")
                + ","
                + allow(ALICE, "kms:*", "'StringEquals':{'" + key + "':'b'}")
                + "]}"),
        Kind.FORBIDDEN_CONDITION_KEY,
        "Statement[1].Condition.StringEquals." + key,
        "These condition keys are not permitted in a key policy: aws:ResourceTag,"
            + " kms:ResourceTag, kms:ResourceAliases");
  }

  @ParameterizedTest
  @CsvSource({
    "ForAllValues:StringEquals,kms:EncryptionContext:a,encryption context",
    "ForAllValues:StringLikeIfExists,aws:RequestTag/a,tag"
  })
  void keyPolicy_overlyPermissiveCondition_isRefused(String operator, String key, String what) {
    String condition = "'" + operator + "':{'" + key + "':'b'}";
    assertFault(
        faultOf("{'Statement':" + allow(ALICE, "kms:*", condition) + "}"),
        Kind.OVERLY_PERMISSIVE_CONDITION,
        "Statement.Condition." + operator + "." + key,
        "OverlyPermissiveCondition: Using the ForAllValues set operator with a single-valued"
            + " condition key matches requests without the specified "
            + what
            + " or with an unspecified "
            + what
            + ". To fix, remove ForAllValues.");
    assertThat(
            faultOf(
                "{'Statement':"
                    + allow(ALICE, "kms:*", condition.replace("AllValues", "AnyValue"))
                    + "}"))
        .isNull();
  }

  /** Syntax of all statements, then all principals, then condition keys. */
  @Test
  void keyPolicy_severalFaults_areFoundInOrder() {
    String key = allow(ALICE, "kms:*", "'Bool':{'kms:ResourceAliases':'b'}");
    String principal = allow("bob", "kms:*");
    String syntax = "{'Effect':1}";
    assertThat(faultOf("{'Statement':[" + key + "," + principal + "," + syntax + "]}").kind())
        .isEqualTo(Kind.MALFORMED);
    assertThat(faultOf("{'Statement':[" + key + "," + principal + "]}").kind())
        .isEqualTo(Kind.INVALID_PRINCIPAL);
    assertThat(faultOf("{'Statement':[" + key + "]}").kind())
        .isEqualTo(Kind.FORBIDDEN_CONDITION_KEY);
  }

  private static PolicyFault lockout(Policy policy, String caller, Identity identity) {
    Inquiry next =
        Inquiry.ofKey(
            "kms:PutKeyPolicy", KEY, policy, Principal.of(caller, identity), Facts.none());
    return catchThrowableOfType(PolicyFault.class, () -> policy.requireNoLockout(next));
  }

  @Test
  void keyPolicy_thatTheCallerCouldNotReplace_isRefused() {
    Policy forAlice = keyPolicy(allow(ALICE, "kms:*"));
    assertFault(
        lockout(forAlice, BOB, Identity.administrator()),
        Kind.LOCKOUT,
        "",
        "The new key policy will not allow you to update the key policy in the future.");
    assertThat(lockout(forAlice, ALICE, Identity.none())).isNull();
    // Delegation is not enough if no identity policy allows it.
    Identity creator = Subjects.identity(Subjects.may("kms:CreateKey", "*"));
    assertThat(lockout(DEFAULT, ALICE, creator)).isNotNull();
    assertThat(lockout(DEFAULT, ALICE, Identity.administrator())).isNull();
    assertThat(lockout(DEFAULT, ROOT_A, Identity.none())).isNull();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                DEFAULT.requireNoLockout(
                    Inquiry.ofKey(
                        "kms:PutKeyPolicy",
                        KEY,
                        forAlice,
                        Subjects.principal(ALICE),
                        Facts.none())))
        .withMessage("the inquiry is about another key policy");
  }

  private static final String MAY = "'Effect':'Allow','Action':'kms:*','Resource':'*'";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'Id':'a'}|the policy must not have members other than Version, Statement",
        "{'Statement':{"
            + MAY
            + ",'Principal':'*'}}|Statement must not have members other than"
            + " Sid, Effect, Action, NotAction, Resource, NotResource, Condition",
        "{'Statement':{"
            + MAY
            + ",'Sid':'a b'}}|Statement.Sid must consist of ASCII letters and"
            + " digits",
        "{'Statement':[{"
            + MAY
            + ",'Sid':'a'},{"
            + MAY
            + ",'Sid':'a'}]}|Statement[1].Sid must not be that of another statement",
        "{'Statement':{'Effect':'Allow','Resource':'*'}}|Statement must have Action or NotAction",
        "{'Statement':{'Effect':'Deny','Action':'*'}}|Statement must have Resource or NotResource"
      })
  void identityPolicy_malformed_isRefused(String policy, String what) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Identity.of(Policy.identityPolicy(json(policy))))
        .withMessage("policy #0: malformed policy: " + what);
  }

  @Test
  void identityPolicy_sizeAndForms() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Identity.of(Policy.identityPolicy("x".repeat(32_769))))
        .withMessage("policy #0: an identity policy has at most 32768 bytes");
    String sids = "{'Statement':[{" + MAY + ",'Sid':''},{" + MAY + ",'Sid':''},{" + MAY + "}]}";
    assertThat(Identity.of(Policy.identityPolicy(json(sids))).policies()).hasSize(1);
    // A key policy's names may have blanks, and need not differ.
    String statement = allow(ROOT_A, "kms:*").replace("{'Effect'", "{'Sid':'a b','Effect'");
    assertThat(faultOf("{'Statement':[" + statement + "," + statement + "]}")).isNull();
  }
}
