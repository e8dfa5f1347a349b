package io.github.embeddedkms.authorization;

import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.BOB;
import static io.github.embeddedkms.authorization.Subjects.CAROL;
import static io.github.embeddedkms.authorization.Subjects.DEV;
import static io.github.embeddedkms.authorization.Subjects.KEY;
import static io.github.embeddedkms.authorization.Subjects.LOGS;
import static io.github.embeddedkms.authorization.Subjects.ROLE;
import static io.github.embeddedkms.authorization.Subjects.ROOT_A;
import static io.github.embeddedkms.authorization.Subjects.ROOT_B;
import static io.github.embeddedkms.authorization.Subjects.allow;
import static io.github.embeddedkms.authorization.Subjects.keyPolicy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.embeddedkms.authorization.PrincipalPattern.Match;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers of each kind against principals of each form. */
class PrincipalPatternTest {

  private static final String FEDERATED = "arn:aws:sts::111122223333:federated-user/fred";

  private static Principal caller(String text) {
    return Principal.of(text, Identity.none());
  }

  @ParameterizedTest
  @CsvSource({
    // Account root
    ROOT_A + "," + ROOT_A + ",DIRECT",
    ROOT_A + ",111122223333,DIRECT",
    ROOT_A + ",*,DIRECT",
    ROOT_A + "," + ALICE + ",NONE",
    ROOT_A + "," + ROOT_B + ",NONE",
    // User
    ALICE + "," + ALICE + ",DIRECT",
    ALICE + ",*,DIRECT",
    ALICE + "," + ROOT_A + ",ACCOUNT",
    ALICE + ",111122223333,ACCOUNT",
    ALICE + "," + BOB + ",NONE",
    ALICE + ",arn:aws:iam::111122223333:user/Alice,NONE",
    ALICE + ",arn:aws:iam::111122223333:user/team/alice,NONE",
    ALICE + ",444455556666,NONE",
    // Session of a role
    DEV + "," + DEV + ",DIRECT",
    DEV + "," + ROLE + ",DIRECT",
    DEV + ",*,DIRECT",
    DEV + "," + ROOT_A + ",ACCOUNT",
    DEV + ",arn:aws:sts::111122223333:assumed-role/Dev/s2,NONE",
    DEV + ",arn:aws:iam::111122223333:role/team/Dev,NONE",
    DEV + ",arn:aws:iam::444455556666:role/Dev,NONE",
    DEV + ",arn:aws:iam::111122223333:user/Dev,NONE",
    // Federated user
    FEDERATED + "," + FEDERATED + ",DIRECT",
    FEDERATED + ",*,DIRECT",
    FEDERATED + ",111122223333,ACCOUNT",
    FEDERATED + ",arn:aws:iam::111122223333:user/fred,NONE",
    // Service
    LOGS + ",*,DIRECT",
    LOGS + ",111122223333,NONE",
    LOGS + "," + LOGS + ",NONE",
    // A role as the caller is a session of it.
    ROLE + "," + ROLE + ",DIRECT",
    ROLE + ",arn:aws:sts::111122223333:assumed-role/Dev/embedded-kms,DIRECT",
    ROLE + ",arn:aws:sts::111122223333:assumed-role/Dev/s1,NONE"
  })
  void match_awsPrincipal(String caller, String listed, Match expected) {
    assertThat(PrincipalPattern.aws(listed).match(caller(caller))).isEqualTo(expected);
  }

  @Test
  void match_servicesAndProviders() {
    PrincipalPattern logs = new PrincipalPattern.Service(LOGS);
    assertThat(logs.match(caller(LOGS))).isEqualTo(Match.DIRECT);
    assertThat(logs.match(caller("s3.amazonaws.com"))).isEqualTo(Match.NONE);
    assertThat(logs.match(caller(ALICE))).isEqualTo(Match.NONE);
    for (String caller : List.of(ROOT_A, ALICE, DEV, FEDERATED, LOGS)) {
      assertThat(new PrincipalPattern.Provider("cognito").match(caller(caller)))
          .isEqualTo(Match.NONE);
    }
  }

  @Test
  void match_sessionOfARoleWithAPath_isTheRoleOfItsIdentity() {
    String role = "arn:aws:iam::111122223333:role/team/Dev";
    Principal dev = Principal.of(DEV, new Identity(List.of(), Map.of(), role, null));
    assertThat(PrincipalPattern.aws(role).match(dev)).isEqualTo(Match.DIRECT);
    assertThat(PrincipalPattern.aws(ROLE).match(dev)).isEqualTo(Match.NONE);
    assertThat(dev.text()).isEqualTo(DEV);
    Principal ofRole = Principal.of(role, Identity.none());
    assertThat(ofRole.text()).isEqualTo("arn:aws:sts::111122223333:assumed-role/Dev/embedded-kms");
    assertThat(PrincipalPattern.aws(role).match(ofRole)).isEqualTo(Match.DIRECT);
  }

  private static Decision underNotPrincipal(String caller, String listed) {
    Policy policy =
        keyPolicy(
            allow("*", "kms:*"),
            "{'Effect':'Deny','NotPrincipal':" + listed + ",'Action':'kms:*','Resource':'*'}");
    return Evaluator.decide(
        Inquiry.ofKey(
            "kms:Decrypt",
            KEY,
            policy,
            Principal.of(caller, Identity.administrator()),
            Facts.none()));
  }

