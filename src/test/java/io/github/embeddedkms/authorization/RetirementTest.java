package io.github.embeddedkms.authorization;

import static io.github.embeddedkms.authorization.GivenGrants.SOURCE;
import static io.github.embeddedkms.authorization.GivenGrants.constrained;
import static io.github.embeddedkms.authorization.GivenGrants.given;
import static io.github.embeddedkms.authorization.GivenGrants.grant;
import static io.github.embeddedkms.authorization.GivenGrants.issuedBy;
import static io.github.embeddedkms.authorization.GivenGrants.ofServices;
import static io.github.embeddedkms.authorization.GivenGrants.retiredBy;
import static io.github.embeddedkms.authorization.Subjects.A;
import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.B;
import static io.github.embeddedkms.authorization.Subjects.BOB;
import static io.github.embeddedkms.authorization.Subjects.CAROL;
import static io.github.embeddedkms.authorization.Subjects.DEV;
import static io.github.embeddedkms.authorization.Subjects.KEY;
import static io.github.embeddedkms.authorization.Subjects.LOGS;
import static io.github.embeddedkms.authorization.Subjects.ROLE;
import static io.github.embeddedkms.authorization.Subjects.ROOT_A;
import static io.github.embeddedkms.authorization.Subjects.ROOT_B;
import static io.github.embeddedkms.authorization.Subjects.allow;
import static io.github.embeddedkms.authorization.Subjects.deny;
import static io.github.embeddedkms.authorization.Subjects.identity;
import static io.github.embeddedkms.authorization.Subjects.keyPolicy;
import static io.github.embeddedkms.authorization.Subjects.may;
import static io.github.embeddedkms.authorization.Subjects.mayNot;
import static io.github.embeddedkms.model.GrantOperation.DECRYPT;
import static io.github.embeddedkms.model.GrantOperation.RETIRE_GRANT;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.model.GrantConstraints;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may retire a grant of a key of account A. */
class RetirementTest {

  private static final String C = "777788889999";
  private static final String ROOT_C = "arn:aws:iam::777788889999:root";
  private static final String DAVE = "arn:aws:iam::777788889999:user/dave";
  private static final String FEDERATED = "arn:aws:sts::111122223333:federated-user/fred";

  /** The policies allow nothing, so that only the grant decides. */
  private static final Policy NOTHING = keyPolicy(allow(ROOT_C, "s3:*"));

  private static final Identity RETIRE = identity(may("kms:RetireGrant", KEY));

  /** A grant of account C for dave, who may not retire it; it has no retiring principal. */
  private static final Grant GRANT = issuedBy(grant(DAVE, DECRYPT), C);

  private static Inquiry inquiry(Policy policy, Grant grant, String caller, Identity identity) {
    return new Inquiry(
        "kms:RetireGrant",
        Inquiry.Target.KEY,
        KEY,
        policy,
        true,
        Principal.of(caller, identity),
        Facts.none(),
        given().about(grant));
  }

  private static boolean mayRetire(Grant grant, String caller, Identity identity) {
    return Evaluator.decide(inquiry(NOTHING, grant, caller, identity)).isAllowed();
  }

  private static boolean mayRetire(Grant grant, String caller) {
    return mayRetire(grant, caller, Identity.none());
  }

  @Test
  void retiringPrincipal_eachKind_mayRetire() {
    Map<String, String> callers =
        Map.of(
            BOB, BOB,
            CAROL, CAROL,
            ROLE, DEV,
            DEV, DEV,
            FEDERATED, FEDERATED,
            B, ROOT_B,
            ROOT_B, ROOT_B,
            LOGS, LOGS);
    callers.forEach(
        (retirer, caller) -> {
          assertThat(mayRetire(retiredBy(GRANT, retirer), caller)).as(retirer).isTrue();
          assertThat(mayRetire(retiredBy(GRANT, retirer), ALICE)).as(retirer).isFalse();
          assertThat(mayRetire(GRANT, caller)).as(retirer).isFalse();
        });
    Grant ofServices = issuedBy(ofServices(grant(ALICE, DECRYPT), "rds.amazonaws.com", LOGS), C);
    assertThat(mayRetire(ofServices, LOGS)).isTrue();
    assertThat(mayRetire(ofServices, "rds.amazonaws.com")).isFalse();
  }

