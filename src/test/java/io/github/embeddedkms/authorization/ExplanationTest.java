package io.github.embeddedkms.authorization;

import static io.github.embeddedkms.authorization.Subjects.ALIAS;
import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.BOB;
import static io.github.embeddedkms.authorization.Subjects.CAROL;
import static io.github.embeddedkms.authorization.Subjects.DEFAULT;
import static io.github.embeddedkms.authorization.Subjects.DEV;
import static io.github.embeddedkms.authorization.Subjects.KEY;
import static io.github.embeddedkms.authorization.Subjects.LOGS;
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

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExplanationTest {

  private static final Place FIRST = new Place(Place.Source.KEY_POLICY, KEY, 0, null);
  private static final Place SECOND = new Place(Place.Source.KEY_POLICY, KEY, 1, null);
  private static final Place DELEGATION =
      new Place(Place.Source.KEY_POLICY, KEY, 0, "Enable IAM User Permissions");
  private static final Place OF_IDENTITY = new Place(Place.Source.IDENTITY, "#0", 0, null);

  private static Explanation explain(Policy policy, String caller, Identity identity, Facts facts) {
    return Evaluator.explain(
        Inquiry.ofKey("kms:Decrypt", KEY, policy, Principal.of(caller, identity), facts));
  }

  private static Explanation explain(Policy policy, String caller) {
    return explain(policy, caller, Identity.none(), Facts.none());
  }

  @Test
  void explanation_deniedByIdentityPolicies_namesTheNearMiss() {
    Identity identity =
        identity(
            may("s3:*", "*"),
            may("kms:Decrypt", "*", "'StringEquals':{'kms:EncryptionContext:tenant':'acme'}")
                .replace("{'Effect'", "{'Sid':'ReadOrders','Effect'"));
    Explanation explanation = explain(DEFAULT, DEV, identity, context("tenant", "Acme"));
    Place readers = new Place(Place.Source.IDENTITY, "#0", 1, "ReadOrders");
    assertThat(explanation)
        .isEqualTo(
            new Explanation(
                false,
                "kms:Decrypt",
                KEY,
                DEV,
                new Reason.IdentityMissing(DELEGATION, null),
                List.of(
                    new Considered(DELEGATION, true, true, List.of()),
                    new Considered(
                        OF_IDENTITY, true, false, List.of(new Mismatch.Action(List.of("s3:*")))),
                    new Considered(
                        readers,
                        true,
                        false,
                        List.of(
                            new Mismatch.Condition(
                                "StringEquals",
                                "kms:EncryptionContext:tenant",
                                List.of("acme"),
                                List.of("Acme"),
                                Hint.CASE_DIFFERS)))),
                "User: "
                    + DEV
                    + " is not authorized to perform: kms:Decrypt on resource: "
                    + KEY
                    + " because no identity-based policy allows the kms:Decrypt action"));
    assertThat(explanation)
        .hasToString(
            "DENIED kms:Decrypt on "
                + KEY
                + " for "
                + DEV
                + "\n  the key policy lets the account decide (statement 0 \"Enable IAM User"
                + " Permissions\"), but no identity policy allows it"
                + "\n  near: identity policy #0 statement 0: the action is not in [s3:*]"
                + "\n  near: identity policy #0 statement 1 \"ReadOrders\": condition StringEquals"
                + " kms:EncryptionContext:tenant wants [acme], the request has [Acme] (the value"
                + " differs only in case)");
  }

  @Test
  void explanation_nearMissesFirst_thenTheRestShortened() {
    Policy policy =
        keyPolicy(
            allow(BOB, "kms:Encrypt", "'Bool':{'x:y':'${x:z}'}"),
            deny(BOB, "kms:Decrypt", ""),
            allow(ALICE, "kms:Encrypt"),
            allow(BOB, "kms:*").replace(",'Resource':'*'", ""),
            allow(BOB, "kms:Decrypt", "'Null':{'x:a':'false','x:b':'false'}")
                .replace("'*'", "'" + ALIAS + "'"));
    String[] lines = explain(policy, ALICE).toString().split("\n", -1);
    assertThat(lines)
        .containsExactly(
            "DENIED kms:Decrypt on " + KEY + " for " + ALICE,
            "  no statement of the key policy allows it",
            "  near: key policy statement 2: the action is not in [kms:Encrypt]",
            "  other: key policy statement 0: principal, action, ${x:z}",
            "  other: key policy statement 1 (deny): principal",
            "  other: key policy statement 3: principal, no Resource",
            "  other: key policy statement 4: principal, resource, x:a, x:b");
  }

  @Test
  void explanation_manyStatements_areNotAllPrinted() {
    String[] statements = new String[100];
    Arrays.fill(statements, allow(BOB, "kms:Encrypt"));
    assertThat(explain(keyPolicy(statements), ALICE).toString().split("\n", -1))
        .hasSize(23)
        .endsWith("  and 80 more");
  }

  @Test
  void explanation_controlCharactersAndLongValues_areNotPrinted() {
    Facts facts = context("a", "\u001b[2J\u202e" + "x".repeat(300));
    Policy policy =
        keyPolicy(allow(ALICE, "kms:*", "'StringEquals':{'kms:EncryptionContext:a':'b'}"));
    assertThat(explain(policy, ALICE, Identity.none(), facts).toString())
        .contains("the request has [\\u001B[2J\\u202E" + "x".repeat(251) + "…]");
  }

  @Test
  void reason_allowed() {
    Explanation byKeyPolicy = explain(keyPolicy(allow(ALICE, "kms:*")), ALICE);
    assertThat(byKeyPolicy.reason()).isEqualTo(new Reason.AllowedByKeyPolicy(FIRST));
    assertThat(byKeyPolicy)
        .hasToString(
            "ALLOWED kms:Decrypt on "
                + KEY
                + " for "
                + ALICE
                + "\n  the key policy allows it (statement 0)");
    assertReason(
        explain(DEFAULT, ALICE, identity(may("kms:*", "*")), Facts.none()),
        new Reason.AllowedByIdentity(DELEGATION, OF_IDENTITY),
        "the key policy lets the account decide (statement 0 \"Enable IAM User Permissions\"), and"
            + " identity policy #0 statement 0 allows it");
    assertReason(
        explain(DEFAULT, ALICE, Identity.administrator(), Facts.none()),
        new Reason.AllowedByIdentity(DELEGATION, null),
        "the key policy lets the account decide (statement 0 \"Enable IAM User Permissions\"), and"
            + " the caller is a root user or an administrator");
    assertReason(
        explain(
            keyPolicy(allow(ROOT_B, "kms:*")), CAROL, identity(may("kms:*", "*")), Facts.none()),
        new Reason.AllowedByBoth(FIRST, OF_IDENTITY),
        "the key policy allows it (statement 0), and identity policy #0 statement 0 allows it");
    assertReason(
        explain(keyPolicy(allow(ROOT_B, "kms:*")), ROOT_B),
        new Reason.AllowedByBoth(FIRST, null),
        "the key policy allows it (statement 0), and the caller is a root user or an"
            + " administrator");
    assertReason(
        ofAccount(identity(may("kms:ListKeys", "*"))),
        new Reason.AllowedByIdentity(null, OF_IDENTITY),
        "identity policy #0 statement 0 allows it");
  }

  private static Explanation ofAccount(Identity identity) {
    return Evaluator.explain(
        Inquiry.ofAccount("kms:ListKeys", "*", Principal.of(ALICE, identity), Facts.none()));
  }

  private static void assertReason(Explanation explanation, Reason reason, String text) {
    assertThat(explanation.reason()).isEqualTo(reason);
    assertThat(explanation.toString().split("\n", -1)[1]).isEqualTo("  " + text);
  }

  @Test
  void reason_denied() {
    assertReason(
        explain(keyPolicy(allow("*", "kms:*"), deny(ALICE, "kms:*", "")), ALICE),
        new Reason.Denied(SECOND),
        "key policy statement 1 denies it");
    assertReason(
        explain(DEFAULT, ALICE, identity(mayNot("kms:*", "*", "")), Facts.none()),
        new Reason.Denied(OF_IDENTITY),
        "identity policy #0 statement 0 denies it");
    assertReason(
        explain(keyPolicy(allow(BOB, "kms:*")), ALICE),
        new Reason.NothingAllows(false, null),
        "no statement of the key policy allows it");
    assertReason(
        ofAccount(identity(may("kms:Encrypt", "*"))),
        new Reason.NothingAllows(true, null),
        "no statement of an identity policy allows it");
    assertReason(
        explain(keyPolicy(allow(CAROL, "kms:*")), CAROL, identity(may("s3:*", "*")), Facts.none()),
        new Reason.IdentityMissing(FIRST, null),
        "the key policy of the other account allows it (statement 0), but no identity policy"
            + " allows it");
    assertReason(
        explain(null, CAROL), new Reason.NoSuchKey(KEY), "there is no key or alias " + KEY);
    Inquiry notAcross =
        new Inquiry(
            "kms:DisableKey",
            Inquiry.Target.KEY,
            KEY,
            keyPolicy(allow(ROOT_B, "kms:*")),
            false,
            Principal.of(CAROL, Identity.administrator()),
            Facts.none());
    assertReason(
        Evaluator.explain(notAcross),
        new Reason.NotAcrossAccounts(),
        "the operation cannot be used with keys of other accounts");
  }

  /** Returns the hint for the only statement of a key policy. */
  private static Hint hint(String statement, String caller, Identity identity, Facts facts) {
    return hint(explain(keyPolicy(statement), caller, identity, facts));
  }

  private static Hint hint(Explanation explanation) {
    List<Considered> considered = explanation.considered();
    Considered last = considered.get(considered.size() - 1);
    assertThat(last.isNearMiss()).isTrue();
    Mismatch mismatch = last.mismatches().get(0);
    Hint hint =
        mismatch instanceof Mismatch.Condition condition
            ? condition.hint()
            : mismatch instanceof Mismatch.Principal principal
                ? principal.hint()
                : ((Mismatch.Resource) mismatch).hint();
    if (hint != null) {
      assertThat(explanation.toString()).contains(" (" + hint + ")");
    }
    return hint;
  }

  private static Hint ofCondition(String condition, Facts facts) {
    return hint(allow(ALICE, "kms:*", condition), ALICE, Identity.none(), facts);
  }

  @Test
  void hint_valueDiffersOnlyInCase() {
    String condition = "'StringEquals':{'kms:EncryptionContext:a':['Shop','x']}";
    assertThat(ofCondition(condition, context("a", "shop"))).isEqualTo(Hint.CASE_DIFFERS);
    assertThat(ofCondition(condition, context("a", "other"))).isNull();
    assertThat(
            ofCondition(
                "'ForAnyValue:StringLike':{'aws:TagKeys':'Env'}", facts("aws:TagKeys", "env")))
        .isEqualTo(Hint.CASE_DIFFERS);
    assertThat(
            ofCondition(
                "'StringLike':{'kms:RequestAlias':'alias/Ord*'}",
                facts("kms:RequestAlias", "alias/orders")))
        .isEqualTo(Hint.CASE_DIFFERS);
    String variable = "'StringEquals':{'kms:EncryptionContext:a':'${aws:username}'}";
    assertThat(ofCondition(variable, context("a", "Alice"))).isEqualTo(Hint.CASE_DIFFERS);
    String arn = "'ArnLike':{'aws:SourceArn':'arn:aws:logs:*:*:Group*'}";
    assertThat(ofCondition(arn, facts("aws:SourceArn", "arn:aws:logs:eu:1:group")))
        .isEqualTo(Hint.CASE_DIFFERS);
    assertThat(ofCondition(arn, facts("aws:SourceArn", "arn:aws:logs:eu:1:other"))).isNull();
  }

  /** A value that is equal, or one of several, is not what keeps the condition from holding. */
  @Test
  void hint_anotherReasonThanCase_isNotGiven() {
    assertThat(ofCondition("'NumericLessThan':{'x:n':'10'}", facts("x:n", "10"))).isNull();
    assertThat(ofCondition("'DateLessThan':{'x:d':'2030'}", facts("x:d", "2030"))).isNull();
    assertThat(
            ofCondition(
                "'ForAllValues:StringEquals':{'aws:TagKeys':'a'}",
                facts("aws:TagKeys", "a", "aws:TagKeys", "b")))
        .isNull();
    assertThat(ofCondition("'StringNotEquals':{'x:y':'a'}", facts("x:y", "a"))).isNull();
  }

  @Test
  void hint_absentKeys() {
    assertThat(ofCondition("'StringLike':{'kms:RequestAlias':'alias/a'}", facts()))
        .isEqualTo(Hint.NO_ALIAS);
    String context = "'StringEquals':{'kms:EncryptionContext:a':'b'}";
    assertThat(ofCondition(context, facts())).isEqualTo(Hint.NO_ENCRYPTION_CONTEXT);
    assertThat(ofCondition(context, context("c", "b"))).isNull();
    assertThat(ofCondition("'Null':{'kms:EncryptionContextKeys':'false'}", facts()))
        .isEqualTo(Hint.NO_ENCRYPTION_CONTEXT);
    assertThat(ofCondition("'StringEquals':{'kms:ViaService':'s3'}", facts()))
        .isEqualTo(Hint.DIRECT_CALL);
    assertThat(ofCondition("'StringEquals':{'aws:SourceArn':'a'}", facts())).isNull();
  }

  @Test
  void hint_setOperatorMissing() {
    assertThat(ofCondition("'StringEquals':{'aws:TagKeys':'a'}", facts("aws:TagKeys", "a")))
        .isEqualTo(Hint.NO_SET_OPERATOR);
  }

  @Test
  void hint_variableOfAnOlderVersion() {
    String statement =
        allow(ALICE, "kms:*", "'StringEquals':{'kms:EncryptionContext:a':'${aws:username}'}");
    Policy older = Policy.keyPolicy(json("{'Statement':" + statement + "}"));
    assertThat(hint(explain(older, ALICE, Identity.none(), context("a", "alice"))))
        .isEqualTo(Hint.NO_VARIABLES);
    Policy resource =
        Policy.keyPolicy(
            json(
                "{'Statement':"
                    + allow(ALICE, "kms:*").replace("'*'", "'arn:aws:kms:::key/${x:y}'")
                    + "}"));
    assertThat(hint(explain(resource, ALICE))).isEqualTo(Hint.NO_VARIABLES);
  }

  @Test
  void variableWithoutAValue_isTheMismatch() {
    Explanation explanation =
        explain(
            keyPolicy(allow(ALICE, "kms:*", "'StringEquals':{'aws:username':'${x:y}'}")), ALICE);
    assertThat(explanation.considered().get(0).mismatches())
        .containsExactly(new Mismatch.Variable("x:y"));
    assertThat(explanation.toString()).endsWith(": the variable ${x:y} has no value");
  }

  @Test
  void hint_aliasAsResource() {
    Explanation explanation = explain(DEFAULT, ALICE, identity(may("kms:*", ALIAS)), Facts.none());
    assertThat(hint(explanation)).isEqualTo(Hint.ALIAS_AS_RESOURCE);
  }

  @Test
  void statementWithoutResourceOrAction_hasNoEffect() {
    for (String element : List.of("Resource", "Action")) {
      String statement = allow(ALICE, "kms:*").replaceAll(",'" + element + "':'[^']*'", "");
      Explanation explanation = explain(keyPolicy(statement), ALICE);
      assertThat(explanation.considered().get(0).mismatches())
          .containsExactly(new Mismatch.NoEffect(element));
      assertThat(explanation.toString()).endsWith(": it has no effect without " + element);
    }
  }

  @Test
  void hint_pathOfTheRoleDiffers() {
    String role = "arn:aws:iam::111122223333:role/team/Dev";
    assertThat(hint(allow(role, "kms:*"), DEV, Identity.none(), facts()))
        .isEqualTo(Hint.PATH_DIFFERS);
    Identity ofTeam = new Identity(List.of(), Map.of(), role, null);
    assertThat(hint(allow(Subjects.ROLE, "kms:*"), DEV, ofTeam, facts()))
        .isEqualTo(Hint.PATH_DIFFERS);
    assertThat(hint(allow(role.replace("Dev", "Ops"), "kms:*"), DEV, ofTeam, facts())).isNull();
  }

  @Test
  void hint_accountDiffers() {
    String alice = ALICE.replace("111122223333", "444455556666");
    assertThat(hint(allow(alice, "kms:*"), ALICE, Identity.none(), facts()))
        .isEqualTo(Hint.ACCOUNT_DIFFERS);
    assertThat(hint(allow(ROOT_B, "kms:*"), ALICE, Identity.none(), facts()))
        .isEqualTo(Hint.ACCOUNT_DIFFERS);
    String role = "arn:aws:iam::444455556666:role/Dev";
    assertThat(hint(allow(role, "kms:*"), DEV, Identity.none(), facts()))
        .isEqualTo(Hint.ACCOUNT_DIFFERS);
    assertThat(hint(allow(BOB, "kms:*"), ALICE, Identity.none(), facts())).isNull();
    assertThat(hint(allow(ROOT_A, "kms:*"), LOGS, Identity.none(), facts())).isNull();
    Identity identity = identity(may("kms:*", KEY.replace("111122223333", "444455556666")));
    assertThat(hint(explain(DEFAULT, ALICE, identity, facts()))).isEqualTo(Hint.ACCOUNT_DIFFERS);
  }

  @Test
  void hint_callerWithoutPolicies() {
    Explanation explanation = explain(DEFAULT, ALICE);
    assertThat(explanation.reason())
        .isEqualTo(new Reason.IdentityMissing(DELEGATION, Hint.NO_POLICIES));
    assertThat(explanation.toString())
        .endsWith("allows it (the configured identities have no policy for the caller)");
    assertThat(ofAccount(Identity.none()).reason())
        .isEqualTo(new Reason.NothingAllows(true, Hint.NO_POLICIES));
  }

  @Test
  void hints_ofTheTests_areAll() {
    Set<Hint> tested =
        EnumSet.of(
            Hint.CASE_DIFFERS,
            Hint.NO_ALIAS,
            Hint.NO_ENCRYPTION_CONTEXT,
            Hint.DIRECT_CALL,
            Hint.NO_SET_OPERATOR,
            Hint.NO_VARIABLES,
            Hint.ALIAS_AS_RESOURCE,
            Hint.PATH_DIFFERS,
            Hint.ACCOUNT_DIFFERS,
            Hint.NO_POLICIES,
            // See RetirementTest.
            Hint.NOT_RETIRING);
    assertThat(tested).containsExactly(Hint.values());
  }
}
