package io.github.embeddedkms.authorization;

import static io.github.embeddedkms.authorization.GivenGrants.ID;
import static io.github.embeddedkms.authorization.GivenGrants.OTHER_ID;
import static io.github.embeddedkms.authorization.GivenGrants.SOURCE;
import static io.github.embeddedkms.authorization.GivenGrants.constrained;
import static io.github.embeddedkms.authorization.GivenGrants.equal;
import static io.github.embeddedkms.authorization.GivenGrants.given;
import static io.github.embeddedkms.authorization.GivenGrants.grant;
import static io.github.embeddedkms.authorization.GivenGrants.named;
import static io.github.embeddedkms.authorization.GivenGrants.pairs;
import static io.github.embeddedkms.authorization.GivenGrants.source;
import static io.github.embeddedkms.authorization.GivenGrants.subset;
import static io.github.embeddedkms.authorization.Subjects.A;
import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.B;
import static io.github.embeddedkms.authorization.Subjects.BOB;
import static io.github.embeddedkms.authorization.Subjects.DEFAULT;
import static io.github.embeddedkms.authorization.Subjects.DEV;
import static io.github.embeddedkms.authorization.Subjects.KEY;
import static io.github.embeddedkms.authorization.Subjects.ROLE;
import static io.github.embeddedkms.authorization.Subjects.allow;
import static io.github.embeddedkms.authorization.Subjects.facts;
import static io.github.embeddedkms.authorization.Subjects.keyPolicy;
import static io.github.embeddedkms.model.GrantOperation.CREATE_GRANT;
import static io.github.embeddedkms.model.GrantOperation.DECRYPT;
import static io.github.embeddedkms.model.GrantOperation.DESCRIBE_KEY;
import static io.github.embeddedkms.model.GrantOperation.ENCRYPT;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.GrantConstraints;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Grants in explanations. */
class GrantExplanationTest {

  private static final Place PLACE = new Place(Place.Source.GRANT, ID, 0, null);
  private static final Place DELEGATION =
      new Place(Place.Source.KEY_POLICY, KEY, 0, "Enable IAM User Permissions");

  private static Explanation explain(
      String action, String caller, Identity identity, Facts facts, GivenGrants grants) {
    return Evaluator.explain(
        new Inquiry(
            action,
            Inquiry.Target.KEY,
            KEY,
            DEFAULT,
            true,
            Principal.of(caller, identity),
            facts,
            grants));
  }

  private static Explanation explain(String caller, GivenGrants grants) {
    return explain("kms:Decrypt", caller, Identity.none(), Facts.none(), grants);
  }

  /** Requires the only mismatch of the only grant, and its text. */
  private static void assertNearMiss(Explanation explanation, Mismatch mismatch, String text) {
    assertThat(explanation.considered())
        .last()
        .isEqualTo(new Considered(PLACE, true, false, List.of(mismatch)));
    assertThat(lastLine(explanation)).isEqualTo("  near: grant " + ID + ": " + text);
  }

  private static String lastLine(Explanation explanation) {
    String text = explanation.toString();
    return text.substring(text.lastIndexOf('\n') + 1);
  }

  @Test
  void explanation_permittedByGrant_namesIt() {
    Explanation explanation =
        explain(ALICE, given(named(grant(ALICE, ENCRYPT), OTHER_ID, null), grant(ALICE, DECRYPT)));
    assertThat(explanation)
        .isEqualTo(
            new Explanation(
                true,
                "kms:Decrypt",
                KEY,
                ALICE,
                new Reason.AllowedByGrant(ID),
                List.of(
                    new Considered(DELEGATION, true, true, List.of()),
                    new Considered(
                        new Place(Place.Source.GRANT, OTHER_ID, 0, null),
                        true,
                        false,
                        List.of(new Mismatch.Operation(List.of("Encrypt")))),
                    new Considered(PLACE, true, true, List.of())),
                null));
    assertThat(explanation)
        .hasToString(
            "ALLOWED kms:Decrypt on " + KEY + " for " + ALICE + "\n  grant " + ID + " permits it");
  }

