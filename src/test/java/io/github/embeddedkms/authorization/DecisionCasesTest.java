package io.github.embeddedkms.authorization;

import static io.github.embeddedkms.authorization.RefusalTexts.T1;
import static io.github.embeddedkms.authorization.RefusalTexts.T2;
import static io.github.embeddedkms.authorization.RefusalTexts.T3;
import static io.github.embeddedkms.authorization.RefusalTexts.T4;
import static io.github.embeddedkms.authorization.RefusalTexts.T5;
import static io.github.embeddedkms.authorization.RefusalTexts.T6;
import static io.github.embeddedkms.authorization.RefusalTexts.T7;
import static io.github.embeddedkms.authorization.RefusalTexts.T8;
import static io.github.embeddedkms.authorization.Subjects.ALIAS;
import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.BOB;
import static io.github.embeddedkms.authorization.Subjects.CAROL;
import static io.github.embeddedkms.authorization.Subjects.DEFAULT;
import static io.github.embeddedkms.authorization.Subjects.DEV;
import static io.github.embeddedkms.authorization.Subjects.KEY;
import static io.github.embeddedkms.authorization.Subjects.LOGS;
import static io.github.embeddedkms.authorization.Subjects.OTHER_KEY;
import static io.github.embeddedkms.authorization.Subjects.ROLE;
import static io.github.embeddedkms.authorization.Subjects.ROOT_A;
import static io.github.embeddedkms.authorization.Subjects.ROOT_B;
import static io.github.embeddedkms.authorization.Subjects.allow;
import static io.github.embeddedkms.authorization.Subjects.context;
import static io.github.embeddedkms.authorization.Subjects.deny;
import static io.github.embeddedkms.authorization.Subjects.facts;
import static io.github.embeddedkms.authorization.Subjects.identity;
import static io.github.embeddedkms.authorization.Subjects.json;
import static io.github.embeddedkms.authorization.Subjects.keyPolicy;
import static io.github.embeddedkms.authorization.Subjects.may;
import static io.github.embeddedkms.authorization.Subjects.mayNot;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.authorization.Inquiry.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Decisions under key policies and identity policies, with the exact messages of refusals. */
class DecisionCasesTest {

  private static final Identities ADMINISTRATORS = Identities.administrators();
  private static final Identities NONE = Identities.of(Map.of());

  /** Lets the account replace the policy, as most real policies do. */
  private static final String PUT = allow(ROOT_A, "kms:PutKeyPolicy");

  private static final String ALL = allow(ROOT_A, "kms:*");

  /** One case: what is asked, and the message of the refusal, null if it is allowed. */
  private record Case(String name, Inquiry inquiry, String answer) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Identities strict(String principal, String... statements) {
    return Identities.of(Map.of(principal, identity(statements)));
  }

  private static final class Cases {
    private final List<Case> cases = new ArrayList<>();
    private int number;
    private Policy policy = DEFAULT;
    private Identities identities = ADMINISTRATORS;

    Cases no(int number, Policy policy, Identities identities) {
      this.number = number;
      this.policy = policy;
      this.identities = identities;
      return this;
    }

    private Cases add(
        String caller, String action, Target target, String resource, Facts facts, String answer) {
      boolean isKey = target.isKey();
      boolean across = !List.of("DisableKey", "PutKeyPolicy", "TagResource").contains(action);
      Inquiry inquiry =
          new Inquiry(
              "kms:" + action,
              target,
              resource,
              isKey ? policy : null,
              isKey && across,
              Principal.of(caller, identities.of(caller)),
              facts);
      String name = number + " " + action + " by " + caller + " #" + cases.size();
      cases.add(
          new Case(
              name,
              inquiry,
              answer == null
                  ? null
                  : "User: "
                      + caller
                      + " is not authorized to perform: kms:"
                      + action
                      + answer.replace("{X}", "kms:" + action).replace("{K}", resource)));
      return this;
    }

    Cases ask(String caller, String action, String answer) {
      return ask(caller, action, facts(), answer);
    }

    Cases ask(String caller, String action, Facts facts, String answer) {
      return add(caller, action, Target.KEY, KEY, facts, answer);
    }

    Cases on(Target target, String resource, String caller, String action, String answer) {
      return add(caller, action, target, resource, facts(), answer);
    }

    Cases account(String caller, String action, Facts facts, String answer) {
      return add(caller, action, Target.ACCOUNT, "*", facts, answer);
    }
  }