  /** A caller is spared only if all its levels are listed. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        ROOT_A + "|'" + ROOT_A + "'|true",
        ROOT_A + "|'111122223333'|true",
        ROOT_A + "|'" + ALICE + "'|false",
        ALICE + "|'" + ALICE + "'|false",
        ALICE + "|'111122223333'|false",
        ALICE + "|'111122223333','" + ALICE + "'|true",
        BOB + "|'111122223333','" + ALICE + "'|false",
        DEV + "|'" + ROOT_A + "','" + ROLE + "'|false",
        DEV + "|'" + ROOT_A + "','" + DEV + "'|false",
        DEV + "|'" + ROLE + "','" + DEV + "'|false",
        DEV + "|'" + DEV + "','" + ROLE + "','" + ROOT_A + "'|true",
        FEDERATED + "|'" + FEDERATED + "'|false",
        FEDERATED + "|'" + FEDERATED + "','" + ROOT_A + "'|true",
        ALICE + "|'*'|true",
        LOGS + "|'111122223333'|false"
      })
  void notPrincipal_levelsOfTheCaller(String caller, String listed, boolean spared) {
    String principals = "{'AWS':[" + listed + "]}";
    assertThat(underNotPrincipal(caller, principals))
        .isEqualTo(spared ? Decision.ALLOWED : Decision.DENIED_BY_KEY_POLICY);
  }

  @Test
  void notPrincipal_service_isSpared() {
    assertThat(underNotPrincipal(LOGS, "{'Service':'" + LOGS + "'}")).isEqualTo(Decision.ALLOWED);
  }

  @Test
  void conditionKeys_aboutTheCaller() {
    Identity identity = new Identity(List.of(), Map.of("Team", "x"), null, "AIDACKCEVSQ6C2EXAMPLE");
    Principal alice = Principal.of("arn:aws:iam::111122223333:user/a/b/alice", identity);
    assertKeys(
        alice,
        "arn:aws:iam::111122223333:user/a/b/alice",
        "111122223333",
        "User",
        "AIDACKCEVSQ6C2EXAMPLE",
        "alice");
    assertThat(alice.values("aws:principaltag/team")).containsExactly("x");
    assertThat(alice.values("aws:principaltag/other")).isEmpty();
    assertKeys(caller(ALICE), ALICE, "111122223333", "User", null, "alice");
    assertKeys(caller(ROOT_A), ROOT_A, "111122223333", "Account", "111122223333", null);
    Principal dev =
        Principal.of(
            DEV,
            new Identity(
                List.of(), Map.of(), "arn:aws:iam::111122223333:role/team/Dev", "AROAEXAMPLE"));
    assertKeys(
        dev,
        "arn:aws:iam::111122223333:role/team/Dev",
        "111122223333",
        "AssumedRole",
        "AROAEXAMPLE:s1",
        null);
    assertKeys(caller(DEV), ROLE, "111122223333", "AssumedRole", null, null);
    assertKeys(
        caller(FEDERATED), FEDERATED, "111122223333", "FederatedUser", "111122223333:fred", null);
    assertKeys(caller(LOGS), null, null, null, null, null);
    assertThat(caller(LOGS).values("aws:principalisawsservice")).containsExactly("true");
    assertThat(caller(LOGS).values("aws:principalservicename")).containsExactly(LOGS);
    assertThat(alice.values("aws:principalisawsservice")).containsExactly("false");
    assertThat(alice.values("aws:principalservicename")).isEmpty();
    assertThat(alice.values("aws:sourceip")).isNull();
  }

  @Test
  void conditionKeys_tagInAnotherCase_isTheSame() {
    // The lower case of the second is two characters, as the key of a condition has it.
    Map<String, String> tags = Map.of("TEAM", "x", "\u0130", "y");
    Principal alice = Principal.of(ALICE, new Identity(List.of(), tags, null, null));
    assertThat(alice.values("aws:principaltag/team")).containsExactly("x");
    assertThat(alice.values("aws:principaltag/i\u0307")).containsExactly("y");
    assertThat(alice.values("aws:principaltag/tea")).isEmpty();
  }

  private static void assertKeys(
      Principal caller, String arn, String account, String type, String userId, String name) {
    assertKey(caller, "aws:principalarn", arn);
    assertKey(caller, "aws:principalaccount", account);
    assertKey(caller, "kms:calleraccount", account);
    assertKey(caller, "aws:principaltype", type);
    assertKey(caller, "aws:userid", userId);
    assertKey(caller, "aws:username", name);
  }

  private static void assertKey(Principal caller, String key, String value) {
    assertThat(caller.values(key))
        .as(caller + " " + key)
        .isEqualTo(value == null ? List.of() : List.of(value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alice",
        "*",
        "111122223333",
        "arn:aws:iam::111122223333:group/g",
        "arn:aws:iam::1111:root",
        "arn:aws:sts::111122223333:assumed-role/Dev",
        "arn:aws:iam::111122223333:user/",
        "arn:aws:kms:eu-central-1:111122223333:key/k",
        "logs",
        ""
      })
  void principal_otherText_isRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Principal.of(text, Identity.none()))
        .withMessage("not a principal: " + text);
  }

  @Test
  void identities_ofAccountB_areNotThoseOfAccountA() {
    assertThat(PrincipalPattern.aws(ROOT_B).match(caller(CAROL))).isEqualTo(Match.ACCOUNT);
    assertThat(caller(CAROL).account()).isEqualTo("444455556666");
    assertThat(caller(LOGS).account()).isEmpty();
  }
}
