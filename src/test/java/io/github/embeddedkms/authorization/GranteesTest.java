package io.github.embeddedkms.authorization;

import static io.github.embeddedkms.authorization.GivenGrants.SOURCE;
import static io.github.embeddedkms.authorization.GivenGrants.constrained;
import static io.github.embeddedkms.authorization.GivenGrants.given;
import static io.github.embeddedkms.authorization.GivenGrants.grant;
import static io.github.embeddedkms.authorization.GivenGrants.ofServices;
import static io.github.embeddedkms.authorization.GivenGrants.retiredBy;
import static io.github.embeddedkms.authorization.GivenGrants.source;
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
import static io.github.embeddedkms.authorization.Subjects.facts;
import static io.github.embeddedkms.authorization.Subjects.identity;
import static io.github.embeddedkms.authorization.Subjects.keyPolicy;
import static io.github.embeddedkms.authorization.Subjects.may;
import static io.github.embeddedkms.model.GrantOperation.DECRYPT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whom a grant is for. */
class GranteesTest {

  private static final String OTHER_SESSION = DEV.replace("s1", "s2");
  private static final String FEDERATED = "arn:aws:sts::111122223333:federated-user/fred";
  private static final String OTHER_SERVICE = "rds.amazonaws.com";

  private static final List<String> CALLERS =
      List.of(
          ROOT_A, ALICE, BOB, DEV, OTHER_SESSION, FEDERATED, CAROL, ROOT_B, LOGS, OTHER_SERVICE);
  private static final Set<String> ALL_OF_A =
      Set.of(ROOT_A, ALICE, BOB, DEV, OTHER_SESSION, FEDERATED);

  /** It names neither a caller nor an account, so that only grants permit anything. */
  private static final Policy NOTHING = keyPolicy(allow("arn:aws:iam::777788889999:root", "kms:*"));

  private static Decision decide(Grant grant, String caller, Identity identity) {
    return Evaluator.decide(
        new Inquiry(
            "kms:Decrypt",
            Inquiry.Target.KEY,
            KEY,
            NOTHING,
            true,
            Principal.of(caller, identity),
            facts("aws:SourceArn", SOURCE),
            given(grant)));
  }

  private static void assertPermitted(Grant grant, Identity identity, Set<String> permitted) {
    for (String caller : CALLERS) {
      assertThat(decide(grant, caller, identity).isAllowed())
          .as("%s under %s with %s", caller, grant, identity)
          .isEqualTo(permitted.contains(caller));
    }
  }

  @Test
  void grantee_eachKind_isPermittedWithoutAnyPolicy() {
    Map<String, Set<String>> permitted =
        Map.ofEntries(
            Map.entry(ALICE, Set.of(ALICE)),
            Map.entry(CAROL, Set.of(CAROL)),
            Map.entry(ROLE, Set.of(DEV, OTHER_SESSION)),
            Map.entry(DEV, Set.of(DEV)),
            Map.entry(FEDERATED, Set.of(FEDERATED)),
            Map.entry(A, Set.of(ROOT_A)),
            Map.entry(ROOT_A, Set.of(ROOT_A)),
            Map.entry(B, Set.of(ROOT_B)),
            Map.entry(ROOT_B, Set.of(ROOT_B)),
            Map.entry(LOGS, Set.of(LOGS)));
    permitted.forEach(
        (grantee, callers) -> assertPermitted(grant(grantee, DECRYPT), Identity.none(), callers));
  }

  /** An account as the grantee lets its identity policies decide. */
  @Test
  void grantee_account_permitsThoseWhomAnIdentityPolicyAllows() {
    Identity decrypt = identity(may("kms:Decrypt", KEY));
    for (String account : List.of(A, ROOT_A)) {
      assertPermitted(grant(account, DECRYPT), decrypt, ALL_OF_A);
      assertPermitted(grant(account, DECRYPT), Identity.administrator(), ALL_OF_A);
      assertPermitted(grant(account, DECRYPT), identity(may("kms:Encrypt", "*")), Set.of(ROOT_A));
    }
    for (String account : List.of(B, ROOT_B)) {
      assertPermitted(grant(account, DECRYPT), decrypt, Set.of(ROOT_B, CAROL));
    }
    // For any other grantee they do not matter.
    assertPermitted(grant(ALICE, DECRYPT), Identity.administrator(), Set.of(ALICE));
    assertPermitted(grant(ROLE, DECRYPT), Identity.administrator(), Set.of(DEV, OTHER_SESSION));
  }

  @Test
  void grantee_service_isPermittedByEitherMember() {
    assertPermitted(grant(LOGS, DECRYPT), Identity.administrator(), Set.of(LOGS));
    Grant ofMember =
        constrained(ofServices(grant(ALICE, DECRYPT), LOGS, OTHER_SERVICE), source(SOURCE));
    assertPermitted(ofMember, Identity.administrator(), Set.of(LOGS));
  }

