package io.github.embeddedkms.local;

import static io.github.embeddedkms.authorization.RefusalTexts.T2;
import static io.github.embeddedkms.authorization.RefusalTexts.T5;
import static io.github.embeddedkms.authorization.Subjects.A;
import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.B;
import static io.github.embeddedkms.authorization.Subjects.BOB;
import static io.github.embeddedkms.authorization.Subjects.CAROL;
import static io.github.embeddedkms.authorization.Subjects.DEV;
import static io.github.embeddedkms.authorization.Subjects.LOGS;
import static io.github.embeddedkms.authorization.Subjects.ROLE;
import static io.github.embeddedkms.authorization.Subjects.ROOT_A;
import static io.github.embeddedkms.authorization.Subjects.ROOT_B;
import static io.github.embeddedkms.authorization.Subjects.allow;
import static io.github.embeddedkms.authorization.Subjects.keyPolicy;
import static io.github.embeddedkms.authorization.Subjects.may;
import static io.github.embeddedkms.model.GrantOperation.CREATE_GRANT;
import static io.github.embeddedkms.model.GrantOperation.ENCRYPT;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.KmsClient;
import io.github.embeddedkms.authorization.Policy;
import io.github.embeddedkms.model.GrantConstraints;
import io.github.embeddedkms.model.GrantListEntry;
import io.github.embeddedkms.operation.CreateGrant;
import io.github.embeddedkms.operation.ListGrants;
import io.github.embeddedkms.operation.ListRetirableGrantsBuilder;
import io.github.embeddedkms.operation.RevokeGrant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Grants of other accounts and of services, and who may list and remove which. */
class GrantCallersTest {

  private static final String SOURCE = "arn:aws:logs:eu-central-1:111122223333:log-group:x";
  private static final String T11 =
      " on resource: {R} because no identity-based policy allows the kms:ListRetirableGrants"
          + " action";

  private static List<String> ids(List<GrantListEntry> grants) {
    return grants.stream().map(GrantListEntry::grantId).toList();
  }

  @Test
  void acrossAccounts_keyPolicyAllows_createsListsRevokesAndRetires() {
    Policy policy = keyPolicy(allow(ROOT_A, "kms:*"), allow(ROOT_B, "kms:*Grant*"));
    try (World world = new World(policy, Map.of(CAROL, List.of(may("kms:*", "*"))))) {
      KmsClient carol = world.as(CAROL);
      CreateGrant.Response grant =
          carol.createGrant(
              b ->
                  b.keyId(world.keyArn)
                      .granteePrincipal(CAROL)
                      .retiringPrincipal(ALICE)
                      .operations(List.of(ENCRYPT)));
      GrantListEntry listed = carol.listGrants(b -> b.keyId(world.keyArn)).grants().get(0);
      assertThat(listed.keyId()).isEqualTo(world.keyArn);
      assertThat(listed.issuingAccount()).isEqualTo(ROOT_B);
      assertThat(world.kms.listGrants(b -> b.keyId(world.keyId)).grants()).containsExactly(listed);
      // A bare id is one of the caller's account.
      String missing = "Key '" + world.keyArn.replace(A, B) + "' does not exist";
      world.expectError(CAROL, w -> new RevokeGrant(w.keyId, grant.grantId(), null), missing);
      world.expect(CAROL, w -> new RevokeGrant(w.keyArn, grant.grantId(), null), null);
      CreateGrant.Response second =
          world.kms.createGrant(
              b ->
                  b.keyId(world.keyId)
                      .granteePrincipal(BOB)
                      .retiringPrincipal(CAROL)
                      .operations(List.of(ENCRYPT)));
      assertThat(carol.listRetirableGrants(b -> b.retiringPrincipal(CAROL)).grants())
          .extracting(GrantListEntry::keyId)
          .containsExactly(world.keyArn);
      carol.retireGrant(b -> b.keyId(world.keyArn).grantId(second.grantId()));
      assertThat(world.kms.listGrants(b -> b.keyId(world.keyId)).grants()).isEmpty();
    }
  }

  @Test
  void acrossAccounts_keyPolicyRefuses_tellsNothing() {
    try (World world = new World(keyPolicy(allow(ROOT_A, "kms:*")))) {
      String id =
          world
              .kms
              .createGrant(
                  b -> b.keyId(world.keyId).granteePrincipal(CAROL).operations(List.of(ENCRYPT)))
              .grantId();
      for (String caller : List.of(CAROL, ROOT_B)) {
        world.expect(caller, w -> new ListGrants(null, null, w.keyArn, null, null, null), T5);
        world.expect(caller, w -> new RevokeGrant(w.keyArn, id, null), T5);
        world.expect(caller, w -> new RevokeGrant(w.keyArn, "unknown", null), T5);
      }
    }
  }

