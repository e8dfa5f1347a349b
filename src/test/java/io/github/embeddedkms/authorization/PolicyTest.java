package io.github.embeddedkms.authorization;

import static io.github.embeddedkms.authorization.Subjects.A;
import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.B;
import static io.github.embeddedkms.authorization.Subjects.DEFAULT;
import static io.github.embeddedkms.authorization.Subjects.KEY;
import static io.github.embeddedkms.authorization.Subjects.LOGS;
import static io.github.embeddedkms.authorization.Subjects.ROOT_A;
import static io.github.embeddedkms.authorization.Subjects.ROOT_B;
import static io.github.embeddedkms.authorization.Subjects.allow;
import static io.github.embeddedkms.authorization.Subjects.json;
import static io.github.embeddedkms.authorization.Subjects.keyPolicy;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {

  @Test
  void equality_isByTextAndKind() {
    assertThat(Policy.keyPolicy("a")).isEqualTo(Policy.keyPolicy("a"));
    assertThat(Policy.keyPolicy("a")).hasSameHashCodeAs(Policy.keyPolicy("a"));
    assertThat(Policy.keyPolicy("a")).isNotEqualTo(Policy.keyPolicy("b"));
    assertThat(Policy.keyPolicy("a")).isNotEqualTo(Policy.identityPolicy("a"));
    assertThat(Policy.keyPolicy("a").text()).isEqualTo("a");
  }

  @Test
  void statements_areParsedOnce_andNotBefore() {
    // What is never parsed may be malformed.
    Policy policy = Policy.keyPolicy("{");
    assertThat(policy).hasToString("{");
    assertThat(DEFAULT.statements()).isSameAs(DEFAULT.statements());
  }

  @Test
  void printed_everyKindOfValue() {
    Policy policy =
        Policy.keyPolicy(
            json(
                "{'Statement':{'Effect':'Deny','NotPrincipal':'*','Action':['kms:*'],"
                    + "'Resource':'*','Condition':{'StringEquals':{'Principal':'*',"
                    + "'a:b':[1,true,1.50,'x']},'Null':{}}}}"));
    assertThat(policy.printed())
        .isEqualTo(
            json(
                """
                {
                  'Statement' : {
                    'Effect' : 'Deny',
                    'NotPrincipal' : {
                      'AWS' : '*'
                    },
                    'Action' : [ 'kms:*' ],
                    'Resource' : '*',
                    'Condition' : {
                      'StringEquals' : {
                        'Principal' : '*',
                        'a:b' : [ 1, true, 1.50, 'x' ]
                      },
                      'Null' : {
                      }
                    }
                  }
                }\
                """));
    String list = Policy.keyPolicy(json("{'Statement':[{'Principal':'*'}]}")).printed();
    assertThat(list).contains(json("'Principal' : {\n      'AWS' : '*'\n    }"));
    assertThat(DEFAULT.printed()).isEqualTo(DEFAULT.text());
    assertThat(Policy.keyPolicy(policy.printed()).printed()).isEqualTo(policy.printed());
  }

  @Test
  void allowsEverythingToAccount_onlyTheMeaningOfTheDefaultPolicy() {
    assertThat(DEFAULT.allowsEverythingToAccount(A)).isTrue();
    assertThat(DEFAULT.allowsEverythingToAccount(B)).isFalse();
    assertThat(keyPolicy(allow(A, "KMS:*")).allowsEverythingToAccount(A)).isTrue();
    String ofChina = ROOT_A.replace("arn:aws:", "arn:aws-cn:");
    assertThat(keyPolicy(allow(ofChina, "*")).allowsEverythingToAccount(A)).isTrue();
    for (String principal : List.of("*", ALICE, ROOT_B, LOGS)) {
      assertThat(keyPolicy(allow(principal, "kms:*")).allowsEverythingToAccount(A)).isFalse();
    }
    String service = allow(A, "kms:*").replace("'AWS'", "'Service'");
    assertThat(keyPolicy(service).allowsEverythingToAccount(A)).isFalse();
    assertThat(keyPolicy(allow(ROOT_A, "kms:Decrypt")).allowsEverythingToAccount(A)).isFalse();
    assertThat(
            keyPolicy(allow(ROOT_A, "kms:*", "'Null':{'x:y':true}")).allowsEverythingToAccount(A))
        .isFalse();
    assertThat(
            keyPolicy(allow(ROOT_A, "kms:*"), allow(ROOT_B, "kms:*")).allowsEverythingToAccount(A))
        .isFalse();
    assertThat(keyPolicy(allow("", "kms:*")).allowsEverythingToAccount("")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CancelKeyDeletion",
        "CreateAlias",
        "CreateGrant",
        "DeleteAlias",
        "DeleteImportedKeyMaterial",
        "DisableKey",
        "DisableKeyRotation",
        "EnableKey",
        "EnableKeyRotation",
        "GetParametersForImport",
        "ImportKeyMaterial",
        "PutKeyPolicy",
        "ReplicateKey",
        "RevokeGrant",
        "RotateKeyOnDemand",
        "ScheduleKeyDeletion",
        "TagResource",
        "UntagResource",
        "UpdateAlias",
        "UpdateKeyDescription",
        "UpdatePrimaryRegion"
      })
  void awsManagedKeyPolicy_actionThatChanges_isNotAllowed(String action) {
    for (String caller : List.of(ROOT_A, ALICE)) {
      assertThat(underAwsManagedKeyPolicy(caller, action))
          .isEqualTo(Decision.NOT_ALLOWED_BY_KEY_POLICY);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Encrypt",
        "Decrypt",
        "GenerateDataKey",
        "DescribeKey",
        "GetKeyPolicy",
        "ListGrants"
      })
  void awsManagedKeyPolicy_use_isLeftToTheAccount(String action) {
    assertThat(underAwsManagedKeyPolicy(ROOT_A, action)).isEqualTo(Decision.ALLOWED);
    assertThat(underAwsManagedKeyPolicy(ALICE, action)).isEqualTo(Decision.NOT_ALLOWED_BY_IDENTITY);
    assertThat(underAwsManagedKeyPolicy(ROOT_B, action))
        .isEqualTo(Decision.NOT_ALLOWED_BY_KEY_POLICY);
  }

  private static Decision underAwsManagedKeyPolicy(String caller, String action) {
    Policy policy = Policy.awsManagedKeyPolicy(ROOT_A);
    return Evaluator.decide(
        Inquiry.ofKey(
            "kms:" + action, KEY, policy, Principal.of(caller, Identity.none()), Facts.none()));
  }

  @Test
  void awsManagedKeyPolicy_isAsTheServicePrintsIt() {
    Policy policy = Policy.awsManagedKeyPolicy(ROOT_A);
    assertThat(policy.printed()).isEqualTo(policy.text());
    policy.requireValid("aws", Identities.administrators());
    assertThat(policy.allowsEverythingToAccount(A)).isFalse();
  }
}