  /** Names are compared with case, and a session's ARN does not have the path of its role. */
  @Test
  void grantee_similarName_isAnother() {
    for (String similar :
        List.of(
            ALICE.replace("alice", "Alice"),
            ALICE.replace("alice", "team/alice"),
            ALICE.replace(A, B),
            ROLE.replace("Dev", "dev"),
            ROLE.replace("Dev", "team/Dev"),
            LOGS.replace("eu-central-1", "eu-west-1"))) {
      assertPermitted(grant(similar, DECRYPT), Identity.administrator(), Set.of());
    }
  }

  @Test
  void grantee_roleWithAPath_isTheRegisteredOne() {
    String role = ROLE.replace("Dev", "team/Dev");
    Identity ofTeam = new Identity(List.of(), Map.of(), role, null);
    assertThat(decide(grant(role, DECRYPT), DEV, ofTeam).isAllowed()).isTrue();
    assertThat(decide(grant(ROLE, DECRYPT), DEV, ofTeam).isAllowed()).isFalse();
    assertThat(decide(grant(DEV, DECRYPT), DEV, ofTeam).isAllowed()).isTrue();
  }

  @Test
  void granteeAndRetirer_formsOfAnAccount_areOne() {
    for (String account : List.of(A, ROOT_A, "arn:aws-cn:iam::111122223333:root")) {
      Grant grant = retiredBy(grant(account, DECRYPT), account);
      assertThat(grant.grantee()).isEqualTo(A);
      assertThat(grant.retirer()).isEqualTo(A);
    }
    for (String other : List.of(ALICE, ROLE, DEV, FEDERATED, LOGS)) {
      Grant grant = retiredBy(grant(other, DECRYPT), other);
      assertThat(grant.grantee()).isEqualTo(other);
      assertThat(grant.retirer()).isEqualTo(other);
    }
    Grant ofServices = ofServices(grant(ALICE, DECRYPT), LOGS, OTHER_SERVICE);
    assertThat(ofServices.grantee()).isEqualTo(LOGS);
    assertThat(ofServices.retirer()).isEqualTo(OTHER_SERVICE);
    assertThat(grant(ALICE, DECRYPT).retirer()).isNull();
  }

  @Test
  void isPossiblePrincipal_eachForm_acceptsPrincipalsOnly() {
    for (String possible :
        List.of(
            A,
            ROOT_A,
            ALICE,
            ALICE.replace("alice", "team/alice"),
            ROLE,
            ROLE.replace("Dev", "team/Dev"),
            DEV,
            FEDERATED,
            CAROL,
            ROOT_B,
            LOGS)) {
      assertThat(Grant.isPossiblePrincipal(possible, "aws", Identities.administrators()))
          .as(possible)
          .isTrue();
    }
    for (String impossible :
        List.of(
            "",
            "*",
            "alice",
            "11112222333",
            "1111222233334",
            "AIDAQ3EGRNEXAMPLE",
            "arn:aws:iam::111122223333:group/g",
            "arn:aws:iam::111122223333:policy/p",
            "arn:aws:iam::111122223333:user/",
            "arn:aws:iam::111122223333:user/al*",
            "arn:aws:iam::111122223333:role/D?v",
            "arn:aws:iam::*:root",
            "arn:aws:iam:::root",
            "arn:aws::111122223333:root",
            "arn:aws:sts::111122223333:assumed-role/Dev",
            "arn:aws:sts::111122223333:assumed-role/a/b/c",
            "arn:aws:kms:eu-central-1:111122223333:key/x",
            "arn:aws-cn:iam::111122223333:user/alice",
            "logs",
            "logs.example.com")) {
      assertThat(Grant.isPossiblePrincipal(impossible, "aws", Identities.administrators()))
          .as(impossible)
          .isFalse();
    }
  }

  /** Where identities are configured, their accounts have no other users and roles. */
  @Test
  void isPossiblePrincipal_registeredAccount_knowsItsUsersAndRoles() {
    Identities identities = Identities.of(Map.of(ALICE, Identity.none(), ROLE, Identity.none()));
    for (String possible : List.of(A, ROOT_A, ALICE, ROLE, DEV, FEDERATED, CAROL, LOGS)) {
      assertThat(Grant.isPossiblePrincipal(possible, "aws", identities)).as(possible).isTrue();
    }
    for (String unknown : List.of(BOB, ROLE.replace("Dev", "team/Dev"))) {
      assertThat(Grant.isPossiblePrincipal(unknown, "aws", identities)).as(unknown).isFalse();
    }
  }
}