  /** Grants are not read where policies decide. */
  @Test
  void explanation_allowedByPolicy_doesNotMentionGrants() {
    GivenGrants grants = given(grant(ALICE, DECRYPT));
    Explanation explanation =
        explain("kms:Decrypt", ALICE, Identity.administrator(), Facts.none(), grants);
    assertThat(explanation.reason()).isEqualTo(new Reason.AllowedByIdentity(DELEGATION, null));
    assertThat(explanation.considered()).extracting(Considered::place).containsExactly(DELEGATION);
  }

  @Test
  void explanation_valueThatDiffersInCase_isShownWithItsHint() {
    Grant grant = constrained(named(grant(ALICE, DECRYPT), ID, "it only"), subset("Dept", "IT"));
    Explanation explanation = explain(ALICE, given(grant).in(pairs("Dept", "it", "x", "y")));
    assertThat(explanation)
        .hasToString(
            "DENIED kms:Decrypt on "
                + KEY
                + " for "
                + ALICE
                + "\n  the key policy lets the account decide (statement 0 \"Enable IAM User"
                + " Permissions\"), but no identity policy allows it (the configured identities"
                + " have no policy for the caller)"
                + "\n  near: grant "
                + ID
                + " \"it only\": its constraint EncryptionContextSubset is [Dept=IT], there is"
                + " [Dept=it, x=y] (the value differs only in case)");
    assertThat(explanation.answer())
        .isEqualTo(
            "User: "
                + ALICE
                + " is not authorized to perform: kms:Decrypt on resource: "
                + KEY
                + " because no identity-based policy allows the kms:Decrypt action");
  }

  @Test
  void mismatch_constraint_hasAHintOnlyIfCaseIsTheReason() {
    GivenGrants subset = given(constrained(grant(ALICE, DECRYPT), subset("Dept", "IT")));
    assertNearMiss(
        explain(ALICE, subset),
        new Mismatch.Constraint(false, Map.of("Dept", "IT"), Map.of(), null),
        "its constraint EncryptionContextSubset is [Dept=IT], there is none");
    assertNearMiss(
        explain(ALICE, subset.in(pairs("dept", "HR"))),
        new Mismatch.Constraint(false, Map.of("Dept", "IT"), Map.of("dept", "HR"), null),
        "its constraint EncryptionContextSubset is [Dept=IT], there is [dept=HR]");
    GivenGrants equal = given(constrained(grant(ALICE, DECRYPT), equal("Dept", "IT")));
    assertNearMiss(
        explain(ALICE, equal.in(pairs("dept", "it"))),
        new Mismatch.Constraint(
            true, Map.of("Dept", "IT"), Map.of("dept", "it"), Hint.CASE_DIFFERS),
        "its constraint EncryptionContextEquals is [Dept=IT], there is [dept=it] (the value"
            + " differs only in case)");
  }

  /** The further pair is the reason, not the case of any value. */
  @Test
  void mismatch_furtherPairWhereNoneMayBe_hasNoHint() {
    GivenGrants equal = given(constrained(grant(ALICE, DECRYPT), equal("Dept", "IT")));
    assertNearMiss(
        explain(ALICE, equal.in(pairs("Dept", "IT", "x", "y"))),
        new Mismatch.Constraint(true, Map.of("Dept", "IT"), Map.of("Dept", "IT", "x", "y"), null),
        "its constraint EncryptionContextEquals is [Dept=IT], there is [Dept=IT, x=y]");
  }

  @Test
  void mismatch_operation_listsThoseOfTheGrant() {
    assertNearMiss(
        explain(ALICE, given(grant(ALICE, ENCRYPT, DESCRIBE_KEY))),
        new Mismatch.Operation(List.of("Encrypt", "DescribeKey")),
        "it permits only [Encrypt, DescribeKey]");
  }

