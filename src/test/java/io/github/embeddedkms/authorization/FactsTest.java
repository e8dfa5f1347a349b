package io.github.embeddedkms.authorization;

import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.DEFAULT;
import static io.github.embeddedkms.authorization.Subjects.KEY;
import static io.github.embeddedkms.authorization.Subjects.allow;
import static io.github.embeddedkms.authorization.Subjects.deny;
import static io.github.embeddedkms.authorization.Subjects.identity;
import static io.github.embeddedkms.authorization.Subjects.identityPolicy;
import static io.github.embeddedkms.authorization.Subjects.keyPolicy;
import static io.github.embeddedkms.authorization.Subjects.may;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How often facts are asked for. */
class FactsTest {

  private static final String CONDITION = "'StringEquals':{'x:y':'a','x:z':'${x:y}'}";

  private final Map<String, Integer> asked = new HashMap<>();

  private Inquiry inquiry(Policy policy, Identity identity) {
    return Inquiry.ofKey(
        "kms:Encrypt",
        KEY,
        policy,
        Principal.of(ALICE, identity),
        key -> {
          asked.merge(key, 1, Integer::sum);
          return List.of("a");
        });
  }

  @Test
  void decide_keyInSeveralStatements_isAskedForOnce() {
    Policy policy =
        keyPolicy(
            deny("*", "kms:*", "'StringEquals':{'x:y':'b'}"),
            deny("*", "kms:*", "'StringLike':{'x:y':'b*'}"),
            allow("*", "kms:*", CONDITION));
    assertThat(Evaluator.decide(inquiry(policy, Identity.none())).isAllowed()).isTrue();
    assertThat(asked).isEqualTo(Map.of("x:y", 1, "x:z", 1));
  }

  @Test
  void decide_keyInSeveralPolicies_isAskedForOnce() {
    String condition = "'StringEquals':{'x:y':'a'}";
    Policy policy = keyPolicy(allow(Subjects.ROOT_A, "kms:*", condition));
    Identity identity = identity(may("kms:*", "*", condition));
    assertThat(Evaluator.decide(inquiry(policy, identity)).isAllowed()).isTrue();
    assertThat(asked).isEqualTo(Map.of("x:y", 1));
    asked.clear();
    Identity two =
        Identity.of(
            identityPolicy(may("s3:*", "*", condition), may("kms:*", "*", "'Null':{'x:z':true}")),
            identityPolicy(may("kms:*", "*", "'StringEquals':{'x:z':'a'}")));
    assertThat(Evaluator.decide(inquiry(DEFAULT, two)).isAllowed()).isTrue();
    assertThat(asked).isEqualTo(Map.of("x:z", 1));
  }

  @Test
  void explain_keyOfAnUnmetCondition_isAskedForOnce() {
    Policy policy = keyPolicy(allow("*", "kms:*", "'StringEquals':{'x:y':'A'}"));
    assertThat(Evaluator.explain(inquiry(policy, Identity.none())).allowed()).isFalse();
    assertThat(asked).isEqualTo(Map.of("x:y", 1));
  }

  @Test
  void repetition_countsConditionKeysAndVariables() {
    assertThat(DEFAULT.repetition()).isZero();
    assertThat(keyPolicy(allow("*", "kms:*", "'Null':{'x:y':true}")).repetition()).isEqualTo(1);
    assertThat(
            keyPolicy(
                    allow("*", "kms:*", "'Null':{'x:y':true}"),
                    allow("*", "kms:*", "'Null':{'x:z':true}"))
                .repetition())
        .isEqualTo(1);
    assertThat(
            keyPolicy(
                    allow("*", "kms:*", "'Null':{'x:y':true}"),
                    allow("*", "kms:*", "'Null':{'X:Y':true}"))
                .repetition())
        .isEqualTo(2);
    assertThat(keyPolicy(allow("*", "kms:*", CONDITION)).repetition()).isEqualTo(2);
    String resource = "arn:aws:kms:eu-central-1:111122223333:${x:y}";
    assertThat(identityPolicy(may("kms:*", resource)).repetition()).isEqualTo(1);
    assertThat(identityPolicy(may("kms:*", resource + "${x:y}")).repetition()).isEqualTo(2);
  }
}
