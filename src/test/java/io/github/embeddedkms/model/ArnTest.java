package io.github.embeddedkms.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArnTest {

  @Test
  void parse_keyArn_givesItsParts() {
    assertThat(Arn.parse("arn:aws-cn:kms:cn-north-1:111122223333:key/1234"))
        .contains(new Arn("aws-cn", "kms", "cn-north-1", "111122223333", "key/1234"));
  }

  @Test
  void parse_colonsAfterTheFifthPart_belongToTheResource() {
    assertThat(Arn.parse("arn:aws:kms:eu-west-1:111122223333:alias/a:b:"))
        .map(Arn::resource)
        .contains("alias/a:b:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arn:aws:kms:eu-west-1:111122223333:key/1234",
        "arn:aws:iam::111122223333:user/path/alice",
        "arn:aws:s3:::bucket",
        "arn:::::",
        "arn:aws:kms:eu-west-1:111122223333:alias/a:b"
      })
  void toString_afterParse_isTheSameString(String text) {
    assertThat(Arn.parse(text)).map(Arn::toString).contains(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "arn",
        "arn:",
        "arn:aws:kms",
        "arn:aws:kms:eu-west-1:111122223333",
        "alias/a:b:c:d:e:f",
        "ARN:aws:kms:eu-west-1:111122223333:key/1234",
        " arn:aws:kms:eu-west-1:111122223333:key/1234"
      })
  void parse_stringOfAnotherForm_isEmpty(String text) {
    assertThat(Arn.parse(text)).isEmpty();
  }

  @Test
  void new_colonInAnyPartButTheResource_isRefused() {
    assertRefused("a:b", "kms", "eu-west-1", "111122223333");
    assertRefused("aws", "k:s", "eu-west-1", "111122223333");
    assertRefused("aws", "kms", "eu:west", "111122223333");
    assertRefused("aws", "kms", "eu-west-1", "1:2");
    assertThat(new Arn("aws", "kms", "eu-west-1", "1", "a:b"))
        .hasToString("arn:aws:kms:eu-west-1:1:a:b");
  }

  private static void assertRefused(
      String partition, String service, String region, String account) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Arn(partition, service, region, account, "key/1"))
        .withMessageStartingWith("a part of an ARN contains a colon: ");
  }
}
