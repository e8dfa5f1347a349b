package io.github.embeddedkms.authorization;

import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.BOB;
import static io.github.embeddedkms.authorization.Subjects.CAROL;
import static io.github.embeddedkms.authorization.Subjects.DEV;
import static io.github.embeddedkms.authorization.Subjects.ROLE;
import static io.github.embeddedkms.authorization.Subjects.ROOT_A;
import static io.github.embeddedkms.authorization.Subjects.identity;
import static io.github.embeddedkms.authorization.Subjects.json;
import static io.github.embeddedkms.authorization.Subjects.may;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentitiesTest {

  private static final Identity SOME = identity(may("kms:Encrypt", "*"));
  private static final Identity OTHER = identity(may("kms:Decrypt", "*"));
  private static final String TEAM_ROLE = "arn:aws:iam::111122223333:role/team/Dev";

  @Test
  void administrators_everyPrincipal_isOne() {
    assertThat(Identities.administrators().of(ALICE)).isEqualTo(Identity.administrator());
    assertThat(Identities.administrators().canExist(ALICE)).isTrue();
  }

  @Test
  void of_principal_isLookedUpByItsArn() {
    Identities identities = Identities.of(Map.of(ALICE, SOME));
    assertThat(identities.of(ALICE)).isEqualTo(SOME);
    assertThat(identities.of(BOB)).isEqualTo(Identity.none());
    assertThat(identities.of("logs.amazonaws.com")).isEqualTo(Identity.none());
  }

  @Test
  void of_session_isLookedUpByItsRole_withOrWithoutAPath() {
    assertThat(Identities.of(Map.of(ROLE, SOME)).of(DEV)).isEqualTo(SOME.withRole(ROLE));
    Identities withPath = Identities.of(Map.of(TEAM_ROLE, SOME));
    assertThat(withPath.of(DEV)).isEqualTo(SOME.withRole(TEAM_ROLE));
    assertThat(withPath.of(DEV).roleArn()).isEqualTo(TEAM_ROLE);
    assertThat(withPath.of("arn:aws:sts::111122223333:assumed-role/Ops/s1"))
        .isEqualTo(Identity.none());
    assertThat(withPath.of("arn:aws:sts::444455556666:assumed-role/Dev/s1"))
        .isEqualTo(Identity.none());
  }

  @Test
  void of_sessionThatIsListedItself_hasItsOwnPolicies_andThePathOfItsRole() {
    Identities identities = Identities.of(Map.of(DEV, OTHER, TEAM_ROLE, SOME));
    assertThat(identities.of(DEV)).isEqualTo(OTHER.withRole(TEAM_ROLE));
    assertThat(Identities.of(Map.of(DEV, OTHER)).of(DEV)).isEqualTo(OTHER);
  }

  @Test
  void canExist_userOrRoleOfARegisteredAccount_mustBeRegistered() {
    Identities identities = Identities.of(Map.of(ALICE, SOME));
    assertThat(identities.canExist(ALICE)).isTrue();
    assertThat(identities.canExist(BOB)).isFalse();
    assertThat(identities.canExist(ROLE)).isFalse();
    assertThat(identities.canExist(CAROL)).isTrue();
    assertThat(Identities.of(Map.of()).canExist(BOB)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"alice", ROOT_A, "arn:aws:iam::111122223333:group/g", "*"})
  void of_keyThatIsNoIdentity_isRefused(String key) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Identities.of(Map.of(key, SOME)))
        .withMessage("not the ARN of a user, a role, a session or a federated user: " + key);
  }

  @Test
  void of_twoRolesOfOneName_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Identities.of(Map.of(ROLE, SOME, TEAM_ROLE, SOME)))
        .withMessageStartingWith("two roles of an account have one name: ");
  }

  @Test
  void identity_wrongMember_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Identity.of(Subjects.DEFAULT))
        .withMessage("policy #0 is a key policy");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Identity.of(
                    SOME.policies().get(0),
                    Policy.identityPolicy(json("{'Statement':{'Effect':'allow'}}"))))
        .withMessage("policy #1: malformed policy: Statement.Effect must be Allow or Deny");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Identity(List.of(), Map.of(), ALICE, null))
        .withMessage("not the ARN of a role: " + ALICE);
  }

  @Test
  void identity_tagsThatDifferOnlyInCase_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Identity(List.of(), Map.of("team", "x", "env", "", "Team", "x"), null, null))
        .withMessage("two tags differ only in case: Team, team");
  }
}