  /** The retiring principal is the resource, and it must be one of the caller's account. */
  @Test
  void listRetirableGrants_identityPolicies_decideByTheRetiringPrincipal() {
    Map<String, List<String>> identities =
        Map.of(
            ALICE, List.of(may("kms:ListRetirableGrants", ALICE)),
            CAROL, List.of(may("kms:*", "*")));
    try (World world = new World(keyPolicy(allow(ROOT_A, "kms:*")), identities)) {
      expectRetirable(world, ALICE, ALICE, null);
      expectRetirable(world, ALICE, BOB, T11);
      expectRetirable(world, BOB, BOB, T11);
      expectRetirable(world, DEV, ROLE, T11);
      expectRetirable(world, CAROL, CAROL, null);
      expectRetirable(world, CAROL, B, null);
      expectRetirable(world, CAROL, ROOT_B, null);
      expectRetirable(world, CAROL, ALICE, T11);
      expectRetirable(world, CAROL, ROOT_A, T11);
      expectRetirable(world, CAROL, LOGS, T11);
      expectRetirable(world, ROOT_A, BOB, null);
      expectRetirable(world, ROOT_A, A, null);
      expectRetirable(world, ROOT_A, CAROL, T11);
      expectRetirable(world, ROOT_B, ALICE, T11);
      expectRetirable(world, LOGS, LOGS, null);
      expectRetirable(world, LOGS, ALICE, T11);
    }
    try (World world = new World(keyPolicy(allow(ROOT_A, "kms:*")))) {
      expectRetirable(world, BOB, ALICE, null);
      expectRetirable(world, CAROL, ALICE, T11);
      expectRetirable(world, ALICE, LOGS, T11);
    }
  }

  private static void expectRetirable(World world, String caller, String retirer, String answer) {
    world.expect(
        caller,
        w -> ListRetirableGrantsBuilder.builder().retiringPrincipal(retirer).build(),
        answer == null ? null : answer.replace("{R}", retirer));
  }

  /** Twelve digits are the root user's ARN in another form, for identity policies too. */
  @Test
  void listRetirableGrants_accountAsDigits_isAllowedByItsArn() {
    Map<String, List<String>> identities =
        Map.of(ALICE, List.of(may("kms:ListRetirableGrants", ROOT_A)));
    try (World world = new World(keyPolicy(allow(ROOT_A, "kms:*")), identities)) {
      expectRetirable(world, ALICE, ROOT_A, null);
      expectRetirable(world, ALICE, A, null);
    }
  }

  /** A service finds its own by either member. */
  @Test
  void service_asGranteeAndRetirer_findsItsGrants() {
    try (World world =
        new World(
            keyPolicy(
                allow(ROOT_A, "kms:*"),
                "{'Effect':'Allow','Principal':{'Service':'"
                    + LOGS
                    + "'},'Action':'kms:ListGrants',"
                    + "'Resource':'*'}"))) {
      String grant =
          world
              .kms
              .createGrant(
                  b ->
                      b.keyId(world.keyId)
                          .granteeServicePrincipal(LOGS)
                          .retiringServicePrincipal(LOGS)
                          .constraints(new GrantConstraints(null, null, SOURCE))
                          .operations(List.of(ENCRYPT)))
              .grantId();
      KmsClient logs = world.as(LOGS);
      assertThat(ids(logs.listRetirableGrants(b -> b.retiringServicePrincipal(LOGS)).grants()))
          .containsExactly(grant);
      assertThat(ids(logs.listRetirableGrants(b -> b.retiringPrincipal(LOGS)).grants()))
          .containsExactly(grant);
      assertThat(
              ids(
                  logs.listGrants(b -> b.keyId(world.keyArn).granteeServicePrincipal(LOGS))
                      .grants()))
          .containsExactly(grant);
      assertThat(
              logs.listGrants(
                      b -> b.keyId(world.keyArn).granteeServicePrincipal("rds.amazonaws.com"))
                  .grants())
          .isEmpty();
      logs.retireGrant(b -> b.keyId(world.keyArn).grantId(grant));
      assertThat(world.kms.listGrants(b -> b.keyId(world.keyId)).grants()).isEmpty();
    }
  }

  /** The identity side is silent about the listing. */
  @Test
  void listGrants_withoutPermission_isRefusedAlthoughAGrantExists() {
    try (World world = new World(keyPolicy(allow(ROOT_A, "kms:*")), Map.of())) {
      world.kms.createGrant(
          b -> b.keyId(world.keyId).granteePrincipal(ALICE).operations(List.of(CREATE_GRANT)));
      world.expect(ALICE, w -> new ListGrants(null, null, w.keyId, null, null, null), T2);
      world.expect(ALICE, w -> new RevokeGrant(w.keyId, "x", null), T2);
    }
  }
}
