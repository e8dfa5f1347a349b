package io.github.embeddedkms.authorization;

import static io.github.embeddedkms.authorization.Subjects.ALICE;
import static io.github.embeddedkms.authorization.Subjects.KEY;
import static io.github.embeddedkms.authorization.Subjects.facts;
import static io.github.embeddedkms.authorization.Subjects.holds;
import static io.github.embeddedkms.authorization.Subjects.json;
import static io.github.embeddedkms.authorization.Subjects.principal;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VariablesTest {

  private static final Facts FACTS =
      facts("kms:ViaService", "s3", "aws:SourceArn", "a*", "aws:TagKeys", "t", "x:flag", "true");

  private static String resolved(String text) {
    Inquiry inquiry = Inquiry.ofKey("kms:Encrypt", KEY, null, principal(ALICE), FACTS);
    Wildcard value = Variables.in(text, 0).resolve(inquiry);
    return value == null ? "no value" : value.text();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "${aws:username},alice",
        "${AWS:UserName},alice",
        "a${aws:username}b${kms:viaservice}c,aalicebs3c",
        "${ aws:username },alice",
        "${x},no value",
        "\"${x, 'd'}\",d",
        "\"${x,'d'}-${aws:username, 'd'}\",d-alice",
        "\"${x, ''}\",\"\"",
        "${*}${?}${$},*?$",
        "${*,${*",
        // Not a variable, and therefore literal.
        "${},${}",
        "\"${x, d}\",\"${x, d}\"",
        "\"${, 'd'}\",\"${, 'd'}\"",
        "${aws:username,${aws:username",
        "${a${aws:username},${aalice",
        "$,$",
        // Variables have one value.
        "${aws:TagKeys},no value"
      })
  void resolve_variable_isReplaced(String text, String expected) {
    assertThat(resolved(text)).isEqualTo(expected);
  }

  @Test
  void like_wildcardInTheValueOfAVariable_doesNotAct() {
    String condition = "'StringLike':{'x:y':'${aws:SourceArn}-*'}";
    assertThat(holds(condition, facts("aws:SourceArn", "a*", "x:y", "a*-b"))).isTrue();
    assertThat(holds(condition, facts("aws:SourceArn", "a*", "x:y", "ab-b"))).isFalse();
    assertThat(holds("'StringLike':{'x:y':'a${*}'}", facts("x:y", "a*"))).isTrue();
    assertThat(holds("'StringLike':{'x:y':'a${*}'}", facts("x:y", "ab"))).isFalse();
    assertThat(holds("'StringLike':{'x:y':'a${?}'}", facts("x:y", "ab"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'StringEquals':{'x:y':'${kms:ViaService}'}",
        "'StringEqualsIgnoreCase':{'x:y':'${kms:ViaService}'}",
        "'StringLike':{'x:y':'?*${kms:ViaService}*'}",
        "'ArnLike':{'x:y':'arn:a:b:c:d:${kms:ViaService}'}",
        "'ArnEquals':{'x:y':'arn:a:b:c:d:${kms:ViaService}'}",
        "'Bool':{'x:y':'${x:flag}'}"
      })
  void operators_ofStringsArnsAndBooleans_haveVariables(String condition) {
    String value =
        condition.contains("Arn")
            ? "arn:a:b:c:d:v"
            : condition.contains("Bool") ? "true" : condition.contains("?") ? "xv" : "v";
    Facts equal = facts("x:y", value, "kms:ViaService", "v", "x:flag", "true");
    Facts other = facts("x:y", value, "kms:ViaService", "w", "x:flag", "false");
    Facts absent = facts("x:y", value);
    assertThat(holds(condition, equal)).isTrue();
    assertThat(holds(condition, other)).isFalse();
    assertThat(holds(condition, absent)).isFalse();
    if (!condition.contains("Bool") && !condition.contains("IgnoreCase")) {
      String negated = condition.replace("Equals", "NotEquals").replace("Like", "NotLike");
      assertThat(holds(negated, equal)).isFalse();
      assertThat(holds(negated, other)).isTrue();
      // A negated operator holds without the value of the variable.
      assertThat(holds(negated, absent)).isTrue();
    }
  }

  @Test
  void operators_ofNumbersDatesAndAddresses_haveNoVariables() {
    assertThat(holds("'NumericEquals':{'x:y':'${x:n}'}", facts("x:y", "1", "x:n", "1"))).isFalse();
    assertThat(holds("'IpAddress':{'x:y':'${x:n}'}", facts("x:y", "::1", "x:n", "::1"))).isFalse();
    assertThat(holds("'DateEquals':{'x:y':'${x:n}'}", facts("x:y", "2030", "x:n", "2030")))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "'Version':'2008-10-17',"})
  void policyOfTheOlderVersion_variable_isLiteral(String version) {
    Policy policy =
        Policy.keyPolicy(
            json(
                "{"
                    + version
                    + "'Statement':{'Effect':'Allow','Principal':'*','Action':'kms:*',"
                    + "'Resource':'*','Condition':{'StringEquals':{'x:y':'${aws:username}'}}}}"));
    assertThat(decide(policy, facts("x:y", "alice")).isAllowed()).isFalse();
    assertThat(decide(policy, facts("x:y", "${aws:username}")).isAllowed()).isTrue();
  }

  private static Decision decide(Policy policy, Facts facts) {
    return Evaluator.decide(Inquiry.ofKey("kms:Encrypt", KEY, policy, principal(ALICE), facts));
  }

  private static boolean allowsKey(String member, String resource, Facts facts) {
    Policy policy =
        Subjects.keyPolicy(
            "{'Effect':'Allow','Principal':'*','Action':'kms:*','"
                + member
                + "':"
                + resource
                + "}");
    return decide(policy, facts).isAllowed();
  }

  @Test
  void resource_variableAfterTheFifthColon_isReplaced() {
    String id = KEY.substring(KEY.indexOf("key/"));
    String own = "'arn:aws:kms:eu-central-1:111122223333:${x:id}'";
    assertThat(allowsKey("Resource", own, facts("x:id", id))).isTrue();
    assertThat(allowsKey("Resource", own, facts("x:id", "key/*"))).isFalse();
    assertThat(allowsKey("Resource", own, facts())).isFalse();
    assertThat(allowsKey("NotResource", own, facts("x:id", id))).isFalse();
    assertThat(allowsKey("NotResource", own, facts("x:id", "key/*"))).isTrue();
    // Without a value, the element matches nothing.
    assertThat(allowsKey("NotResource", own, facts())).isFalse();
    assertThat(allowsKey("NotResource", "['arn:aws:s3:::b'," + own + "]", facts())).isFalse();
    assertThat(allowsKey("Resource", "['*'," + own + "]", facts())).isTrue();
    String before = "'arn:aws:kms:eu-central-1:${x:id}:key/*'";
    assertThat(allowsKey("Resource", before, facts("x:id", "111122223333"))).isFalse();
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.MINUTES)
  void in_manyVariablesThatDoNotEnd_finishes() {
    for (String part : new String[] {"${", "${a", "${a}", "${a,", "{", "}"}) {
      String text = part.repeat(100_000);
      assertThat(Variables.in(text, 0).text()).isEqualTo(text);
      assertThat(Variables.in(text + "}", 0).text()).isEqualTo(text + "}");
    }
  }
}
