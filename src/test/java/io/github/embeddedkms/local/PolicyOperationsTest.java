package io.github.embeddedkms.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.embeddedkms.Caller;
import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.exception.AccessDeniedException;
import io.github.embeddedkms.exception.InvalidArnException;
import io.github.embeddedkms.exception.LimitExceededException;
import io.github.embeddedkms.exception.MalformedPolicyDocumentException;
import io.github.embeddedkms.exception.NotFoundException;
import io.github.embeddedkms.exception.UnsupportedOperationException;
import io.github.embeddedkms.exception.ValidationException;
import io.github.embeddedkms.operation.GetKeyPolicy;
import io.github.embeddedkms.operation.ListKeyPolicies;
import io.github.embeddedkms.store.fixture.OverDatabases;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Key policies. Policies are written with single quotes here, to be readable. */
class PolicyOperationsTest {

  private static final String ROOT = "arn:aws:iam::111122223333:root";

  /** As the service prints it. */
  private static final String DEFAULT =
      """
      {
        "Version" : "2012-10-17",
        "Id" : "key-default-1",
        "Statement" : [ {
          "Sid" : "Enable IAM User Permissions",
          "Effect" : "Allow",
          "Principal" : {
            "AWS" : "arn:aws:iam::111122223333:root"
          },
          "Action" : "kms:*",
          "Resource" : "*"
        } ]
      }\
      """;

  private static final String INVALID_PRINCIPAL =
      "Policy contains a statement with one or more invalid principals.";
  private static final String LOCKED_OUT =
      "The new key policy will not allow you to update the key policy in the future.";

  private final Fixture fixture = new Fixture();
  private final LocalKeyProvider kms = fixture.kms;

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void getKeyPolicy_newKey_returnsTheDefaultPolicy() {
    assertThat(kms.getKeyPolicy(b -> b.keyId(fixture.keyArn)))
        .isEqualTo(new GetKeyPolicy.Response(DEFAULT, "default"));
    assertThat(kms.getKeyPolicy(b -> b.keyId(fixture.keyId).policyName("default")).policy())
        .isEqualTo(DEFAULT);
    KmsClient elsewhere = kms.client(Caller.of("cn-north-1", "444455556666"));
    String keyId = elsewhere.createKey(b -> {}).keyMetadata().keyId();
    assertThat(elsewhere.getKeyPolicy(b -> b.keyId(keyId)).policy())
        .isEqualTo(DEFAULT.replace(ROOT, "arn:aws-cn:iam::444455556666:root"));
  }

  @Test
  void listKeyPolicies_anyKey_listsDefault() {
    for (Integer limit : new Integer[] {null, 1, 1000}) {
      assertThat(kms.listKeyPolicies(b -> b.keyId(fixture.keyId).limit(limit)))
          .isEqualTo(new ListKeyPolicies.Response(List.of("default"), null, false));
    }
    assertThat(kms.listKeyPoliciesPages(b -> b.keyId(fixture.keyId)).items())
        .containsExactly("default");
  }

  @Test
  void policyName_thatKeysDoNotHave_isRefused() {
    assertThat(catchThrowable(() -> kms.getKeyPolicy(b -> b.keyId(fixture.keyId).policyName("x"))))
        .isExactlyInstanceOf(NotFoundException.class)
        .hasMessage("No such policy exists");
    assertThat(
            catchThrowable(
                () -> kms.getKeyPolicy(b -> b.keyId(fixture.keyId).policyName("AWS_RAM"))))
        .isExactlyInstanceOf(NotFoundException.class)
        .hasMessage(
            "embedded-kms: the key has no policy AWS_RAM, because it is not shared through AWS"
                + " RAM");
    // The name is checked before the document.
    assertThat(
            catchThrowable(
                () -> kms.putKeyPolicy(b -> b.keyId(fixture.keyId).policyName("x").policy("?"))))
        .isExactlyInstanceOf(UnsupportedOperationException.class)
        .hasMessage("embedded-kms: the only policy that can be put is named default");
    assertThat(
            catchThrowable(
                () ->
                    kms.putKeyPolicy(
                        b -> b.keyId(fixture.keyId).policyName("AWS_RAM").policy("?"))))
        .isExactlyInstanceOf(ValidationException.class)
        .hasMessage("The AWS_RAM policy can only be managed by the RAM service.");
    assertThat(fixture.storage.changes).isZero();
  }