  private static final String OK = null;
  private static final String T9 =
      " because no identity-based policy allows the kms:TagResource action";

  static Stream<Case> identityPolicies() {
    return new Cases()
            .no(1, DEFAULT, ADMINISTRATORS)
            .ask(ROOT_A, "Encrypt", OK)
            .ask(ALICE, "Encrypt", OK)
            .no(2, DEFAULT, NONE)
            .ask(ROOT_A, "Encrypt", OK)
            .ask(ALICE, "Decrypt", T2)
            .no(3, DEFAULT, strict(ALICE, may("kms:Decrypt", KEY)))
            .ask(ALICE, "Decrypt", OK)
            .ask(ALICE, "Encrypt", T2)
            .no(3, DEFAULT, strict(ALICE, may("KMS:decr*", "*")))
            .ask(ALICE, "Decrypt", OK)
            .ask(ALICE, "Encrypt", T2)
            .no(4, DEFAULT, strict(ALICE, may("kms:*", ALIAS)))
            .ask(ALICE, "Encrypt", facts("kms:RequestAlias", "alias/x"), T2)
            .no(5, DEFAULT, strict(ALICE, may("kms:*", "arn:aws:kms:*:111122223333:key/*")))
            .ask(ALICE, "Encrypt", OK)
            .account(ALICE, "CreateKey", facts(), T8)
            .no(6, DEFAULT, strict(ALICE, may("kms:*", "*"), mayNot("kms:Decrypt", KEY, "")))
            .ask(ALICE, "Decrypt", T4)
            .ask(ALICE, "Encrypt", OK)
            .no(8, keyPolicy(allow(ALICE, "kms:Decrypt"), PUT), NONE)
            .ask(ALICE, "Decrypt", OK)
            .no(
                9,
                keyPolicy(allow(ROOT_A, "kms:Decrypt"), allow(ALICE, "kms:PutKeyPolicy")),
                strict(BOB, may("kms:*", "*")))
            .ask(BOB, "Encrypt", T1)
            .ask(BOB, "Decrypt", OK)
            .no(
                25,
                DEFAULT,
                strict(
                    ALICE,
                    may(
                        "kms:Encrypt",
                        "*",
                        "'ForAnyValue:StringLike':{'kms:ResourceAliases':'alias/ord*'}")))
            .ask(ALICE, "Encrypt", facts("kms:ResourceAliases", "alias/orders"), OK)
            .ask(ALICE, "Encrypt", T2)
            .no(
                26,
                DEFAULT,
                strict(ALICE, may("kms:*", "*", "'StringEquals':{'aws:ResourceTag/env':'dev'}")))
            .ask(ALICE, "Encrypt", facts("aws:ResourceTag/env", "dev"), OK)
            .ask(ALICE, "Encrypt", facts("aws:ResourceTag/env", "prod"), T2)
            .ask(ALICE, "Encrypt", T2)
            .no(27, DEFAULT, tagged(Map.of("team", "x")))
            .ask(ALICE, "Encrypt", facts("aws:ResourceTag/team", "x"), OK)
            .ask(ALICE, "Encrypt", facts("aws:ResourceTag/team", "y"), T2)
            .no(27, DEFAULT, tagged(Map.of()))
            .ask(ALICE, "Encrypt", facts("aws:ResourceTag/team", "x"), T2)
            .no(
                39,
                DEFAULT,
                strict(
                    ALICE,
                    may("kms:PutKeyPolicy", "*"),
                    mayNot(
                        "kms:PutKeyPolicy",
                        "*",
                        "'Bool':{'kms:BypassPolicyLockoutSafetyCheck':true}")))
            .ask(ALICE, "PutKeyPolicy", facts("kms:BypassPolicyLockoutSafetyCheck", "true"), T4)
            .ask(ALICE, "PutKeyPolicy", OK)
            .no(61, DEFAULT, NONE)
            .ask(ALICE, "Encrypt", T2)
            .ask(ROOT_A, "Encrypt", OK)
            .cases
            .stream();
  }

  private static Identities tagged(Map<String, String> tags) {
    Policy policy =
        Subjects.identityPolicy(
            may(
                "kms:*",
                "*",
                "'StringEquals':{'aws:ResourceTag/team':'${aws:PrincipalTag/team}'}"));
    return Identities.of(Map.of(ALICE, new Identity(List.of(policy), tags, null, null)));
  }

