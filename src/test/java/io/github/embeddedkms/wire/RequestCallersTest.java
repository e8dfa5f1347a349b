package io.github.embeddedkms.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.embeddedkms.Caller;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestCallersTest {

  private static final Caller OTHERWISE = Caller.of("eu-central-1", "111122223333");

  private static final Caller ALICE =
      OTHERWISE.inRegion("eu-west-1").actingAs("arn:aws:iam::111122223333:user/alice");
  private static final Caller CAROL =
      OTHERWISE.inRegion("eu-west-1").actingAs("arn:aws:iam::444455556666:user/carol");

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
        "AWS4-HMAC-SHA256 Credential=/20260304/us-west-2/kms/aws4_request"
      })
  void anythingElse_isTheOtherCaller(String authorization) {
    assertThat(new RequestCallers(OTHERWISE).of(authorization, null)).isEqualTo(OTHERWISE);
    assertThat(new RequestCallers(OTHERWISE).of(null, null)).isEqualTo(OTHERWISE);
  }

  /** Its holder must not become the default caller, which can be the root user of another. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "444455556666/20260304/us-west-2/s3/aws4_request",
        "444455556666/20260304/a23456789-123456789-123456789-123/kms/aws4_request",
        "444455556666/",
        "444455556666/20260304"
      })
  void accessKeyOfTwelveDigits_withoutAScopeOfKms_isStillTheAccount(String credential) {
    assertThat(of(credential)).isEqualTo(Caller.of("sa-east-1", "444455556666"));
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

  private static String signedBy(String accessKeyId) {
    return "AWS4-HMAC-SHA256 Credential="
        + accessKeyId
        + "/20260304/us-west-2/kms/aws4_request, SignedHeaders=host;x-amz-date, Signature=00";
  }

  @Test
  void accessKeyId_registered_isItsCaller_inTheRegionOfTheScope() {
    RequestCallers callers =
        new RequestCallers(
            OTHERWISE, Map.of("AKIDALICE", ALICE, "AKIDCAROL", CAROL, "444455556666", ALICE));
    for (int round = 0; round < 2; round++) {
      assertThat(callers.of(signedBy("AKIDALICE"), null)).isEqualTo(ALICE.inRegion("us-west-2"));
      assertThat(callers.of(signedBy("AKIDCAROL"), null)).isEqualTo(CAROL.inRegion("us-west-2"));
      assertThat(callers.of(signedBy("444455556666"), null)).isEqualTo(ALICE.inRegion("us-west-2"));
    }
  }

  @Test
  void accessKeyId_registered_leavesAllOthersAsTheyWere() {
    RequestCallers callers = new RequestCallers(OTHERWISE, Map.of("AKIDALICE", ALICE));
    assertThat(callers.of(signedBy("777788889999"), null))
        .isEqualTo(Caller.of("us-west-2", "777788889999"));
    assertThat(callers.of(signedBy("AKIDNOBODY"), null))
        .isEqualTo(Caller.of("us-west-2", "111122223333"));
    assertThat(callers.of(signedBy("akidalice"), null))
        .isEqualTo(Caller.of("us-west-2", "111122223333"));
    assertThat(callers.of(null, null)).isEqualTo(OTHERWISE);
    assertThat(callers.of("Credential=AKIDALICE", null)).isEqualTo(OTHERWISE);
  }

  /** The default caller can be the root principal of the account. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "AKIDALICE/20260304/us-west-2/s3/aws4_request",
        "AKIDALICE/20260304/us-west-2-and-many-more-characters/kms/aws4_request",
        "AKIDALICE/20260304/kms/aws4_request",
        "AKIDALICE/"
      })
  void accessKeyId_registeredWithAScopeOfAnotherForm_isNotTheDefaultCaller(String credential) {
    RequestCallers callers = new RequestCallers(OTHERWISE, Map.of("AKIDALICE", ALICE));
    assertThat(callers.of("Credential=" + credential + ", x", null)).isEqualTo(ALICE);
    assertThat(callers.of("Credential=" + credential + ", x", "kms.eu-west-3.amazonaws.com"))
        .isEqualTo(ALICE.inRegion("eu-west-3"));
  }

  @Test
  void accessKeyIds_changedAfterConstruction_areNotSeen() {
    Map<String, Caller> registered = new HashMap<>(Map.of("AKIDALICE", ALICE));
    RequestCallers callers = new RequestCallers(OTHERWISE, registered);
    registered.clear();
    assertThat(callers.of(signedBy("AKIDALICE"), null).principal()).isEqualTo(ALICE.principal());
  }

  @Test
  void facts_ofTheConnection_areThoseOfEveryCaller() {
    Map<String, List<String>> facts =
        Map.of("aws:sourceip", List.of("192.0.2.1"), "aws:useragent", List.of("Boto3/1.44.5"));
    RequestCallers callers =
        new RequestCallers(OTHERWISE, Map.of("AKIDALICE", ALICE)).from("192.0.2.1");
    for (String authorization :
        new String[] {signedBy("AKIDALICE"), signedBy("777788889999"), signedBy("AKID"), null}) {
      Caller caller = callers.of(authorization, "localhost", "Boto3/1.44.5");
      assertThat(caller.facts()).isEqualTo(facts);
      assertThat(
              new Caller(caller.partition(), caller.region(), caller.account(), caller.principal()))
          .isEqualTo(
              new RequestCallers(OTHERWISE, Map.of("AKIDALICE", ALICE)).of(authorization, null));
    }
  }

  @Test
  void facts_absentUserAgent_isAbsent_andAnotherOneIsAnotherFact() {
    RequestCallers callers = new RequestCallers(OTHERWISE).from("2001:db8::1");
    for (int round = 0; round < 2; round++) {
      assertThat(callers.of(null, null).facts())
          .isEqualTo(Map.of("aws:sourceip", List.of("2001:db8::1")));
      assertThat(callers.of(null, null, "a").facts()).containsEntry("aws:useragent", List.of("a"));
      assertThat(callers.of(null, null, "b").facts()).containsEntry("aws:useragent", List.of("b"));
    }
    assertThat(new RequestCallers(OTHERWISE).of(null, null, "a").facts())
        .isEqualTo(Map.of("aws:useragent", List.of("a")));
  }

  @Test
  void facts_statedByTheCaller_areKept() {
    Caller inside = ALICE.with("aws:SourceIp", "10.1.2.3").with("aws:SourceVpce", "vpce-1");
    RequestCallers callers = new RequestCallers(OTHERWISE, Map.of("AKIDALICE", inside));
    assertThat(callers.from("192.0.2.1").of(signedBy("AKIDALICE"), null, "curl").facts())
        .isEqualTo(
            Map.of(
                "aws:sourceip",
                List.of("10.1.2.3"),
                "aws:sourcevpce",
                List.of("vpce-1"),
                "aws:useragent",
                List.of("curl")));
  }

  @Test
  void facts_ofOneAddress_areNotThoseOfAnother() {
    RequestCallers callers = new RequestCallers(OTHERWISE);
    RequestCallers one = callers.from("192.0.2.1");
    RequestCallers other = callers.from("192.0.2.2");
    for (int round = 0; round < 2; round++) {
      assertThat(one.of(null, null).facts()).containsEntry("aws:sourceip", List.of("192.0.2.1"));
      assertThat(other.of(null, null).facts()).containsEntry("aws:sourceip", List.of("192.0.2.2"));
      assertThat(callers.of(null, null)).isEqualTo(OTHERWISE);
    }
  }

  /** Requests of one connection nearly always have one caller, whose facts are computed once. */
  @Test
  void caller_ofTheSameRequestHeadersAgain_isTheSameObject() {
    RequestCallers callers =
        new RequestCallers(OTHERWISE, Map.of("AKIDALICE", ALICE)).from("192.0.2.1");
    assertThat(callers.of(signedBy("AKIDALICE"), "a", "curl"))
        .isSameAs(callers.of(signedBy("AKIDALICE"), "b", "curl"));
  }

  /** Otherwise each of many idle connections could keep the longest head that is accepted. */
  @Test
  void caller_ofLongHeaders_isNotRemembered() {
    RequestCallers callers = new RequestCallers(OTHERWISE).from("192.0.2.1");
    String agent = "a".repeat(2048);
    assertThat(callers.of(null, null, agent)).isSameAs(callers.of(null, null, agent));
    Caller caller = callers.of(null, null, agent + "b");
    assertThat(caller.facts()).containsEntry("aws:useragent", List.of(agent + "b"));
    assertThat(callers.of(null, null, agent + "b")).isEqualTo(caller).isNotSameAs(caller);
  }
}