  @Test
  void mismatch_sourceArn_showsBoth() {
    GivenGrants grants = given(constrained(grant(ALICE, DECRYPT), source(SOURCE)));
    assertNearMiss(
        explain(ALICE, grants),
        new Mismatch.SourceArn(SOURCE, null),
        "aws:SourceArn must be " + SOURCE + ", there is none");
    assertNearMiss(
        explain(
            "kms:Decrypt", ALICE, Identity.none(), facts("aws:SourceArn", SOURCE + "y"), grants),
        new Mismatch.SourceArn(SOURCE, SOURCE + "y"),
        "aws:SourceArn must be " + SOURCE + ", there is " + SOURCE + "y");
  }

  /**
   * A parent needs its source both of the request and of the new grant: the one at fault is shown.
   */
  @Test
  void mismatch_sourceArnOfAChild_showsTheOneThatDiffers() {
    GivenGrants parent = given(constrained(grant(ALICE, CREATE_GRANT, DECRYPT), source(SOURCE)));
    Facts request = facts("aws:SourceArn", SOURCE);
    assertNearMiss(
        explain(
            "kms:CreateGrant", ALICE, Identity.none(), request, parent.about(grant(BOB, DECRYPT))),
        new Mismatch.SourceArn(SOURCE, null),
        "aws:SourceArn must be " + SOURCE + ", there is none");
    assertNearMiss(
        explain(
            "kms:CreateGrant",
            ALICE,
            Identity.none(),
            request,
            parent.about(constrained(grant(BOB, DECRYPT), source(SOURCE + "y")))),
        new Mismatch.SourceArn(SOURCE, SOURCE + "y"),
        "aws:SourceArn must be " + SOURCE + ", there is " + SOURCE + "y");
    assertNearMiss(
        explain(
            "kms:CreateGrant",
            ALICE,
            Identity.none(),
            facts("aws:SourceArn", SOURCE + "z"),
            parent.about(constrained(grant(BOB, DECRYPT), source(SOURCE)))),
        new Mismatch.SourceArn(SOURCE, SOURCE + "z"),
        "aws:SourceArn must be " + SOURCE + ", there is " + SOURCE + "z");
  }

  @Test
  void mismatch_grantee_isNearWithItsHint() {
    assertNearMiss(
        explain(ALICE, given(grant(BOB, DECRYPT))),
        new Mismatch.Principal(List.of(BOB), null),
        "the principal is not in [" + BOB + "]");
    assertNearMiss(
        explain(ALICE, given(grant(ALICE.replace(A, B), DECRYPT))),
        new Mismatch.Principal(List.of(ALICE.replace(A, B)), Hint.ACCOUNT_DIFFERS),
        "the principal is not in [" + ALICE.replace(A, B) + "] (only the account differs)");
    String role = ROLE.replace("Dev", "team/Dev");
    assertNearMiss(
        explain(DEV, given(grant(role, DECRYPT))),
        new Mismatch.Principal(List.of(role), Hint.PATH_DIFFERS),
        "the principal is not in [" + role + "] (the role of that name has another path)");
    assertNearMiss(
        explain(ALICE, given(grant(Subjects.ROOT_B, DECRYPT))),
        new Mismatch.Principal(List.of(B), Hint.ACCOUNT_DIFFERS),
        "the principal is not in [" + B + "] (only the account differs)");
    // Its own account: an identity policy is missing, nothing in the grant.
    assertNearMiss(
        explain(ALICE, given(grant(A, DECRYPT))),
        new Mismatch.Identity(A),
        "it is for the account "
            + A
            + ", and no identity policy of the principal allows the action");
  }