  static Stream<Case> keyPolicies() {
    String dev2 = "arn:aws:sts::111122223333:assumed-role/Dev/s2";
    String teamRole = "arn:aws:iam::111122223333:role/team/Dev";
    return new Cases()
            .no(7, keyPolicy(allow(ALICE, "kms:Decrypt"), PUT), ADMINISTRATORS)
            .ask(ALICE, "Decrypt", OK)
            .ask(BOB, "Decrypt", T1)
            .ask(ROOT_A, "Decrypt", T1)
            .no(10, keyPolicy(ALL, deny(ALICE, "kms:Decrypt", "")), ADMINISTRATORS)
            .ask(ALICE, "Decrypt", T3)
            .ask(BOB, "Decrypt", OK)
            .no(11, keyPolicy(ALL, deny(ROOT_A, "kms:ScheduleKeyDeletion", "")), ADMINISTRATORS)
            .ask(ROOT_A, "ScheduleKeyDeletion", T3)
            .ask(ALICE, "ScheduleKeyDeletion", T3)
            .no(12, keyPolicy(allow(ROLE, "kms:Decrypt"), PUT), NONE)
            .ask(DEV, "Decrypt", OK)
            .no(13, keyPolicy(allow(dev2, "kms:Decrypt"), PUT), ADMINISTRATORS)
            .ask(DEV, "Decrypt", T1)
            .ask(dev2, "Decrypt", OK)
            .no(
                14,
                keyPolicy(allow(teamRole, "kms:Decrypt"), PUT),
                Identities.of(Map.of(teamRole, Identity.none())))
            .ask(DEV, "Decrypt", OK)
            .no(14, keyPolicy(allow(teamRole, "kms:Decrypt"), PUT), NONE)
            .ask(DEV, "Decrypt", T1)
            .no(16, keyPolicy(allow("111122223333", "kms:*")), strict(ALICE, may("kms:*", "*")))
            .ask(ALICE, "Encrypt", OK)
            .no(
                17,
                keyPolicy(allow(ALICE, "kms:*").replace(",'Resource':'*'", ""), PUT),
                ADMINISTRATORS)
            .ask(ALICE, "Encrypt", T1)
            .no(
                18,
                keyPolicy(
                    ALL,
                    deny("x", "kms:Decrypt", "")
                        .replace("'Principal'", "'NotPrincipal'")
                        .replace("'x'", "['111122223333','" + ALICE + "']")),
                ADMINISTRATORS)
            .ask(ALICE, "Decrypt", OK)
            .ask(BOB, "Decrypt", T3)
            .no(
                19,
                keyPolicy(
                    allow(ROOT_A, "kms:ScheduleKeyDeletion").replace("'Action'", "'NotAction'")),
                ADMINISTRATORS)
            .ask(ROOT_A, "Encrypt", OK)
            .ask(ROOT_A, "ScheduleKeyDeletion", T1)
            .no(38, keyPolicy(allow(ALICE, "kms:*")), ADMINISTRATORS)
            .ask(BOB, "GetKeyPolicy", T1)
            .no(
                62,
                keyPolicy(
                    ALL,
                    "{'Effect':'Allow','Principal':{'Service':'"
                        + LOGS
                        + "'},'Action':'kms:Encrypt','Resource':'*','Condition':{'ArnLike':"
                        + "{'aws:SourceArn':'arn:aws:logs:*:111122223333:*'}}}"),
                NONE)
            .ask(
                LOGS, "Encrypt", facts("aws:SourceArn", "arn:aws:logs:eu:111122223333:group:g"), OK)
            .ask(
                LOGS, "Encrypt", facts("aws:SourceArn", "arn:aws:logs:eu:444455556666:group:g"), T5)
            // A service belongs to no account, so every key is another's.
            .on(Target.KEY_OF_CIPHERTEXT, KEY, LOGS, "Decrypt", T6)
            .on(Target.KEY_OF_ALIAS_ARN, KEY, LOGS, "Decrypt", T5)
            .no(62, keyPolicy(allow("*", "kms:*"), deny("*", "kms:Decrypt", "")), NONE)
            .ask(LOGS, "Encrypt", OK)
            .ask(LOGS, "DisableKey", OK)
            .ask(LOGS, "Decrypt", T5)
            .on(Target.KEY_OF_CIPHERTEXT, KEY, LOGS, "Decrypt", T6)
            .no(62, null, NONE)
            .ask(LOGS, "Encrypt", T5)
            .cases
            .stream();
  }