  @OverDatabases
  @Test
  void putKeyPolicy_policyThatMeansTheDefault_isReturnedAsTheServicePrintsIt() {
    put(
        "{'Statement':[{'Sid':'Tab \\t quote \\' euro \\u20ac \u00e9','Effect':'Allow',"
            + "'Principal':{'AWS':['111122223333','arn:aws:iam::111122223333:root']},"
            + "'Action':['kms:*','kms:Decrypt'],'Resource':['*']},"
            + "{'Resource':'*','Action':'*','Principal':{'AWS':['111122223333']},'Effect':'Allow'}"
            + "],'Version':'2008-10-17','Id':''}");
    String printed =
        """
        {
          "Statement" : [ {
            "Sid" : "Tab \\t quote \\" euro \\u20AC \u00e9",
            "Effect" : "Allow",
            "Principal" : {
              "AWS" : [ "111122223333", "arn:aws:iam::111122223333:root" ]
            },
            "Action" : [ "kms:*", "kms:Decrypt" ],
            "Resource" : [ "*" ]
          }, {
            "Resource" : "*",
            "Action" : "*",
            "Principal" : {
              "AWS" : [ "111122223333" ]
            },
            "Effect" : "Allow"
          } ],
          "Version" : "2008-10-17",
          "Id" : ""
        }\
        """;
    assertThat(policy()).isEqualTo(printed);
    fixture.reopen();
    assertThat(policy()).isEqualTo(printed);
    // What is read can be put again, and changes nothing.
    fixture.storage.changes = 0;
    kms.putKeyPolicy(b -> b.keyId(fixture.keyId).policy(printed));
    assertThat(fixture.storage.changes).isZero();
    assertThat(kms.getKeyPolicy(b -> b.keyId(fixture.otherKeyId)).policy()).isEqualTo(DEFAULT);
  }

  @OverDatabases
  @Test
  void putKeyPolicy_theDefaultPolicy_replacesAnother() {
    put(PolicySamples.POLICY);
    assertThat(policy()).isNotEqualTo(DEFAULT);
    kms.putKeyPolicy(b -> b.keyId(fixture.keyArn).policy(DEFAULT.replaceAll("\\s+\"", "\"")));
    assertThat(policy()).isEqualTo(DEFAULT);
    assertThat(fixture.key().policy()).isNull();
  }