  @Test
  void mismatch_ofAChild_showsItsPairs() {
    Grant parent = constrained(grant(ALICE, CREATE_GRANT, DECRYPT), subset("a", "X"));
    Grant child = constrained(grant(BOB, DECRYPT), subset("A", "x"));
    assertNearMiss(
        explain(
            "kms:CreateGrant", ALICE, Identity.none(), Facts.none(), given(parent).about(child)),
        new Mismatch.Constraint(false, Map.of("a", "X"), Map.of("A", "x"), Hint.CASE_DIFFERS),
        "its constraint EncryptionContextSubset is [a=X], there is [A=x] (the value differs only"
            + " in case)");
    assertNearMiss(
        explain(
            "kms:CreateGrant",
            ALICE,
            Identity.none(),
            Facts.none(),
            given(parent).about(constrained(grant(BOB, ENCRYPT), subset("a", "X")))),
        new Mismatch.Operation(List.of("CreateGrant", "Decrypt")),
        "it permits only [CreateGrant, Decrypt]");
  }

  /** Case is not the reason if the kinds of the constraints differ. */
  @Test
  void mismatch_ofAChildWithAnotherKindOfConstraint_hasNoHint() {
    Grant parent = constrained(grant(ALICE, CREATE_GRANT, DECRYPT), equal("a", "X"));
    Grant child = constrained(grant(BOB, DECRYPT), subset("a", "X"));
    assertThat(
            explain(
                    "kms:CreateGrant",
                    ALICE,
                    Identity.none(),
                    Facts.none(),
                    given(parent).about(child))
                .considered())
        .last()
        .extracting(Considered::mismatches)
        .isEqualTo(
            List.of(new Mismatch.Constraint(true, Map.of("a", "X"), Map.of("a", "X"), null)));
  }

  @Test
  void explanation_severalMismatches_areShortened() {
    Grant grant =
        constrained(grant(BOB, ENCRYPT), new GrantConstraints(Map.of("a", "b"), null, SOURCE));
    assertThat(lastLine(explain(ALICE, given(grant))))
        .isEqualTo(
            "  other: grant " + ID + ": principal, operation, encryption context, source ARN");
  }

  /** A name cannot control the terminal, and neither can a value. */
  @Test
  void explanation_controlCharacters_areNotPrinted() {
    Grant grant = constrained(named(grant(ALICE, DECRYPT), ID, "\u001b[2J"), subset("a", "\u202e"));
    assertThat(explain(ALICE, given(grant)).toString())
        .contains("grant " + ID + " \"\\u001B[2J\": ")
        .contains("[a=\\u202E]");
  }

  /** Those of the caller come first, and each is considered once. */
  @Test
  void considered_manyGrants_areLimited() {
    List<Grant> grants = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      grants.add(named(grant(i % 3 == 0 ? ALICE : BOB, ENCRYPT), String.format("%064x", i), null));
    }
    Explanation refused = explain(ALICE, given(grants.toArray(Grant[]::new)));
    List<Considered> considered =
        refused.considered().stream()
            .filter(each -> each.place().source() == Place.Source.GRANT)
            .toList();
    assertThat(considered).hasSize(100);
    assertThat(considered).extracting(Considered::place).doesNotHaveDuplicates();
    assertThat(considered.subList(0, 50))
        .allMatch(each -> each.mismatches().size() == 1, "those of the caller");
    assertThat(considered.subList(50, 100)).allMatch(each -> each.mismatches().size() == 2);
    grants.add(grant(ALICE, DECRYPT));
    assertThat(explain(ALICE, given(grants.toArray(Grant[]::new))).reason())
        .isEqualTo(new Reason.AllowedByGrant(ID));
  }

  /** A foreign caller is refused by the key's side, whatever its grants lack. */
  @Test
  void answer_foreignCallerWithOtherGrants_isThatOfNoKey() {
    Explanation refused =
        Evaluator.explain(
            new Inquiry(
                "kms:Decrypt",
                Inquiry.Target.KEY,
                KEY,
                keyPolicy(allow(BOB, "kms:*")),
                true,
                Principal.of(Subjects.CAROL, Identity.administrator()),
                Facts.none(),
                given(grant(Subjects.CAROL, ENCRYPT))));
    assertThat(refused.answer())
        .isEqualTo(
            "User: "
                + Subjects.CAROL
                + " is not authorized to perform: kms:Decrypt"
                + RefusalTexts.T5);
  }
}
