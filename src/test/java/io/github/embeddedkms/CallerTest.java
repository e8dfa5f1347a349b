package io.github.embeddedkms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who calls, and what callers can state. */
class CallerTest {

  private static final Caller ROOT = Caller.of("eu-central-1", "111122223333");
  private static final String ALICE = "arn:aws:iam::111122223333:user/alice";

  @ParameterizedTest
  @CsvSource({
    "arn:aws:iam::444455556666:user/carol, 444455556666",
    "arn:aws:iam::444455556666:root, 444455556666",
    "arn:aws:iam::111122223333:role/team/Dev, 111122223333",
    "arn:aws:sts::111122223333:assumed-role/Dev/s1, 111122223333",
    "arn:aws:sts::111122223333:federated-user/f, 111122223333"
  })
  void actingAs_aPrincipal_isOfItsAccount(String principal, String account) {
    assertThat(ROOT.actingAs(principal))
        .isEqualTo(new Caller("aws", "eu-central-1", account, principal));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alice",
        "arn:aws:iam::111122223333:group/g",
        "arn:aws:iam::111122223333:user/",
        "arn:aws:sts::111122223333:assumed-role/Dev",
        "*"
      })
  void actingAs_noPrincipal_isRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ROOT.actingAs(text))
        .withMessage("not a principal: " + text);
  }

  @Test
  void principal_ofAnotherAccountOrPartition_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Caller("aws", "eu-central-1", "444455556666", ALICE))
        .withMessage("the principal " + ALICE + " is not of the account 444455556666");
    String inChina = ALICE.replace("arn:aws:", "arn:aws-cn:");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ROOT.actingAs(inChina))
        .withMessage("the principal " + inChina + " is not of the partition aws");
  }

  @Test
  void role_hasASessionWithoutThePath() {
    assertThat(ROOT.role("arn:aws:iam::444455556666:role/team/Dev", "s1").principal())
        .isEqualTo("arn:aws:sts::444455556666:assumed-role/Dev/s1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ROOT.role(ALICE, "s1"))
        .withMessage("not the ARN of a role: " + ALICE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ROOT.role("arn:aws:iam::444455556666:role/Dev", "a/b"))
        .withMessage("not the name of a session: a/b");
  }

  @Test
  void service_keepsTheAccount() {
    Caller logs = ROOT.service("logs.eu-central-1.amazonaws.com");
    assertThat(logs.isService()).isTrue();
    assertThat(logs.account()).isEqualTo("111122223333");
    assertThat(ROOT.isService()).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ROOT.service(ALICE))
        .withMessage("not the name of a service: " + ALICE);
  }

  /** Not the root user, which would be allowed more. */
  @Test
  void inRegion_ofAnotherPartition_keepsTheNameOfThePrincipal() {
    assertThat(ROOT.actingAs(ALICE).inRegion("cn-north-1").principal())
        .isEqualTo("arn:aws-cn:iam::111122223333:user/alice");
    assertThat(ROOT.inRegion("cn-north-1").principal())
        .isEqualTo("arn:aws-cn:iam::111122223333:root");
    assertThat(ROOT.actingAs(ALICE).inRegion("us-east-1").principal()).isEqualTo(ALICE);
  }

  @Test
  void with_aFact_ignoresTheCaseOfItsKey_andKeepsItForOtherCallers() {
    Caller caller = ROOT.with("aws:SourceIp", "10.1.2.3").via("s3.eu-central-1.amazonaws.com");
    Map<String, List<String>> facts =
        Map.of(
            "aws:sourceip", List.of("10.1.2.3"),
            "kms:viaservice", List.of("s3.eu-central-1.amazonaws.com"));
    assertThat(caller.facts()).isEqualTo(facts);
    assertThat(caller.actingAs(ALICE).facts()).isEqualTo(facts);
    assertThat(caller.inRegion("us-east-1").inAccount("444455556666").facts()).isEqualTo(facts);
    assertThat(caller.with("AWS:sourceip").with("kms:ViaService")).isEqualTo(ROOT);
    assertThat(ROOT.with("aws:SecureTransport", "false").facts()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kms:CallerAccount",
        "kms:EncryptionContext:a",
        "kms:RecipientAttestation:PCR0",
        "aws:PrincipalArn",
        "aws:PrincipalTag/team",
        "aws:ResourceTag/team",
        "aws:RequestTag/team",
        "aws:TagKeys",
        "aws:CurrentTime",
        "aws:ViaAWSService",
        "x"
      })
  void with_aKeyThatIsKnownOtherwise_isRefused(String key) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ROOT.with(key, "v"))
        .withMessageEndingWith(" is known from the request; no caller states it");
  }
}