  @Test
  void putKeyPolicy_thePolicyThatTheKeyHas_changesNothing() {
    put(DEFAULT);
    assertThat(fixture.storage.changes).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'Effect':'Allow','Principal':{'AWS':'111122223333'},'Action':'kms:*','Resource':'*'}",
        "{'Effect':'Allow','Principal':{'AWS':'111122223333'},'Action':'KMS:*','Resource':'*'}",
        "{'Effect':'Allow','Principal':{'AWS':['arn:aws:iam::111122223333:root']},'Action':"
            + "['kms:Decrypt','kms:*'],'Resource':['arn:aws:kms:*:*:key/*','*']}"
      })
  void putAndCreate_policyThatMeansTheDefault_isStored(String statement) {
    put("{'Statement':" + statement + "}");
    String printed = policy();
    assertThat(printed.replaceAll("[ \n]", "").replace('"', '\''))
        .isEqualTo("{'Statement':" + statement + "}");
    String keyId =
        kms.createKey(b -> b.policy(quoted("{'Statement':[" + statement + "]}")))
            .keyMetadata()
            .keyId();
    assertThat(kms.getKeyPolicy(b -> b.keyId(keyId)).policy())
        .contains("\"Statement\" : [ {")
        .endsWith("} ]\n}");
  }

  @OverDatabases
  @Test
  void createKey_policy_isPersisted() {
    String keyId =
        kms.createKey(b -> b.policy(PolicySamples.POLICY).description("d")).keyMetadata().keyId();
    String before = kms.getKeyPolicy(b -> b.keyId(keyId)).policy();
    assertThat(before).contains("\"Id\" : \"sample\"");
    fixture.reopen();
    kms.disableKey(b -> b.keyId(keyId));
    assertThat(kms.getKeyPolicy(b -> b.keyId(keyId)).policy()).isEqualTo(before);
  }

  /** A document, the class and the message of its refusal. */
  private record Refusal(String policy, Class<? extends RuntimeException> type, String message) {
    @Override
    public String toString() {
      return policy.length() > 200 ? message : policy;
    }
  }

  private static Refusal syntax(String policy, String message) {
    return new Refusal(
        policy,
        MalformedPolicyDocumentException.class,
        "embedded-kms: malformed policy: " + message);
  }

  private static Refusal malformed(String statement, String message) {
    return new Refusal(
        "{'Statement':[" + statement + "]}", MalformedPolicyDocumentException.class, message);
  }

  private static Refusal principal(String principal, String message) {
    return malformed(
        "{'Effect':'Allow','Principal':" + principal + ",'Action':'kms:*','Resource':'*'}",
        message);
  }

  private static final String ALLOWED =
      "{'Effect':'Allow','Principal':{'AWS':'111122223333'},'Action':'kms:*','Resource':'*'}";

  private static String with(String member) {
    return ALLOWED.replace("'Effect':'Allow',", "'Effect':'Allow'," + member + ",");
  }

  private static String denying(String rest) {
    return "{'Effect':'Deny','Principal':{'AWS':'*'}," + rest + "}";
  }

  static List<Refusal> syntaxFaults() {
    String names =
        "Sid, Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource,"
            + " Condition";
    String actions = " must be *, or a service, a colon and an action, or a list of these";
    return List.of(
        syntax("x", "it is not JSON: Malformed JSON at $"),
        syntax("{'Statement':[", "it is not JSON: Malformed JSON at $.Statement[0]"),
        syntax("{'Id':'a','Id':'b'}", "it is not JSON: a member twice at $.Id"),
        syntax("{} {}", "it is not JSON: Malformed JSON at $"),
        syntax("null", "the policy must be an object"),
        syntax("[]", "the policy must be an object"),
        syntax(
            "{'Statements':[]}",
            "the policy must not have members other than Version, Id," + " Statement"),
        syntax("{'Version':'2012-10-18'}", "Version must be 2012-10-17 or 2008-10-17"),
        syntax("{'Version':null}", "Version must be 2012-10-17 or 2008-10-17"),
        syntax("{'Id':1}", "Id must be a string"),
        syntax("{}", "Statement must be an object or a list of at least one object"),
        syntax("{'Statement':[]}", "Statement must be an object or a list of at least one object"),
        syntax("{'Statement':'x'}", "Statement must be an object or a list of at least one object"),
        syntax("{'Statement':{'X':1}}", "Statement must not have members other than " + names),
        syntax(
            "{'Statement':[" + ALLOWED + ",{'X':1}]}",
            "Statement[1] must not have members other than " + names),
        syntax("{'Statement':[1]}", "Statement[0] must be an object"),
        syntax("{'Statement':{'Sid':null}}", "Statement.Sid must be a string"),
        syntax("{'Statement':{}}", "Statement.Effect must be Allow or Deny"),
        syntax("{'Statement':{'Effect':'allow'}}", "Statement.Effect must be Allow or Deny"),
        syntax(
            "{'Statement':" + with("'NotPrincipal':'*'") + "}",
            "Statement must not have both Principal and NotPrincipal"),
        syntax(
            "{'Statement':{'Effect':'Allow','NotPrincipal':'*'}}",
            "Statement.NotPrincipal must not be in a statement that allows"),
        syntax(
            "{'Statement':{'Effect':'Allow','Principal':'111122223333'}}",
            "Statement.Principal must be an object"),
        syntax(
            "{'Statement':{'Effect':'Allow','Principal':{'aws':'*'}}}",
            "Statement.Principal must not have members other than AWS, Service, Federated"),
        syntax(
            "{'Statement':{'Effect':'Allow','Principal':{'AWS':['*',1]}}}",
            "Statement.Principal.AWS[1] must be a string"),
        syntax(
            "{'Statement':" + with("'NotAction':'kms:*'") + "}",
            "Statement must not have both Action and NotAction"),
        syntax(
            "{'Statement':" + with("'NotResource':'*'") + "}",
            "Statement must not have both Resource and NotResource"),
        syntax(
            "{'Statement':" + ALLOWED.replace("kms:*", "kms") + "}", "Statement.Action" + actions),
        syntax(
            "{'Statement':" + ALLOWED.replace("'kms:*'", "[]") + "}", "Statement.Action" + actions),
        syntax(
            "{'Statement':" + ALLOWED.replace("kms:*", "kms:") + "}", "Statement.Action" + actions),
        syntax(
            "{'Statement':" + ALLOWED.replace("kms:*", ":x") + "}", "Statement.Action" + actions),
        syntax(
            "{'Statement':" + ALLOWED.replace("'*'", "'key/*'") + "}",
            "Statement.Resource must be * or an ARN, or a list of these"),
        syntax(
            "{'Statement':" + ALLOWED.replace("'*'", "{}") + "}",
            "Statement.Resource must be a string"),
        syntax(
            "{'Statement':" + with("'Condition':[]") + "}",
            "Statement.Condition must be an object"),
        syntax(
            "{'Statement':" + with("'Condition':{'Like':{}}") + "}",
            "Statement.Condition must have condition operators as its members"),
        syntax(
            "{'Statement':" + with("'Condition':{'NullIfExists':{}}") + "}",
            "Statement.Condition must have condition operators as its members"),
        syntax(
            "{'Statement':" + with("'Condition':{'Bool':1}") + "}",
            "Statement.Condition.Bool must be an object"),
        syntax(
            "{'Statement':" + with("'Condition':{'Bool':{'k':[true,null]}}") + "}",
            "Statement.Condition.Bool must have strings, numbers or booleans as its values"));
  }

  static List<Refusal> principals() {
    String none = "Policy contains a statement with no principal.";
    String arn = "An ARN in the specified key policy is invalid.";
    return List.of(
        malformed("{'Effect':'Allow','Action':'kms:*','Resource':'*'}", none),
        principal("{}", none),
        principal("{'AWS':[]}", none),
        malformed(ALLOWED + ",{'Effect':'Deny','NotPrincipal':{'AWS':[]}}", none),
        principal("{'AWS':'alice'}", INVALID_PRINCIPAL),
        principal("{'AWS':''}", INVALID_PRINCIPAL),
        principal("{'AWS':'11112222333'}", INVALID_PRINCIPAL),
        principal("{'AWS':'AIDACKCEVSQ6C2EXAMPLE'}", INVALID_PRINCIPAL),
        principal("{'AWS':'arn:aws::111122223333:root'}", INVALID_PRINCIPAL),
        principal("{'AWS':'arn:aws:iam:eu-west-1:111122223333:root'}", INVALID_PRINCIPAL),
        principal("{'AWS':'arn:aws:iam::1111:root'}", INVALID_PRINCIPAL),
        principal("{'AWS':'arn:aws-cn:iam::111122223333:root'}", INVALID_PRINCIPAL),
        principal("{'AWS':'arn:aws:iam::111122223333:user/*'}", INVALID_PRINCIPAL),
        principal("{'AWS':['111122223333','arn:aws:iam::*:root']}", INVALID_PRINCIPAL),
        principal("{'Service':'lambda'}", INVALID_PRINCIPAL),
        malformed(
            ALLOWED + "," + denying("'Action':'kms:*'").replace("'*'}", "'x'}"), INVALID_PRINCIPAL),
        new Refusal(
            "{'Statement':"
                + ALLOWED.replace("111122223333", "arn:aws:iam::111122223333:group/g")
                + "}",
            InvalidArnException.class,
            arn),
        new Refusal(
            "{'Statement':"
                + ALLOWED.replace("111122223333", "arn:aws:iam::111122223333:policy/p")
                + "}",
            InvalidArnException.class,
            arn),
        new Refusal(
            "{'Statement':"
                + ALLOWED.replace("111122223333", "arn:aws:sts::111122223333:assumed-role/R")
                + "}",
            InvalidArnException.class,
            arn));
  }

  static List<Refusal> conditionKeys() {
    String forbidden =
        "These condition keys are not permitted in a key policy: aws:ResourceTag,"
            + " kms:ResourceTag, kms:ResourceAliases";
    String permissive =
        "OverlyPermissiveCondition: Using the ForAllValues set operator with a single-valued"
            + " condition key matches requests without the specified # or with an unspecified #."
            + " To fix, remove ForAllValues.";
    return List.of(
        condition("'StringEquals':{'aws:ResourceTag/a':'b'}", forbidden),
        condition("'StringEquals':{'aws:PrincipalTag/a':'b','KMS:resourcealiases':[]}", forbidden),
        condition(
            "'ForAllValues:StringEquals':{'kms:EncryptionContext:a':'b'}",
            permissive.replace("#", "encryption context")),
        condition(
            "'ForAllValues:StringLikeIfExists':{'aws:RequestTag/a':'b'}",
            permissive.replace("#", "tag")));
  }

  private static Refusal condition(String condition, String message) {
    return malformed(with("'Condition':{" + condition + "}"), message);
  }

  static List<Refusal> lockouts() {
    return List.of(
        principal("{'AWS':'arn:aws:iam::444455556666:root'}", LOCKED_OUT),
        principal("{'AWS':'arn:aws:iam::111122223333:user/alice'}", LOCKED_OUT),
        principal("{'Service':'lambda.amazonaws.com'}", LOCKED_OUT),
        malformed(ALLOWED.replace("kms:*", "kms:Decrypt"), LOCKED_OUT),
        malformed(ALLOWED.replace("kms:*", "s3:*"), LOCKED_OUT),
        malformed(ALLOWED.replace("kms:*", "k*:*"), LOCKED_OUT),
        malformed(ALLOWED.replace("kms:*", "kms:PutKeyPolic"), LOCKED_OUT),
        malformed(ALLOWED.replace("'Action':'kms:*'", "'NotAction':'kms:Put*'"), LOCKED_OUT),
        malformed(ALLOWED.replace("'Action':'kms:*'", "'NotAction':['a:b','*']"), LOCKED_OUT),
        // A statement without actions or resources has no effect.
        malformed(ALLOWED.replace("'Action':'kms:*',", ""), LOCKED_OUT),
        malformed(ALLOWED.replace(",'Resource':'*'", ""), LOCKED_OUT),
        malformed(denying("'Action':'kms:*','Resource':'*'"), LOCKED_OUT),
        malformed(ALLOWED + "," + denying("'Action':'kms:?utKey*','Resource':['*']"), LOCKED_OUT),
        malformed(ALLOWED.replace("'Resource':'*'", "'NotResource':'*'"), LOCKED_OUT),
        malformed(
            ALLOWED + "," + denying("'Action':'kms:*','Resource':'arn:aws:kms:*'"), LOCKED_OUT),
        // The caller has no tags, and no key has this name.
        malformed(
            with("'Condition':{'StringEquals':{'aws:PrincipalTag/a':['b',1,true]}}"), LOCKED_OUT),
        malformed(
            with("'Condition':{'ForAnyValue:StringLike':{'kms:ResourceX':'b'}}"), LOCKED_OUT));
  }

  private static String statements(String statements) {
    return "{'Statement':[" + statements + "]}";
  }

  static List<String> otherPolicies() {
    return List.of(
        statements(ALLOWED.replace("'111122223333'", "'*'")),
        statements(ALLOWED.replace("{'AWS':'111122223333'}", "'*'")),
        statements(ALLOWED.replace("'111122223333'", "['111122223333','444455556666']")),
        statements(
            ALLOWED.replace("'111122223333'", "'111122223333','Service':'lambda.amazonaws.com'")),
        statements(ALLOWED.replace("kms:*", "kms:Put*")),
        statements(ALLOWED.replace("'Action':'kms:*'", "'NotAction':'kms:Decrypt'")),
        statements(ALLOWED.replace("'*'", "'arn:aws:kms:*:*:key/*'")),
        statements(with("'Condition':{}")),
        statements(
            with("'Condition':{'ForAllValues:StringEquals':{'kms:EncryptionContextKeys':'b'}}")),
        statements(with("'Condition':{'Null':{'aws:SourceIp':'true'}}")),
        statements(
            ALLOWED + "," + ALLOWED.replace("111122223333", "arn:aws:iam::444455556666:user/u")),
        statements(
            ALLOWED
                + ","
                + ALLOWED.replace("111122223333", "arn:aws:sts::111122223333:assumed-role/R/S")),
        statements(ALLOWED + "," + denying("'Action':'kms:Decrypt','Resource':'*'")),
        statements(ALLOWED + "," + denying("'Action':'kms:*'")),
        statements(
            ALLOWED
                + ","
                + denying(
                    "'Action':'kms:*','Resource':'*','Condition':{'Bool':{'aws:SecureTransport':"
                        + "'false'}}")),
        statements(
            ALLOWED
                + ",{'Effect':'Deny','NotPrincipal':{'AWS':'111122223333'},'Action':'kms:*',"
                + "'Resource':'*'}"));
  }

  @ParameterizedTest
  @MethodSource({"syntaxFaults", "principals", "conditionKeys", "lockouts"})
  void putAndCreate_policyThatNoKeyCanHave_isRefusedAndNotStored(Refusal refusal) {
    String policy = quoted(refusal.policy());
    assertThat(catchThrowable(() -> kms.putKeyPolicy(b -> b.keyId(fixture.keyId).policy(policy))))
        .isExactlyInstanceOf(refusal.type())
        .hasMessage(refusal.message());
    assertThat(catchThrowable(() -> kms.createKey(b -> b.policy(policy).xksKeyId("key"))))
        .isExactlyInstanceOf(refusal.type())
        .hasMessage(refusal.message());
    assertThat(fixture.storage.changes).isZero();
    assertThat(policy()).isEqualTo(DEFAULT);
  }

  @ParameterizedTest
  @MethodSource("otherPolicies")
  void putAndCreate_policyThatRestricts_isStored(String statements) {
    String policy = quoted(statements);
    kms.putKeyPolicy(b -> b.keyId(fixture.keyId).policy(policy));
    assertThat(fixture.key().policy()).isEqualTo(Policy.keyPolicy(policy));
    String created =
        kms.createKey(b -> b.policy(policy).bypassPolicyLockoutSafetyCheck(false))
            .keyMetadata()
            .keyId();
    assertThat(fixture.key(created).policy()).isEqualTo(Policy.keyPolicy(policy));
    fixture.storage.changes = 0;
    kms.putKeyPolicy(b -> b.keyId(fixture.keyId).policy(policy));
    assertThat(fixture.storage.changes).isZero();
  }

  @ParameterizedTest
  @MethodSource("lockouts")
  void putAndCreate_policyThatLocksOut_withBypass_isStoredAndLocksOut(Refusal refusal) {
    String policy = quoted(refusal.policy());
    kms.putKeyPolicy(
        b -> b.keyId(fixture.keyId).policy(policy).bypassPolicyLockoutSafetyCheck(true));
    String created =
        kms.createKey(b -> b.policy(policy).bypassPolicyLockoutSafetyCheck(true))
            .keyMetadata()
            .keyId();
    for (String keyId : List.of(fixture.keyId, created)) {
      assertThat(fixture.key(keyId).policy()).isEqualTo(Policy.keyPolicy(policy));
      assertThat(catchThrowable(() -> kms.putKeyPolicy(b -> b.keyId(keyId).policy(DEFAULT))))
          .isExactlyInstanceOf(AccessDeniedException.class)
          .hasMessageStartingWith(
              "User: " + ROOT + " is not authorized to perform: kms:PutKeyPolicy on resource: ");
    }
  }

  @Test
  void policySize_32768BytesOfUtf8_isTheMost() {
    String policy = quoted("{'Id':'#','Statement':" + ALLOWED + "}");
    // Each of these characters has two bytes.
    String id = "\u00e9".repeat((32_768 - policy.length()) / 2) + "x".repeat(policy.length() % 2);
    String longest = policy.replace("#", id + "x");
    assertThat(longest.getBytes(StandardCharsets.UTF_8)).hasSize(32_768);
    kms.putKeyPolicy(b -> b.keyId(fixture.keyId).policy(longest));
    assertThat(policy()).contains(id);
    fixture.storage.changes = 0;
    String tooLong = policy.replace("#", id + "xx");
    String message = "embedded-kms: a key policy has at most 32768 bytes";
    assertThat(catchThrowable(() -> kms.putKeyPolicy(b -> b.keyId(fixture.keyId).policy(tooLong))))
        .isExactlyInstanceOf(LimitExceededException.class)
        .hasMessage(message);
    assertThat(catchThrowable(() -> kms.createKey(b -> b.policy(tooLong))))
        .isExactlyInstanceOf(LimitExceededException.class)
        .hasMessage(message);
    // The size is checked before the syntax.
    assertThat(catchThrowable(() -> kms.createKey(b -> b.policy("?".repeat(32_769)))))
        .isExactlyInstanceOf(LimitExceededException.class);
    assertThat(fixture.storage.changes).isZero();
  }

  @Test
  void putKeyPolicy_deeplyNestedDocument_isMalformed() {
    String nested = "{\"Statement\":" + "[".repeat(32_000);
    assertThat(catchThrowable(() -> kms.putKeyPolicy(b -> b.keyId(fixture.keyId).policy(nested))))
        .isExactlyInstanceOf(MalformedPolicyDocumentException.class)
        .hasMessageStartingWith("embedded-kms: malformed policy: it is not JSON: ");
  }

  /** A pattern with many wildcards is matched in a short time. */
  @Test
  void putKeyPolicy_actionOfWildcards_isDecided() {
    put(
        "{'Statement':["
            + ALLOWED
            + ","
            + ALLOWED.replace("'kms:*'", "['kms:*','kms:" + "*?".repeat(10_000) + "']")
            + "]}");
    assertThat(fixture.storage.changes).isEqualTo(1);
  }

  private String policy() {
    return kms.getKeyPolicy(b -> b.keyId(fixture.keyId)).policy();
  }

  private void put(String policy) {
    kms.putKeyPolicy(b -> b.keyId(fixture.keyId).policy(quoted(policy)));
  }

  private static String quoted(String policy) {
    return policy.replace("\\'", "\\#").replace('\'', '"').replace("\\#", "\\\"");
  }
}