  static Stream<Case> conditions() {
    String user = "'StringNotEquals':{'kms:EncryptionContext:user':'${aws:username}'}";
    Policy older =
        Policy.keyPolicy(
            json("{'Statement':[" + ALL + "," + deny("*", "kms:Decrypt", user) + "]}"));
    return new Cases()
            .no(
                20,
                keyPolicy(
                    allow(
                        ROOT_A,
                        "kms:*",
                        "'StringEquals':{'kms:ViaService':'s3.eu-central-1.amazonaws.com'}")),
                ADMINISTRATORS)
            .ask(ALICE, "GenerateDataKey", T1)
            .ask(
                ALICE,
                "GenerateDataKey",
                facts("kms:ViaService", "s3.eu-central-1.amazonaws.com"),
                OK)
            .no(
                21,
                keyPolicy(
                    allow(
                        ALICE,
                        "kms:Decrypt",
                        "'StringEquals':{'kms:EncryptionContext:AppName':'Shop'}"),
                    PUT),
                ADMINISTRATORS)
            .ask(ALICE, "Decrypt", context("appname", "Shop"), OK)
            .ask(ALICE, "Decrypt", context("AppName", "shop"), T1)
            .ask(ALICE, "Decrypt", T1)
            .no(
                22,
                keyPolicy(
                    allow(
                        ALICE,
                        "kms:Encrypt",
                        "'ForAllValues:StringEquals':{'kms:EncryptionContextKeys':['a','b']}"),
                    PUT),
                ADMINISTRATORS)
            .ask(ALICE, "Encrypt", context("a", "1"), OK)
            .ask(ALICE, "Encrypt", context("a", "1", "c", "2"), T1)
            .ask(ALICE, "Encrypt", OK)
            .no(
                23,
                keyPolicy(
                    allow(ALICE, "kms:Encrypt", "'Null':{'kms:EncryptionContextKeys':'false'}"),
                    PUT),
                ADMINISTRATORS)
            .ask(ALICE, "Encrypt", context("x", "1"), OK)
            .ask(ALICE, "Encrypt", T1)
            .no(
                24,
                keyPolicy(
                    allow(ALICE, "kms:Encrypt", "'StringLike':{'kms:RequestAlias':'alias/ord*'}"),
                    PUT),
                ADMINISTRATORS)
            .ask(ALICE, "Encrypt", facts("kms:RequestAlias", "alias/orders"), OK)
            .ask(ALICE, "Encrypt", T1)
            .no(28, keyPolicy(ALL, deny("*", "kms:Decrypt", user)), ADMINISTRATORS)
            .ask(ALICE, "Decrypt", context("user", "alice"), OK)
            .ask(ALICE, "Decrypt", context("user", "bob"), T3)
            .ask(DEV, "Decrypt", context("user", "s1"), T3)
            .no(29, older, ADMINISTRATORS)
            .ask(ALICE, "Decrypt", context("user", "alice"), T3)
            .ask(ALICE, "Decrypt", context("user", "${aws:username}"), OK)
            .no(
                30,
                keyPolicy(
                    ALL,
                    deny(
                        "*",
                        "kms:Encrypt",
                        "'BoolIfExists':{'aws:MultiFactorAuthPresent':'false'}")),
                ADMINISTRATORS)
            .ask(ALICE, "Encrypt", T3)
            .ask(ALICE, "Encrypt", facts("aws:MultiFactorAuthPresent", "false"), T3)
            .ask(ALICE, "Encrypt", facts("aws:MultiFactorAuthPresent", "true"), OK)
            .no(
                31,
                keyPolicy(
                    ALL, deny("*", "kms:Encrypt", "'NotIpAddress':{'aws:SourceIp':'10.0.0.0/8'}")),
                ADMINISTRATORS)
            .ask(ALICE, "Encrypt", facts("aws:SourceIp", "10.1.2.3"), OK)
            .ask(ALICE, "Encrypt", facts("aws:SourceIp", "192.0.2.1"), T3)
            .ask(ALICE, "Encrypt", T3)
            .no(
                32,
                keyPolicy(
                    allow(
                        ALICE,
                        "kms:Encrypt",
                        "'DateLessThan':{'aws:CurrentTime':'2030-01-01T00:00:00Z'}"),
                    PUT),
                ADMINISTRATORS)
            .ask(ALICE, "Encrypt", facts("aws:CurrentTime", "2029-12-31T00:00:00Z"), OK)
            .ask(ALICE, "Encrypt", facts("aws:CurrentTime", "2030-01-01T00:00Z"), T1)
            .no(
                33,
                keyPolicy(
                    allow(
                        ALICE,
                        "kms:ScheduleKeyDeletion",
                        "'NumericGreaterThanEquals':"
                            + "{'kms:ScheduleKeyDeletionPendingWindowInDays':14}"),
                    PUT),
                ADMINISTRATORS)
            .ask(
                ALICE,
                "ScheduleKeyDeletion",
                facts("kms:ScheduleKeyDeletionPendingWindowInDays", "7"),
                T1)
            .ask(
                ALICE,
                "ScheduleKeyDeletion",
                facts("kms:ScheduleKeyDeletionPendingWindowInDays", "14"),
                OK)
            .cases
            .stream();
  }

