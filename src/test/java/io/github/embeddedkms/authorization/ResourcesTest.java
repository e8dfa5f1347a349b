package io.github.embeddedkms.authorization;

import static io.github.embeddedkms.authorization.Subjects.ALIAS;
import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.facts;
import static io.github.embeddedkms.authorization.Subjects.identity;
import static io.github.embeddedkms.authorization.Subjects.may;
import static io.github.embeddedkms.authorization.Subjects.mayNot;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Resources of identity policies, and the alias in an operation on aliases. */
class ResourcesTest {

  private static final String KEY = "arn:aws:kms:eu-central-1:111122223333:key/k1";

  private static Decision decide(Identity identity, String resource, Facts facts) {
    return Evaluator.decide(
        new Inquiry(
            "kms:CreateAlias",
            resource.contains(":alias/") ? Inquiry.Target.ALIAS : Inquiry.Target.ACCOUNT,
            resource,
            null,
            false,
            Principal.of(ALICE, identity),
            facts));
  }

  @ParameterizedTest
  @CsvSource({
    "*,true",
    KEY + ",true",
    "arn:aws:kms:*:111122223333:key/*,true",
    "arn:aws:kms:*,true",
    "arn:*:kms:*,true",
    "arn:aws:kms:eu-central-1:111122223333:key/k?,true",
    "arn:aws:kms:eu-central-1:111122223333:*,true",
    "arn:aws:kms:eu-central-1:111122223333:key/K1,false",
    "arn:aws:kms:eu-central-1:111122223333:key/k,false",
    "arn:aws:kms:us-east-1:111122223333:key/*,false",
    "arn:aws:kms:*:111122223333:alias/*,false",
    // No wildcard in the service, which is the third part.
    "arn:aws:k*:eu-central-1:111122223333:key/k1,false",
    "arn:aws:k?s:eu-central-1:111122223333:key/k1,false",
    "arn:aws:*,false",
    "arn:*,false",
    // IAM completes an ARN that ends too early.
    "arn:aws:kms,true",
    "arn:aws:kms:eu-central-1,true",
    "arn:aws:kms:eu-*:111122223333,true",
    "arn:aws:kms:us-east-1,false",
    "arn:aws:kms:eu-central-1:444455556666,false",
    "arn:aws:s3,false",
    "arn:aws,false"
  })
  void resource_matchesTheWholeArn(String pattern, boolean expected) {
    assertThat(decide(identity(may("kms:*", pattern)), KEY, facts()).isAllowed())
        .isEqualTo(expected);
    String other = may("kms:*", pattern).replace("'Resource'", "'NotResource'");
    assertThat(decide(identity(other), KEY, facts()).isAllowed()).isEqualTo(!expected);
  }

  @ParameterizedTest
  @CsvSource({
    "*,true",
    "arn:aws:kms:*:111122223333:key/*,false",
    "arn:aws:kms:*,false",
    "arn:aws:kms,false"
  })
  void resource_ofAnActionWithoutOne_isOnlyAStar(String pattern, boolean expected) {
    assertThat(decide(identity(may("kms:*", pattern)), "*", facts()).isAllowed())
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'StringEquals':{'kms:KeySpec':'SYMMETRIC_DEFAULT'}",
        "'StringNotEquals':{'kms:CallerAccount':'444455556666'}",
        "'Null':{'kms:ViaService':'true'}",
        "'StringEqualsIfExists':{'aws:ResourceTag/a':'b'}",
        "'StringNotEquals':{'aws:RequestTag/a':'b'}",
        "'ForAllValues:StringEquals':{'aws:TagKeys':'a'}"
      })
  void condition_onAKeyOrOnTags_neverHoldsForAnAlias(String condition) {
    Facts facts = facts("kms:KeySpec", "SYMMETRIC_DEFAULT");
    Identity allowed = identity(may("kms:*", "*", condition));
    assertThat(decide(allowed, KEY, facts).isAllowed()).isTrue();
    assertThat(decide(allowed, ALIAS, facts).isAllowed()).isFalse();
    Identity denied = identity(may("kms:*", "*"), mayNot("kms:*", "*", condition));
    assertThat(decide(denied, KEY, facts).isAllowed()).isFalse();
    assertThat(decide(denied, ALIAS, facts).isAllowed()).isTrue();
  }

  @Test
  void condition_onTheCall_holdsForAnAlias() {
    Identity identity = identity(may("kms:*", "*", "'Bool':{'aws:SecureTransport':'true'}"));
    assertThat(decide(identity, ALIAS, facts("aws:SecureTransport", "true")).isAllowed()).isTrue();
    assertThat(decide(identity, ALIAS, facts("aws:SecureTransport", "false")).isAllowed())
        .isFalse();
  }

  @Test
  void resourceAccount_isThatOfTheArn() {
    Identity identity =
        identity(may("kms:*", "*", "'StringEquals':{'aws:ResourceAccount':'111122223333'}"));
    for (String resource : List.of(ALIAS, KEY)) {
      assertThat(decide(identity, resource, facts()).isAllowed()).isTrue();
      String other = resource.replace("111122223333", "444455556666");
      assertThat(decide(identity, other, facts()).isAllowed()).isFalse();
    }
    // Without an ARN, it is a fact.
    assertThat(decide(identity, "*", facts()).isAllowed()).isFalse();
    Facts facts = facts("aws:ResourceAccount", "111122223333");
    assertThat(decide(identity, "*", facts).isAllowed()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"arn:aws:kms:*,true", "arn:aws:kms,false", "arn:aws:kms:eu-central-1,false"})
  void resource_ofAKeyPolicy_isNotCompleted(String pattern, boolean expected) {
    Policy policy =
        Subjects.keyPolicy(
            Subjects.allow(ALICE, "kms:*")
                .replace("'Resource':'*'", "'Resource':'" + pattern + "'"));
    Inquiry inquiry = Inquiry.ofKey("kms:Decrypt", KEY, policy, Subjects.principal(ALICE), facts());
    assertThat(Evaluator.decide(inquiry).isAllowed()).isEqualTo(expected);
  }
}