  @Test
  void grantee_withTheOperation_mayRetire() {
    Map<String, String> callers =
        Map.of(
            BOB, BOB,
            CAROL, CAROL,
            ROLE, DEV,
            DEV, DEV,
            B, ROOT_B,
            ROOT_B, ROOT_B,
            LOGS, LOGS);
    callers.forEach(
        (grantee, caller) -> {
          assertThat(mayRetire(issuedBy(grant(grantee, RETIRE_GRANT), C), caller))
              .as(grantee)
              .isTrue();
          assertThat(mayRetire(issuedBy(grant(grantee, DECRYPT), C), caller)).as(grantee).isFalse();
          assertThat(mayRetire(issuedBy(grant(grantee, RETIRE_GRANT), C), ALICE))
              .as(grantee)
              .isFalse();
        });
  }

  /** No constraint concerns the retirement. */
  @Test
  void grantee_underConstraints_mayRetire() {
    for (GrantConstraints constraints :
        List.of(
            new GrantConstraints(Map.of("a", "1"), null, SOURCE),
            new GrantConstraints(null, Map.of("a", "1"), null))) {
      Grant constrained = constrained(issuedBy(grant(CAROL, RETIRE_GRANT), C), constraints);
      assertThat(mayRetire(constrained, CAROL)).isTrue();
    }
  }

  /** An account lets its identity policies decide, whatever entitles it. */
  @Test
  void account_thatMayRetire_letsIdentityPoliciesDecide() {
    List<Grant> ofB =
        List.of(
            issuedBy(grant(DAVE, DECRYPT), B),
            retiredBy(GRANT, B),
            retiredBy(GRANT, ROOT_B),
            issuedBy(grant(B, RETIRE_GRANT), C),
            issuedBy(grant(ROOT_B, RETIRE_GRANT), C));
    for (Grant grant : ofB) {
      assertThat(mayRetire(grant, ROOT_B)).as(grant.toString()).isTrue();
      assertThat(mayRetire(grant, CAROL, RETIRE)).as(grant.toString()).isTrue();
      assertThat(mayRetire(grant, CAROL)).as(grant.toString()).isFalse();
      assertThat(mayRetire(grant, CAROL, identity(may("kms:Decrypt", "*")))).isFalse();
      assertThat(mayRetire(grant, CAROL, identity(may("kms:*", KEY.replace("1234", "5678")))))
          .isFalse();
    }
    assertThat(mayRetire(issuedBy(grant(B, DECRYPT), C), ROOT_B)).isFalse();
  }

  /** The account of the key may retire every grant of it. */
  @Test
  void ownerOfTheKey_letsIdentityPoliciesDecide() {
    assertThat(mayRetire(GRANT, ROOT_A)).isTrue();
    assertThat(mayRetire(GRANT, ALICE, RETIRE)).isTrue();
    assertThat(mayRetire(GRANT, DEV, RETIRE)).isTrue();
    assertThat(mayRetire(GRANT, ALICE)).isFalse();
  }

  /** A permission alone is of no use to an account that has no part in the grant. */
  @Test
  void permission_withoutPartInTheGrant_doesNothing() {
    Grant ofA = issuedBy(grant(ALICE, DECRYPT), A);
    for (String caller : List.of(ROOT_B, CAROL, ROOT_C, DAVE, LOGS)) {
      assertThat(mayRetire(ofA, caller, Identity.administrator())).as(caller).isFalse();
    }
    Policy allowing =
        keyPolicy(allow("*", "kms:*"), allow(CAROL, "kms:RetireGrant"), allow(ROOT_B, "kms:*"));
    for (String caller : List.of(ROOT_B, CAROL, ALICE, LOGS)) {
      assertThat(Evaluator.decide(inquiry(allowing, ofA, caller, Identity.none())).isAllowed())
          .as(caller)
          .isFalse();
    }
  }

