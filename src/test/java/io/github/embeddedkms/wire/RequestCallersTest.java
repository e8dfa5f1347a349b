package io.github.embeddedkms.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.Caller;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestCallersTest {

  private static final Caller OTHERWISE = Caller.of("eu-central-1", "111122223333");

  private static Caller of(String credential) {
    return new RequestCallers(OTHERWISE)
        .of(
            "AWS4-HMAC-SHA256 Credential="
                + credential
                + ", SignedHeaders=host;x-amz-date, Signature=00",
            "kms.sa-east-1.amazonaws.com");
  }

  @ParameterizedTest
  @CsvSource({
    "444455556666/20260304/us-west-2/kms/aws4_request, us-west-2, 444455556666",
    "AKIDEXAMPLE/20260304/us-west-2/kms/aws4_request, us-west-2, 111122223333",
    "111122223333/20260304/eu-central-1/kms/aws4_request, eu-central-1, 111122223333",
    "444455556666/20260304/fips-us-gov-west-1/kms/aws4_request, us-gov-west-1, 444455556666",
    "444455556666/20260304/ca-central-1-fips/kms/aws4_request, ca-central-1, 444455556666"
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
            new RequestCallers(alice)
                .of("Credential=AKID/20260304/eu-west-2/kms/aws4_request", null)
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
    assertThat(new RequestCallers(OTHERWISE).of(authorization, null)).isEqualTo(OTHERWISE);
    assertThat(new RequestCallers(OTHERWISE).of(null, null)).isEqualTo(OTHERWISE);
  }

  @Test
  void scope_withARegionThatAwsDoesNotHave_isARegionOfItsOwn() {
    Caller caller = of("444455556666/20260304/nowhere/kms/aws4_request");
    assertThat(caller.region()).isEqualTo("nowhere");
    assertThat(caller.arn("key/x")).isEqualTo("arn:aws:kms:nowhere:444455556666:key/x");
  }

  @ParameterizedTest
  @CsvSource({
    "kms.eu-west-3.amazonaws.com, eu-west-3, aws",
    "kms.eu-west-3.amazonaws.com:443, eu-west-3, aws",
    "KMS.EU-WEST-3.AMAZONAWS.COM, eu-west-3, aws",
    "kms-fips.us-gov-west-1.amazonaws.com, us-gov-west-1, aws-us-gov",
    "kms.fips-us-east-2.amazonaws.com, us-east-2, aws",
    "kms.us-east-2-fips.amazonaws.com, us-east-2, aws",
    "kms.cn-north-1.amazonaws.com.cn, cn-north-1, aws-cn",
    "kms.eu-west-3.api.aws, eu-west-3, aws",
    "kms.garage.localhost:4599, garage, aws",
    "localhost:4599, eu-central-1, aws",
    "kms.localhost, eu-central-1, aws",
    "kms.fips-.localhost, eu-central-1, aws",
    "s3.eu-west-3.amazonaws.com, eu-central-1, aws"
  })
  void unsigned_hostNamesTheRegion(String host, String region, String partition) {
    Caller caller = new RequestCallers(OTHERWISE).of(null, host);
    assertThat(caller.region()).isEqualTo(region);
    assertThat(caller.partition()).isEqualTo(partition);
    assertThat(caller.account()).isEqualTo(OTHERWISE.account());
    assertThat(new RequestCallers(OTHERWISE).of("Bearer token", host)).isEqualTo(caller);
  }

  @Test
  void callers_oneAfterAnother_areNeverMixedUp() {
    RequestCallers callers = new RequestCallers(OTHERWISE);
    for (int round = 0; round < 3; round++) {
      assertThat(callers.of("Credential=444455556666/20260304/us-west-2/kms/aws4_request, x", null))
          .isEqualTo(Caller.of("us-west-2", "444455556666"));
      assertThat(callers.of("Credential=777788889999/20260304/us-west-2/kms/aws4_request, x", null))
          .isEqualTo(Caller.of("us-west-2", "777788889999"));
      assertThat(callers.of("Bearer token", null)).isEqualTo(OTHERWISE);
      assertThat(callers.of("Credential=777788889999/20260304/us-west-2/kms/aws4_request, x", null))
          .isEqualTo(Caller.of("us-west-2", "777788889999"));
      assertThat(callers.of(null, null)).isEqualTo(OTHERWISE);
      assertThat(callers.of(null, "kms.eu-west-3.amazonaws.com").region()).isEqualTo("eu-west-3");
      assertThat(callers.of(null, "kms.eu-west-1.amazonaws.com").region()).isEqualTo("eu-west-1");
      assertThat(callers.of(null, "localhost")).isEqualTo(OTHERWISE);
      assertThat(callers.of("Bearer token", "kms.eu-west-3.amazonaws.com").region())
          .isEqualTo("eu-west-3");
    }
  }
}
