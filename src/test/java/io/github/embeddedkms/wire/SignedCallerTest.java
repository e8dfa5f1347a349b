package io.github.embeddedkms.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.Caller;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignedCallerTest {

  private static final Caller OTHERWISE = Caller.of("eu-central-1", "111122223333");

  private static Caller of(String credential) {
    return SignedCaller.of(
        "AWS4-HMAC-SHA256 Credential="
            + credential
            + ", SignedHeaders=host;x-amz-date, Signature=00",
        OTHERWISE);
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
            SignedCaller.of("Credential=AKID/20260304/eu-west-2/kms/aws4_request", alice)
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
    assertThat(SignedCaller.of(authorization, OTHERWISE)).isEqualTo(OTHERWISE);
    assertThat(SignedCaller.of(null, OTHERWISE)).isEqualTo(OTHERWISE);
  }
}