  @Test
  void deny_ofTheKeyPolicy_refusesEveryone() {
    Policy denying = keyPolicy(allow("*", "kms:*"), deny("*", "kms:Retire*", ""));
    Grant retired = issuedBy(retiredBy(grant(ALICE, RETIRE_GRANT), BOB), B);
    for (String caller : List.of(ROOT_A, ALICE, BOB, ROOT_B, CAROL)) {
      assertThat(mayRetire(retired, caller, Identity.administrator())).as(caller).isTrue();
      Inquiry denied = inquiry(denying, retired, caller, Identity.administrator());
      assertThat(Evaluator.decide(denied)).as(caller).isEqualTo(Decision.DENIED_BY_KEY_POLICY);
    }
    Policy denyingAnother = keyPolicy(allow("*", "kms:*"), deny("*", "kms:RevokeGrant", ""));
    assertThat(Evaluator.decide(inquiry(denyingAnother, retired, BOB, Identity.none())).isAllowed())
        .isTrue();
  }

  @Test
  void deny_ofAnIdentityPolicy_refusesItsPrincipal() {
    Identity denied = identity(may("kms:*", "*"), mayNot("kms:RetireGrant", "*", ""));
    Grant retired = retiredBy(grant(ALICE, RETIRE_GRANT), BOB);
    for (String caller : List.of(ALICE, BOB, DEV)) {
      assertThat(Evaluator.decide(inquiry(NOTHING, retired, caller, denied)))
          .as(caller)
          .isEqualTo(Decision.DENIED_BY_IDENTITY);
    }
    // That of a root user does not restrict it.
    assertThat(mayRetire(retired, ROOT_A, denied)).isTrue();
  }

  /** A foreign caller must not learn whether there is such a key or grant. */
  @Test
  void message_ofAForeignKeyThatRefuses_isThatOfNoGrant() {
    Policy denying = keyPolicy(allow("*", "kms:*"), deny("*", "kms:*", ""));
    for (String caller : List.of(ROOT_B, CAROL, LOGS)) {
      String none = message(inquiry(null, null, caller, Identity.administrator()));
      assertThat(none)
          .isEqualTo(
              "User: "
                  + caller
                  + " is not authorized to perform: kms:RetireGrant"
                  + RefusalTexts.T5);
      for (Inquiry refused :
          List.of(
              inquiry(NOTHING, null, caller, Identity.administrator()),
              inquiry(NOTHING, GRANT, caller, Identity.administrator()),
              inquiry(denying, GRANT, caller, Identity.administrator()),
              inquiry(denying, retiredBy(GRANT, caller), caller, Identity.administrator()))) {
        assertThat(message(refused)).isEqualTo(none);
      }
    }
  }

  private static String message(Inquiry inquiry) {
    return Evaluator.decide(inquiry).message(inquiry);
  }

  @Test
  void explanation_ofARetirement_namesTheGrantOrThePolicy() {
    assertThat(Evaluator.explain(inquiry(NOTHING, retiredBy(GRANT, BOB), BOB, Identity.none())))
        .hasToString(
            "ALLOWED kms:RetireGrant on "
                + KEY
                + " for "
                + BOB
                + "\n  grant "
                + GRANT.id()
                + " permits it");
    assertThat(Evaluator.explain(inquiry(NOTHING, GRANT, ALICE, RETIRE)).reason())
        .isEqualTo(
            new Reason.AllowedByIdentity(null, new Place(Place.Source.IDENTITY, "#0", 0, null)));
    Explanation refused =
        Evaluator.explain(inquiry(NOTHING, GRANT, CAROL, Identity.administrator()));
    assertThat(refused.reason()).isEqualTo(new Reason.NothingAllows(false, Hint.NOT_RETIRING));
    assertThat(refused.toString().split("\n", -1)[1])
        .isEqualTo(
            "  there is no such grant, or the caller is neither its retiring principal, nor a"
                + " grantee with RetireGrant, nor of the account of its issuer or key");
  }
}