  static Stream<Case> withoutKey() {
    String dev = "'StringEquals':{'aws:RequestTag/env':'dev'}";
    return new Cases()
            .no(
                34,
                DEFAULT,
                strict(
                    ALICE,
                    may(
                        "kms:CreateKey",
                        "*",
                        "'StringEquals':{'kms:KeySpec':'SYMMETRIC_DEFAULT'}")))
            .account(ALICE, "CreateKey", facts("kms:KeySpec", "SYMMETRIC_DEFAULT"), OK)
            .account(ALICE, "CreateKey", facts("kms:KeySpec", "RSA_2048"), T8)
            .no(35, DEFAULT, strict(ALICE, may("kms:CreateKey", "*")))
            .account(ALICE, "CreateKey", facts(), OK)
            .on(Target.TAGS_OF_NEW_KEY, "*", ALICE, "TagResource", T9)
            .no(
                36,
                DEFAULT,
                strict(ALICE, may("kms:CreateKey", "*", dev), may("kms:TagResource", "*", dev)))
            .account(ALICE, "CreateKey", facts("aws:RequestTag/env", "dev"), OK)
            .account(ALICE, "TagResource", facts("aws:RequestTag/env", "dev"), OK)
            .account(ALICE, "CreateKey", facts("aws:RequestTag/env", "prod"), T8)
            .no(40, DEFAULT, strict(ALICE, may("kms:CreateAlias", KEY)))
            .on(Target.ALIAS, ALIAS, ALICE, "CreateAlias", T2)
            .no(40, DEFAULT, strict(ALICE, may("kms:CreateAlias", ALIAS)))
            .on(Target.ALIAS, ALIAS, ALICE, "CreateAlias", OK)
            .ask(ALICE, "CreateAlias", T2)
            .no(
                40,
                DEFAULT,
                strict(ALICE, may("kms:CreateAlias", ALIAS), may("kms:CreateAlias", KEY)))
            .on(Target.ALIAS, ALIAS, ALICE, "CreateAlias", OK)
            .ask(ALICE, "CreateAlias", OK)
            .no(
                41,
                DEFAULT,
                strict(ALICE, may("kms:UpdateAlias", ALIAS), may("kms:UpdateAlias", KEY)))
            .on(Target.ALIAS, ALIAS, ALICE, "UpdateAlias", OK)
            .ask(ALICE, "UpdateAlias", OK)
            .on(Target.KEY, OTHER_KEY, ALICE, "UpdateAlias", T2)
            .no(42, DEFAULT, strict(ALICE, may("kms:ReEncryptFrom", KEY)))
            .ask(ALICE, "ReEncryptFrom", OK)
            .on(Target.KEY, OTHER_KEY, ALICE, "ReEncryptTo", T2)
            .no(43, DEFAULT, strict(ALICE, may("kms:Encrypt", "*")))
            .account(ALICE, "ListKeys", facts(), T8)
            .account(ALICE, "GenerateRandom", facts(), T8)
            .account(ROOT_A, "ListKeys", facts(), OK)
            .account(LOGS, "ListKeys", facts(), T8)
            .no(43, DEFAULT, strict(ALICE, may("kms:*", "*"), mayNot("kms:ListAliases", "*", "")))
            .account(ALICE, "ListAliases", facts(), T4)
            .account(ALICE, "ListKeys", facts(), OK)
            .no(43, DEFAULT, NONE)
            .on(Target.ACCOUNT, BOB, ALICE, "ListRetirableGrants", T2)
            .cases
            .stream();
  }

