package io.github.embeddedkms.authorization;

import static io.github.embeddedkms.authorization.Subjects.DEFAULT;
import static io.github.embeddedkms.authorization.Subjects.ROOT_A;
import static io.github.embeddedkms.authorization.Subjects.ROOT_B;
import static io.github.embeddedkms.authorization.Subjects.allow;
import static io.github.embeddedkms.authorization.Subjects.json;
import static io.github.embeddedkms.authorization.Subjects.keyPolicy;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyTest {

  private static final String A = "111122223333";

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
    assertThat(DEFAULT.allowsEverythingToAccount("444455556666")).isFalse();
    for (String name : List.of(A, "arn:aws-cn:iam::" + A + ":root")) {
      assertThat(keyPolicy(allow(name, "KMS:*")).allowsEverythingToAccount(A)).isTrue();
    }
    for (String name : List.of("*", "arn:aws:iam::" + A + ":user/root")) {
      assertThat(keyPolicy(allow(name, "kms:*")).allowsEverythingToAccount(A)).isFalse();
    }
    assertThat(keyPolicy(allow(ROOT_A, "kms:Decrypt")).allowsEverythingToAccount(A)).isFalse();
    assertThat(
            keyPolicy(allow(ROOT_A, "kms:*"), allow(ROOT_B, "kms:*")).allowsEverythingToAccount(A))
        .isFalse();
  }
}
