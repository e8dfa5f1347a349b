package io.github.embeddedkms.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.Caller;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignedCallersTest {

  private static final Caller OTHERWISE = Caller.of("eu-central-1", "111122223333");

  private static Caller of(String credential) {
    return new SignedCallers(OTHERWISE)
        .of(
            "AWS4-HMAC-SHA256 Credential="
                + credential
                + ", SignedHeaders=host;x-amz-date, Signature=00");
  }

  @ParameterizedTest
  @CsvSource({
    "444455556666/20260304/us-west-2/kms/aws4_request, us-west-2, 444455556666",
    "AKIDEXAMPLE/20260304/us-west-2/kms/aws4_request, us-west-2, 111122223333",
    "111122223333/20260304/eu-central-1/kms/aws4_request, eu-central-1, 111122223333",
    "444455556666/20260304/nowhere/kms/aws4_request, eu-central-1, 444455556666"
  })
  void scope_givesTheRegion_andAnAccessKeyOfTwelveDigitsTheAccount(
      String credential, String region, String account) {
    assertThat(of(credential)).isEqualTo(Caller.of(region, account));
  }

  @Test
  void principal_isKept_whereTheAccountIs() {
    Caller alice =
        new Caller("aws", "eu-west-1", "111122223333", "arn:aws:iam::111122223333:user/alice");
    assertThat(
            new SignedCallers(alice)
                .of("Credential=AKID/20260304/eu-west-2/kms/aws4_request")
                .principal())
        .isEqualTo(alice.principal());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer token",
        "AWS4-HMAC-SHA256 Credential=444455556666/20260304/us-west-2/s3/aws4_request",
        "AWS4-HMAC-SHA256 Credential=/20260304/us-west-2/kms/aws4_request"
      })
  void anythingElse_isTheOtherCaller(String authorization) {
    assertThat(new SignedCallers(OTHERWISE).of(authorization)).isEqualTo(OTHERWISE);
    assertThat(new SignedCallers(OTHERWISE).of(null)).isEqualTo(OTHERWISE);
  }

  @Test
  void callers_oneAfterAnother_areNeverMixedUp() {
    SignedCallers callers = new SignedCallers(OTHERWISE);
    for (int round = 0; round < 3; round++) {
      assertThat(callers.of("Credential=444455556666/20260304/us-west-2/kms/aws4_request, x"))
          .isEqualTo(Caller.of("us-west-2", "444455556666"));
      assertThat(callers.of("Credential=777788889999/20260304/us-west-2/kms/aws4_request, x"))
          .isEqualTo(Caller.of("us-west-2", "777788889999"));
      assertThat(callers.of("Bearer token")).isEqualTo(OTHERWISE);
      assertThat(callers.of("Credential=777788889999/20260304/us-west-2/kms/aws4_request, x"))
          .isEqualTo(Caller.of("us-west-2", "777788889999"));
      assertThat(callers.of(null)).isEqualTo(OTHERWISE);
    }
  }
}