  static Stream<Case> acrossAccounts() {
    Policy toAccount = keyPolicy(ALL, allow(ROOT_B, "kms:Encrypt"));
    Policy toUser = keyPolicy(ALL, allow(CAROL, "kms:Decrypt"));
    Identities all = strict(CAROL, may("kms:*", "*"));
    return new Cases()
            .no(
                15,
                keyPolicy(
                    allow(
                        "*", "kms:Encrypt", "'StringEquals':{'kms:CallerAccount':'111122223333'}"),
                    PUT),
                all)
            .ask(ALICE, "Encrypt", OK)
            .ask(CAROL, "Encrypt", T5)
            .no(44, DEFAULT, all)
            .ask(CAROL, "Encrypt", T5)
            .on(Target.KEY_OF_ALIAS_ARN, KEY, CAROL, "Encrypt", T5)
            .no(44, null, all)
            .ask(CAROL, "DescribeKey", T5)
            .on(Target.KEY_OF_ALIAS_ARN, ALIAS, CAROL, "Encrypt", T5)
            .no(45, toAccount, strict(CAROL, may("kms:Encrypt", KEY)))
            .ask(CAROL, "Encrypt", OK)
            .no(46, toAccount, NONE)
            .ask(CAROL, "Encrypt", T2)
            .ask(ROOT_B, "Encrypt", OK)
            .no(47, toUser, strict(CAROL, may("kms:Decrypt", "*")))
            .on(Target.KEY_OF_CIPHERTEXT, KEY, CAROL, "Decrypt", OK)
            .no(47, toUser, NONE)
            .on(Target.KEY_OF_CIPHERTEXT, KEY, CAROL, "Decrypt", T7)
            .no(48, DEFAULT, all)
            .on(Target.KEY_OF_CIPHERTEXT, KEY, CAROL, "Decrypt", T6)
            .no(48, null, all)
            .on(Target.KEY_OF_CIPHERTEXT, "*", CAROL, "Decrypt", T6)
            .no(49, keyPolicy(ALL, allow(ROOT_B, "kms:*")), all)
            .ask(CAROL, "DisableKey", T5)
            .ask(CAROL, "PutKeyPolicy", T5)
            .ask(CAROL, "TagResource", T5)
            .ask(CAROL, "Encrypt", OK)
            // A deny of the key's side looks like a key that does not exist.
            .no(0, keyPolicy(ALL, allow(ROOT_B, "kms:*"), deny(CAROL, "kms:*", "")), all)
            .ask(CAROL, "Encrypt", T5)
            .no(
                0,
                keyPolicy(ALL, allow(ROOT_B, "kms:*")),
                strict(CAROL, may("kms:*", "*"), mayNot("kms:Decrypt", "*", "")))
            .ask(CAROL, "Decrypt", T4)
            .on(
                Target.KEY_OF_CIPHERTEXT,
                KEY,
                CAROL,
                "Decrypt",
                " on the resource associated with this ciphertext with an explicit deny in an"
                    + " identity-based policy")
            .no(0, DEFAULT, strict(CAROL, mayNot("kms:Decrypt", "*", "")))
            .ask(CAROL, "Decrypt", T5)
            // In its own account, a key that a ciphertext names is printed.
            .no(0, DEFAULT, NONE)
            .on(Target.KEY_OF_CIPHERTEXT, KEY, ALICE, "Decrypt", T2)
            .cases
            .stream();
  }

  @ParameterizedTest
  @MethodSource({"identityPolicies", "keyPolicies", "conditions", "withoutKey", "acrossAccounts"})
  void decision_andMessage(Case each) {
    Decision decision = Evaluator.decide(each.inquiry);
    assertThat(decision.message(each.inquiry)).isEqualTo(each.answer);
    assertThat(decision.isAllowed()).isEqualTo(each.answer == null);
    Explanation explanation = Evaluator.explain(each.inquiry);
    assertThat(explanation.answer()).isEqualTo(each.answer);
    assertThat(explanation.allowed()).isEqualTo(each.answer == null);
    assertThat(explanation.toString()).isNotEmpty();
  }
}
